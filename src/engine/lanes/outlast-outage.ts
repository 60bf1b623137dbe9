import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../contract/fault.ts';

/** A database that does not answer for a moment, as while it is started again. */
export function isOutage(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault && thrown.code === 'TL_STORE_UNAVAILABLE';
}

interface Outlasting<T> {
  /** What came of it, if it was done although no answer came. */
  readonly findDone?: () => Promise<T | undefined>;
  /** Reported once. */
  readonly onOutage?: (outage: Fault) => void;
}

const pauseMs = { first: 100, longest: 2_000 };

/**
 * Does something in the database, and does it again for as long as the database is away; when `signal` is aborted, the
 * outage is thrown.
 */
export async function outlastOutage<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
  { findDone = async () => undefined, onOutage = () => {} }: Outlasting<T> = {},
): Promise<T> {
  let outage: Fault | undefined;
  for (let ms = pauseMs.first; ; ms = Math.min(2 * ms, pauseMs.longest)) {
    try {
      const done = outage === undefined ? undefined : await findDone();
      return done ?? (await work());
    } catch (thrown) {
      if (!isOutage(thrown)) throw thrown;
      if (outage === undefined) onOutage(thrown);
      outage = thrown;
    }
    await sleep(ms, undefined, { signal }).catch(() => {});
    if (signal.aborted) throw outage;
  }
}
