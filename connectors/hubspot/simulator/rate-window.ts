import type { Clock } from '../../../src/contract/connector.ts';

/** At most `max` requests in any `windowMs`; `max` 0 lets all of them pass. */
export interface RateWindow {
  /** How many more may come now, after this one; `undefined` if this one is too many. Refused ones do not count. */
  take(): number | undefined;
}

export function createRateWindow(clock: Clock, max: number, windowMs: number): RateWindow {
  let taken: number[] = [];
  return {
    take: () => {
      if (max === 0) return Number.POSITIVE_INFINITY;
      const now = clock.now();
      taken = taken.filter((at) => at > now - windowMs);
      if (taken.length >= max) return undefined;
      taken.push(now);
      return max - taken.length;
    },
  };
}
