import { expect, onTestFinished, test } from 'vitest';
import type { LimiterTime } from '../../../src/connect/limits/create-alarm.ts';
import {
  createLimiter,
  type Limiter,
  type LimiterOptions,
} from '../../../src/connect/limits/create-limiter.ts';
import type { SharedSlots, SharedTurns } from '../../../src/contract/shared-limits.ts';
import { until } from '../../support/until.ts';

const never = new AbortController().signal;

test.each([20, 400, 1_000])(
  'a busy process asks for turns about twenty times a second, at a rate of %d',
  async (rate) => {
    const time = createVirtualTime();
    const turns = countingTurns(1_000 / rate, time.now);
    const limiter = open({ requestsPerSecond: rate, turns, time });
    let sent = 0;
    const send = async () => {
      while (time.now() < 1_000) {
        await Promise.all(Array.from({ length: 4 }, () => limiter.takeTurn(never)));
        sent += 4;
      }
    };
    await time.run(send());
    expect(turns.asked()).toBeLessThanOrEqual(30);
    expect(sent).toBeLessThanOrEqual(rate * 1.1 + 4);
    expect(sent).toBeGreaterThan(rate * 0.9);
  },
);

test('who waits for a turn gets the reason of a signal that stops it, or learns that the connection is closed', async () => {
  const turns: SharedTurns = { take: async () => 60_000, pause: async () => {} };
  const limiter = open({ requestsPerSecond: 10, turns });
  const stop = new AbortController();
  const stopped = limiter.takeTurn(stop.signal);
  const left = limiter.takeTurn(never);
  stop.abort(new Error('shutting down'));
  await expect(stopped).rejects.toThrow('shutting down');
  const closing = expect(left).rejects.toMatchObject({ code: 'TL_SYSTEM_UNREACHABLE' });
  await limiter.close();
  await closing;
});

test('turns are taken by this process alone while those who share them cannot be asked', async () => {
  const time = createVirtualTime();
  const away: SharedTurns = {
    take: async () => {
      throw new Error('away');
    },
    pause: async () => {},
  };
  const limiter = open({ requestsPerSecond: 50, turns: away, time });
  let sent = 0;
  const send = async () => {
    while (time.now() < 1_000) {
      await limiter.takeTurn(never);
      sent += 1;
    }
  };
  await time.run(send());
  expect(sent).toBeGreaterThan(45);
  expect(sent).toBeLessThanOrEqual(56);
});

test('nobody goes while the system asked for a pause, with a limit or without', async () => {
  for (const requestsPerSecond of [undefined, 100]) {
    const time = createVirtualTime();
    const limiter = open({ requestsPerSecond, time });
    expect(limiter.takeTurn(never)).toBeUndefined();
    limiter.pause(500);
    let at = 0;
    const send = async () => {
      await limiter.takeTurn(never);
      at = time.now();
    };
    await time.run(send());
    expect(at).toBe(500);
  }
});

test('places are given first come, first served, and forget who was aborted', async () => {
  const limiter = open({ concurrency: 1 });
  const first = Promise.withResolvers<void>();
  const called: string[] = [];
  const stop = new AbortController();
  const send = (name: string, signal: AbortSignal, end?: Promise<void>) =>
    limiter.run(async () => {
      called.push(name);
      await end;
    }, signal);
  const all = [send('a', never, first.promise), send('b', stop.signal), send('c', never), send('d', never)];
  stop.abort(new Error('gone'));
  await expect(all[1]).rejects.toThrow('gone');
  await expect(send('e', stop.signal)).rejects.toThrow('gone');
  first.resolve();
  await Promise.all([all[0], all[2], all[3]]);
  expect(called).toEqual(['a', 'c', 'd']);
});

test('places that are in use cost no statement each', async () => {
  let statements = 0;
  const slots = countingSlots(() => (statements += 1));
  const places = open({ concurrency: 4, slots });
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
  const places = open({ concurrency: 2, slots });
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

function open(options: Partial<LimiterOptions>): Limiter {
  const limiter = createLimiter({
    ...{ concurrency: 16, requestsPerSecond: undefined, slots: undefined, turns: undefined },
    log: { debug() {}, warn() {} },
    ...options,
  });
  onTestFinished(() => limiter.close());
  return limiter;
}

/** Time that stands still while anything is done, and goes on to whoever waits for the shortest. */
function createVirtualTime(): LimiterTime & { run(work: Promise<void>): Promise<void> } {
  let now = 0;
  const waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    later(ms, wake) {
      const alarm = { at: now + ms, wake };
      waiting.add(alarm);
      return () => waiting.delete(alarm);
    },
    async run(work) {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        // All that follows from the last step, before time goes on.
        await new Promise((resolve) => setImmediate(resolve));
        const at = Math.min(...[...waiting].map((each) => each.at));
        if (Number.isFinite(at)) now = Math.max(now, at);
        for (const alarm of [...waiting].filter((each) => each.at <= now)) {
          waiting.delete(alarm);
          alarm.wake();
        }
      }
      await over;
    },
  };
}

/** Turns as the store gives them out, to one process. */
function countingTurns(gapMs: number, now: () => number): SharedTurns & { asked(): number } {
  let nextAt = 0;
  let asked = 0;
  return {
    asked: () => asked,
    take: async (count) => {
      asked += 1;
      const first = Math.max(nextAt, now() - 20);
      nextAt = first + count * gapMs;
      return first - now();
    },
    pause: async (ms) => {
      nextAt = Math.max(nextAt, now() + ms);
    },
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
