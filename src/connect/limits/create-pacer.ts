import { setTimeout as wait } from 'node:timers/promises';

/** Spreads the requests of one connection evenly over time. */
export interface Pacer {
  /** Resolves when the next request may go; rejects with the signal's reason when it is aborted before. */
  take(signal: AbortSignal): Promise<void> | undefined;
  /** Nobody goes for so long: the system asked for a pause. */
  hold(ms: number): void;
  close(): Promise<void>;
}

/** A clock that nobody sets, and what waits by it. Milliseconds. */
export interface PacerTime {
  now(): number;
  /** Rejects with the signal's reason when it is aborted before. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const machineTime: PacerTime = { now: () => performance.now(), wait: waitFor };

/**
 * Hands out slots `1 / requestsPerSecond` apart and lets a short burst through after a quiet time (a tenth of a
 * second's worth). A fixed window would let twice the rate through at its border, which is when systems answer 429.
 * Measures with the monotonic clock: a corrected wall clock must not stop a connection.
 */
export function createPacer(requestsPerSecond: number | undefined, time: PacerTime = machineTime): Pacer {
  const gapMs = requestsPerSecond === undefined ? 0 : 1_000 / requestsPerSecond;
  const burstMs = Math.max(0, 100 - gapMs);
  let nextSlot = 0;

  return {
    take(signal) {
      const now = time.now();
      const slot = Math.max(nextSlot, now - burstMs);
      nextSlot = slot + gapMs;
      const delay = slot - now;
      return delay <= 0 ? undefined : time.wait(delay, signal);
    },
    hold(ms) {
      nextSlot = Math.max(nextSlot, time.now() + ms);
    },
    async close() {},
  };
}

/** Waits so long, or until the signal is aborted: then rejects with its reason. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  }
}
