import { Fault } from '../../contract/fault.ts';

/** Looks that take long, such as plans: so many at once, and each only for so long. */
export interface Looks {
  /** Aborts `stop` when its time is over. Throws a Fault TL_TOO_MANY_REQUESTS where too many are under way. */
  take<Result>(look: (stop: AbortSignal) => Promise<Result>): Promise<Result>;
}

export interface LooksWish {
  readonly atOnce: number;
  /** Milliseconds; absent: as long as it takes. */
  readonly mostMs?: number;
  readonly stop: AbortSignal;
}

export function createLooks({ atOnce, mostMs, stop }: LooksWish): Looks {
  let underWay = 0;
  return {
    take: async (look) => {
      if (underWay >= atOnce)
        throw new Fault(
          'TL_TOO_MANY_REQUESTS',
          `${underWay} plans are under way, which is as many as may be at once: ask again in a moment`,
          { retryAfterMs: 5_000 },
        );
      underWay += 1;
      try {
        const limits = mostMs === undefined ? [stop] : [stop, AbortSignal.timeout(mostMs)];
        return await look(AbortSignal.any(limits));
      } finally {
        underWay -= 1;
      }
    },
  };
}

/** For a process that serves many: a plan reads a source and asks a target, as many records as there are. */
export const servedLooks = { atOnce: 4, mostMs: 45_000 } as const;
