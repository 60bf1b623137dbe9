import { expect, onTestFinished, test } from 'vitest';
import type { PacerTime } from '../../../src/connect/limits/create-pacer.ts';
import { createSharedPacer, planWindow } from '../../../src/connect/limits/create-shared-pacer.ts';
import { createSharedPlaces } from '../../../src/connect/limits/create-shared-places.ts';
import { createWaitingLine } from '../../../src/connect/limits/create-waiting-line.ts';
import type { SharedSlots, SharedTurns, TurnWindow } from '../../../src/contract/shared-limits.ts';
import { until } from '../../support/until.ts';

const never = new AbortController().signal;

test.each([
  [0.5, { turns: 1, ms: 2_000 }],
  [20, { turns: 1, ms: 50 }],
  [50, { turns: 3, ms: 60 }],
  [1_000, { turns: 50, ms: 50 }],
])('%d a second come in windows of about a twentieth of a second', (rate, window) => {
  expect(planWindow(rate)).toEqual(window);
});

test('a busy process asks for turns about twenty times a second, whatever the rate', async () => {
  let asked = 0;
  const time = createVirtualTime();
  const open = (window: TurnWindow) => countingTurns(window, { now: time.now, count: () => (asked += 1) });
  const pacer = createSharedPacer(400, open, time);
  onTestFinished(() => pacer.close());
  let sent = 0;
  const send = async () => {
    while (time.now() < 1_000) {
      await Promise.all(Array.from({ length: 4 }, () => pacer.take(never)));
      sent += 4;
    }
  };
  await time.run(send());
  expect(asked).toBeLessThanOrEqual(30);
  expect(sent).toBeLessThanOrEqual(400 * 1.2 + 1);
  expect(sent).toBeGreaterThan(200);
});

test('who waits for a turn gets the reason of a signal that stops it, or learns that the connection is closed', async () => {
  const pacer = createSharedPacer(10, () => ({
    take: async () => ({ granted: 0, waitMs: 60_000 }),
    hold: async () => {},
  }));
  const stop = new AbortController();
  const stopped = pacer.take(stop.signal);
  const left = pacer.take(never);
  stop.abort(new Error('shutting down'));
  await expect(stopped).rejects.toThrow('shutting down');
  const closing = expect(left).rejects.toMatchObject({ code: 'TL_SYSTEM_UNREACHABLE' });
  await pacer.close();
  await closing;
});

test('places that are in use cost no statement each', async () => {
  let statements = 0;
  const slots = countingSlots(() => (statements += 1));
  const places = createSharedPlaces(4, { slots, log: { debug() {}, warn() {} } });
  const started = performance.now();
  for (let round = 0; round < 500; round += 1) {
    await Promise.all(Array.from({ length: 4 }, () => places.run(async () => {}, never)));
  }
  const looks = (performance.now() - started) / 250;
  expect(statements).toBeLessThanOrEqual(4 + looks);
  await places.close();
  expect(slots.own()).toEqual([]);
});

test('a slot in use when the connection is closed is given back when its request has ended', async () => {
  const slots = countingSlots(() => {});
  const places = createSharedPlaces(2, { slots, log: { debug() {}, warn() {} } });
  const answer = Promise.withResolvers<void>();
  let isSent = false;
  const sent = places.run(async () => {
    isSent = true;
    await answer.promise;
  }, never);
  await until(() => isSent);
  const closing = places.close();
  await expect(places.run(async () => {}, never)).rejects.toMatchObject({ code: 'TL_SYSTEM_UNREACHABLE' });
  expect(slots.own().length).toBeGreaterThan(0);
  answer.resolve();
  await Promise.all([sent, closing]);
  expect(slots.own()).toEqual([]);
});

test('a line is first come, first served, and forgets who was aborted', async () => {
  const line = createWaitingLine();
  const called: string[] = [];
  const stop = new AbortController();
  const join = (name: string, signal: AbortSignal) => line.join(signal).then(() => called.push(name));
  const all = [join('a', never), join('b', stop.signal), join('c', never)];
  stop.abort(new Error('gone'));
  await expect(all[1]).rejects.toThrow('gone');
  await expect(line.join(stop.signal)).rejects.toThrow('gone');
  while (line.call());
  await Promise.all([all[0], all[2]]);
  expect(called).toEqual(['a', 'c']);
});

/** Time that stands still while anything is done, and goes on to whoever waits for the shortest. */
function createVirtualTime(): PacerTime & { run(work: Promise<void>): Promise<void> } {
  let now = 0;
  let waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    wait: (ms) => new Promise((wake) => waiting.push({ at: now + ms, wake })),
    async run(work) {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        // All that follows from the last step, before time goes on.
        await new Promise((resolve) => setImmediate(resolve));
        const at = Math.min(...waiting.map((each) => each.at));
        if (Number.isFinite(at)) now = Math.max(now, at);
        const due = waiting.filter((each) => each.at <= now);
        waiting = waiting.filter((each) => each.at > now);
        for (const { wake } of due) wake();
      }
      await over;
    },
  };
}

/** Windows as the store counts them, for one process. */
function countingTurns(
  window: TurnWindow,
  { now: clock, count }: { readonly now: () => number; readonly count: () => void },
): SharedTurns {
  let endsAt = 0;
  let used = 0;
  return {
    take: async (wanted, lastsMs) => {
      count();
      const now = clock();
      if (now >= endsAt) {
        endsAt = now + lastsMs;
        used = 0;
      }
      const granted = Math.max(0, Math.min(wanted, window.turns - used));
      used += wanted;
      return { granted, waitMs: endsAt - now };
    },
    hold: async () => {},
  };
}

function countingSlots(count: () => void): SharedSlots & { own(): readonly number[] } {
  let own: readonly number[] = [];
  return {
    leaseMs: 6_000,
    own: () => own,
    look: async () => {
      count();
      return { own, others: [] };
    },
    take: async (slots) => {
      count();
      own = [...own, ...slots];
      return slots;
    },
    give: async (slots) => {
      count();
      own = own.filter((slot) => !slots.includes(slot));
    },
  };
}
