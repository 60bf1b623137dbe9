import { findFreeBulks } from '../../store/bulks/claims.ts';
import { findIdleLanes } from '../../store/line/lanes.ts';
import { endLostReadings, findQueuedRuns, findUnsettledRuns } from '../../store/runs/runs.ts';
import { releaseBlocked } from '../../store/waiting/blocked.ts';
import type { Engine } from '../engine.ts';
import { settleRun } from '../runs/settle-run.ts';

/**
 * The net under the queue: whatever is due and has nobody working on it is woken again. It also finds the records
 * whose references are known by now: whichever flow brought them need not know who waits for them. With this, a queue that was
 * wiped, a job that was lost or a process that died cost time, never a record.
 */
export async function sweep(engine: Engine): Promise<void> {
  await endLostReadings(engine.db);
  for (const { id } of await findQueuedRuns(engine.db)) await engine.wake.run(id);
  for (const id of await findFreeBulks(engine.db)) await engine.wake.bulk(id);
  await releaseBlocked(engine.db);
  for (const lane of await findIdleLanes(engine.db)) await engine.wake.lane(lane);
  for (const id of await findUnsettledRuns(engine.db)) await settleRun(engine, id);
}
