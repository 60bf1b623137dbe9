import { Fault } from '../../contract/fault.ts';
import { takeWaiting } from '../../engine/divide/take-waiting.ts';
import { loadRun } from '../../store/runs/runs.ts';
import type { WaitingSelection } from '../../store/waiting/take-waiting.ts';
import type { Runtime } from '../engine/runtime.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import { databaseOf } from '../open/open-database.ts';

/** What waits of a key, the next batch of a lane, or all that is left of a run, of a flow if one is named. */
export type TakeWish =
  | { readonly flow: string; readonly key: string }
  | { readonly flow: string; readonly lane: number }
  | { readonly flow?: string | undefined; readonly run: number };

/**
 * Takes records that wait out of their lane: they go to the errors whole, with who did it and why. Returns how many.
 * Throws a Fault TL_NOT_FOUND where nothing of it waits, TL_CONFLICT where its run is held for approval.
 */
export async function takeRecords(
  runtime: Runtime,
  wish: TakeWish,
  decision: { readonly by: string; readonly reason: string },
): Promise<{ readonly taken: number }> {
  await requireKnownFlow(databaseOf(runtime), wish.flow);
  const waiting = 'run' in wish ? await toRun(runtime, wish) : wish;
  const taken = await takeWaiting(runtime.engine, waiting, decision);
  if (taken > 0) return { taken };
  throw new Fault('TL_NOT_FOUND', `${nameOf(waiting)} waits: see tradelane pending`);
}

async function toRun(
  { engine }: Runtime,
  { run: id, flow }: { readonly run: number; readonly flow?: string | undefined },
): Promise<WaitingSelection> {
  const run = await loadRun(engine.db, id);
  if (run === undefined || (flow !== undefined && run.flow !== flow)) {
    const of = flow === undefined ? '' : ` of ${flow}`;
    throw new Fault('TL_NOT_FOUND', `there is no run ${id}${of}`);
  }
  if (run.status !== 'held') return { flow: run.flow, runId: id };
  throw new Fault(
    'TL_CONFLICT',
    `run ${id} of ${run.flow} is held for approval: tradelane runs reject ${id}`,
  );
}

function nameOf(waiting: WaitingSelection): string {
  if ('key' in waiting) return `nothing with the key "${waiting.key}" in ${waiting.flow}`;
  return 'lane' in waiting
    ? `nothing in lane ${waiting.lane} of ${waiting.flow}`
    : `nothing of run ${waiting.runId}`;
}
