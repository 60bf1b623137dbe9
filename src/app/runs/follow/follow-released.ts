import type { Engine } from '../../../engine/engine.ts';
import type { Database } from '../../../store/postgres/database.ts';
import { findReleasedRuns, releaseBlocked } from '../../../store/waiting/blocked.ts';
import { slowLookMs } from '../../notices/run-notices.ts';
import type { RunView } from './run-view.ts';

/** So long without any change, and it is not for this command to wait for them. */
const patienceMs = 20_000;

/** Releases what waits for references that are known by now. Returns the runs of a flow with such records. */
export async function releaseRuns({ db }: Engine, flow: string): Promise<readonly number[]> {
  await releaseBlocked(db);
  return [...new Set(await findReleasedRuns(db, flow))];
}

/** Records of a flow that had waited for others, and are about to be tried. */
export async function countReleased(db: Database, flow: string): Promise<number> {
  return (await findReleasedRuns(db, flow)).length;
}

/**
 * Waits until the released records of a flow have been tried; returns whether there were any. `stop` ends the waiting,
 * not their delivery.
 */
export async function followReleased(view: RunView, flow: string, stop: AbortSignal): Promise<boolean> {
  let left = Number.POSITIVE_INFINITY;
  let since = view.now();
  let isAny = false;
  const following = view.follow('all');
  try {
    while (!stop.aborted && view.now() - since < patienceMs) {
      const count = await view.countReleased(flow);
      if (count === 0) return isAny;
      isAny = true;
      if (count !== left) since = view.now();
      left = count;
      await following.next(slowLookMs, stop);
    }
    return isAny;
  } finally {
    following.close();
  }
}
