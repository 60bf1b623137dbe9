import { Fault } from '../../contract/fault.ts';
import { startRun } from '../../engine/runs/start-run.ts';
import { hurryFlow } from '../../engine/waiting/hurry-flow.ts';
import { listAbsences, type RunAbsence } from '../../store/runs/absences.ts';
import { loadRun, type RunOptions } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import type { Runtime } from '../engine/runtime.ts';
import { requireNotPaused } from '../pauses/pauses.ts';
import { type Ending, endingOf, endingOfEarlier, worstOf } from './ending.ts';
import { followReleased, releaseRuns } from './follow-released.ts';
import { findForgottenRuns, findOpenRuns, followAll, followRun, type Watch } from './follow-run.ts';
import { type RunDocument, toRunDocument } from './run-document.ts';
import type { Note } from './run-notes.ts';
import { notesOf } from './show-run.ts';

export interface FlowRunWish {
  readonly flow: string;
  readonly asked: Omit<RunOptions, 'by'>;
  readonly by: string;
}

/** A run with what was left behind by those before it. */
export interface FlowRun {
  readonly run: RunDocument;
  /** Runs of the flow that had left something behind when this one began. */
  readonly earlier: readonly RunDocument[];
  readonly drift: readonly DriftCount[];
  readonly absences: readonly RunAbsence[];
  readonly notes: readonly Note[];
  readonly ending: Ending;
}

/**
 * A run that nobody waits for here; returns its id. Throws a Fault TL_WORKSPACE_INVALID for a flow with mistakes, TL_PAUSED
 * for one that is paused.
 */
export async function startFlowRun(
  { engine, plans }: Runtime,
  { flow, asked, by }: FlowRunWish,
): Promise<number> {
  const startable = plans.compile(flow);
  if (!asked.evenPaused) await requireNotPaused(engine, startable.plan);
  return await startRun(engine, startable, { ...asked, by });
}

/**
 * One run of a flow to its end, with what was left behind by those before it. `watch.stop` lets what is under way come to
 * its end, and closes the engine. Throws a Fault TL_PAUSED, with nothing done, for a flow that is paused.
 */
export async function runFlow(
  runtime: Runtime,
  { flow, asked, by }: FlowRunWish,
  watch: Watch,
): Promise<FlowRun> {
  const { engine, plans } = runtime;
  if (!asked.evenPaused) await requireNotPaused(engine, plans.compile(flow).plan);
  const released = await releaseRuns(engine, flow);
  runtime.startWorking();
  const forgotten = await findForgottenRuns(engine, flow);
  for (const each of forgotten) await engine.wake.run(each);
  const open = [...(await findOpenRuns(engine, flow)), ...forgotten];
  const before = [...open, ...released.filter((id) => !open.includes(id))];
  await hurryFlow(engine, flow);
  const id = await startFlowRun(runtime, { flow, asked, by });
  const followed = await followToTheEnd(runtime, { flow, id }, watch);
  const earlier = await followAll(runtime, before, watch);
  const run = watch.stop.aborted ? await stopRun(runtime, id) : followed;
  const runs = [...earlier, run].map((each) => each.run);
  return {
    run,
    earlier,
    drift: await countDrifts(engine.db, { runs }),
    notes: await notesOf(engine.db, run.run),
    absences: await listAbsences(engine.db, runs),
    ending: worstOf([endingOf(run), ...earlier.map(endingOfEarlier)]),
  };
}

/** What this run delivers may be what others have waited for. */
async function followToTheEnd(
  runtime: Runtime,
  { flow, id }: { readonly flow: string; readonly id: number },
  watch: Watch,
): Promise<RunDocument> {
  const first = await followRun(runtime, id, watch);
  const isReleased = await followReleased(runtime, flow, watch.stop);
  return (isReleased ? await followRun(runtime, id, watch) : first).document;
}

/** What is under way comes to its end first, so that the counts are the last word. */
async function stopRun(runtime: Runtime, id: number): Promise<RunDocument> {
  await runtime.close();
  const { db, clock } = runtime.engine;
  const run = await loadRun(db, id);
  if (!run) throw new Fault('TL_DEFECT', `run ${id} is gone`);
  const fault = {
    code: 'TL_RUN_STOPPED',
    message: 'stopped; the next run goes on from here',
  };
  return toRunDocument(run, clock.now(), fault);
}

/** As one document: what there is nothing of is left out. */
export function toFlowRunDocument({ run, earlier, drift, absences, notes }: FlowRun) {
  return {
    ...run,
    ...(earlier.length > 0 && { earlier }),
    ...(drift.length > 0 && { drift }),
    ...(absences.length > 0 && { absences }),
    ...(notes.length > 0 && { notes }),
  };
}
