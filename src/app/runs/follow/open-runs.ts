import type { Engine } from '../../../engine/engine.ts';
import { listCurrentRuns, type Run } from '../../../store/runs/runs.ts';

/** Runs of a flow that have been read and not yet delivered to the last record, are held, or that another process reads. */
export async function findOpenRuns(engine: Engine, flow: string): Promise<readonly number[]> {
  const runs = await listCurrentRuns(engine.db);
  // A replay that is still being staged is its set's: with nobody at work on that, it would never end.
  const isStaged = ({ trigger, readAt }: Run) => trigger !== 'replay' || readAt !== null;
  const isOpen = (run: Run) => (run.status === 'running' && isStaged(run)) || run.status === 'held';
  return runs.filter((run) => run.flow === flow && isOpen(run)).map(({ id }) => id);
}

/** Runs of a flow that were asked for so long ago that whoever did so has ended before they were read, most likely. */
export async function findForgottenRuns(
  { db, clock, limits }: Engine,
  flow: string,
): Promise<readonly number[]> {
  const runs = await listCurrentRuns(db);
  const isForgotten = ({ status, createdAt }: Run) =>
    status === 'queued' && clock.now() - createdAt.getTime() > limits.leaseMs;
  return runs.filter((run) => run.flow === flow && isForgotten(run)).map(({ id }) => id);
}
