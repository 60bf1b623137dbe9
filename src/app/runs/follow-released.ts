import type { Engine } from '../../engine/engine.ts';
import { findReleasedRuns, releaseBlocked } from '../../store/waiting/blocked.ts';
import { slowLookMs } from '../notices/run-notices.ts';
import type { Followable } from './follow-run.ts';

/** So long without any change, and it is not for this command to wait for them. */
const patienceMs = 20_000;

/** Releases what waits for references that are known by now. Returns the runs of a flow with such records. */
export async function releaseRuns({ db }: Engine, flow: string): Promise<readonly number[]> {
  await releaseBlocked(db);
  return [...new Set(await findReleasedRuns(db, flow))];
}

/**
 * Waits until the released records of a flow have been tried; returns whether there were any. `stop` ends the waiting,
 * not their delivery.
 */
export async function followReleased(
  { engine: { db, clock }, notices }: Followable,
  flow: string,
  stop: AbortSignal,
): Promise<boolean> {
  let left = Number.POSITIVE_INFINITY;
  let since = clock.now();
  let isAny = false;
  const following = notices.follow('all');
  try {
    while (!stop.aborted && clock.now() - since < patienceMs) {
      const { length } = await findReleasedRuns(db, flow);
      if (length === 0) return isAny;
      isAny = true;
      if (length !== left) since = clock.now();
      left = length;
      await following.next(slowLookMs, stop);
    }
    return isAny;
  } finally {
    following.close();
  }
}
