import { loadRun, endSettledRun as settleInStore } from '../../store/runs/runs.ts';
import type { Engine } from '../engine.ts';

/** Gives a run its final status if nothing of it is left to be done. */
export async function settleRun(engine: Engine, runId: number): Promise<void> {
  if (!(await settleInStore(engine.db, runId))) return;
  engine.tell.turned(runId);
  const run = await loadRun(engine.db, runId);
  if (run) engine.log.runSettled({ run: run.id, flow: run.flow, status: run.status }, run.counts);
}
