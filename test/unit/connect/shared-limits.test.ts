import { expect, onTestFinished, test, vi } from 'vitest';
import { Limiter, type LimiterOptions } from '../../../src/connect/limits/limiter.ts';
import type { SharedSlots, SharedTurns } from '../../../src/contract/shared-limits.ts';
import { until } from '../../support/until.ts';

const never = new AbortController().signal;

test.each([20, 400, 1_000])(
  'a busy process asks for turns about twenty times a second, at a rate of %d',
  async (rate) => {
    const time = useVirtualTime();
    const turns = countingTurns(1_000 / rate);
    const limiter = open({ requestsPerSecond: rate, turns });
    let sent = 0;
    const send = async () => {
      while (performance.now() < 1_000) {
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
  const time = useVirtualTime();
  const away: SharedTurns = {
    take: async () => {
      throw new Error('away');
    },
    pause: async () => {},
  };
  const limiter = open({ requestsPerSecond: 50, turns: away });
  let sent = 0;
  const send = async () => {
    while (performance.now() < 1_000) {
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
    const time = useVirtualTime();
    const limiter = open({ requestsPerSecond });
    await limiter.takeTurn(never);
    limiter.pause(500);
    const from = performance.now();
    let waited = 0;
    const send = async () => {
      await limiter.takeTurn(never);
      waited = performance.now() - from;
    };
    await time.run(send());
    expect(waited).toBe(500);
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
  const looks = (performance.now() - started) / 150;
  expect(statements).toBeLessThanOrEqual(4 + looks);
  await places.close();
  expect(slots.own()).toBe(0);
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
  expect(slots.own()).toBeGreaterThan(0);
  answer.resolve();
  await Promise.all([sent, closing]);
  expect(slots.own()).toBe(0);
});

function open(options: Partial<LimiterOptions>): Limiter {
  const limiter = new Limiter({
    ...{ concurrency: 16, requestsPerSecond: undefined, slots: undefined, turns: undefined },
    log: { debug() {}, warn() {} },
    ...options,
  });
  onTestFinished(() => limiter.close());
  return limiter;
}

/** Time that stands still while anything is done, and goes on to whoever waits for the shortest. */
function useVirtualTime() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return {
    async run(work: Promise<void>): Promise<void> {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        // All that follows from the last step, before time goes on.
        await new Promise((resolve) => setImmediate(resolve));
        vi.advanceTimersToNextTimer();
      }
      await over;
    },
  };
}

/** Turns as the store gives them out, to one process. */
function countingTurns(gapMs: number): SharedTurns & { asked(): number } {
  let nextAt = 0;
  let asked = 0;
  return {
    asked: () => asked,
    take: async (count) => {
      asked += 1;
      const first = Math.max(nextAt, performance.now() - 20);
      nextAt = first + count * gapMs;
      return first - performance.now();
    },
    pause: async (ms) => {
      nextAt = Math.max(nextAt, performance.now() + ms);
    },
  };
}

function countingSlots(count: () => void): SharedSlots & { own(): number } {
  let own = 0;
  return {
    leaseMs: 6_000,
    own: () => own,
    share: async ({ have }) => {
      count();
      own = have;
      return { own, others: [] };
    },
  };
}
