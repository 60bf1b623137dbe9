import { Fault } from '../../contract/fault.ts';
import { startRun } from '../../engine/runs/start-run.ts';
import { hurryFlow } from '../../engine/waiting/hurry-flow.ts';
import { loadRun, type RunOptions } from '../../store/runs/runs.ts';
import type { Runtime } from '../engine/runtime.ts';
import { requireFlow } from '../open/require-flow.ts';
import { requireNotPaused } from '../pauses/pauses.ts';
import { checkAsked } from './check-asked.ts';
import { type Ending, endingOf, endingOfEarlier, worstOf } from './ending.ts';
import { followReleased, releaseRuns } from './follow/follow-released.ts';
import { followEach, followOver, type Watch } from './follow/follow-run.ts';
import { viewOf } from './follow/look-at-run.ts';
import { findForgottenRuns, findOpenRuns } from './follow/open-runs.ts';
import type { RunView } from './follow/run-view.ts';
import { type RunDocument, toRunDocument } from './run-document.ts';
import { type RunsBeside, tellRuns } from './tell-runs.ts';

export interface FlowRunWish {
  readonly flow: string;
  readonly asked: Omit<RunOptions, 'by'>;
  readonly by: string;
}

/** A run with what was left behind by those before it. */
export interface FlowRun extends RunsBeside {
  readonly run: RunDocument;
  /** Runs of the flow that had left something behind when this one began. */
  readonly earlier: readonly RunDocument[];
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

/** A run that has begun, and those of its flow that have left something behind, which goes on with it. */
export interface BegunRun {
  readonly run: number;
  readonly earlier: readonly number[];
}

/**
 * Writes a run down, which any worker of the engine takes up from then on, and hurries along what earlier ones have left.
 * Throws a Fault TL_NOT_FOUND for a flow that is not there, TL_WORKSPACE_INVALID for one with mistakes,
 * TL_PAUSED, with nothing done, for one that is paused, and as `checkAsked`.
 */
export async function beginFlowRun(runtime: Runtime, wish: FlowRunWish): Promise<BegunRun> {
  checkAsked(wish.asked);
  requireFlow({ workspace: runtime.plans.workspace() }, wish.flow);
  await requireMayRun(runtime, wish);
  return await begin(runtime, wish, await releaseRuns(runtime.engine, wish.flow));
}

async function requireMayRun({ engine, plans }: Runtime, { flow, asked }: FlowRunWish): Promise<void> {
  if (!asked.evenPaused) await requireNotPaused(engine, plans.compile(flow).plan);
}

async function begin(runtime: Runtime, wish: FlowRunWish, released: readonly number[]): Promise<BegunRun> {
  const { engine } = runtime;
  const { flow } = wish;
  const forgotten = await findForgottenRuns(engine, flow);
  for (const each of forgotten) await engine.wake.run(each);
  const open = [...(await findOpenRuns(engine, flow)), ...forgotten];
  await hurryFlow(engine, flow);
  const run = await startFlowRun(runtime, wish);
  return { run, earlier: [...open, ...released.filter((id) => !open.includes(id))] };
}

/**
 * One run of a flow to its end, with what was left behind by those before it. `watch.stop` lets what is under way come to
 * its end, and closes the engine. Throws a Fault TL_PAUSED, with nothing done, for a flow that is paused.
 */
export async function runFlow(runtime: Runtime, wish: FlowRunWish, watch: Watch): Promise<FlowRun> {
  await requireMayRun(runtime, wish);
  const released = await releaseRuns(runtime.engine, wish.flow);
  runtime.startWorking();
  const begun = await begin(runtime, wish, released);
  const view = viewOf(runtime);
  const followed = await followBegun(view, { flow: wish.flow, ...begun }, watch);
  const run = watch.stop.aborted ? await stopRun(runtime, begun.run) : followed.run;
  const { earlier } = followed;
  return {
    ...toEnded(run, earlier),
    ...(await tellRuns(
      runtime.engine.db,
      run.run,
      earlier.map((each) => each.run),
    )),
  };
}

/** Follows a run to its end, and those before it. What it delivers may be what others have waited for. */
export async function followBegun(
  view: RunView,
  { flow, run: id, earlier }: BegunRun & { readonly flow: string },
  watch: Watch,
): Promise<Pick<FlowRun, 'run' | 'earlier'>> {
  const first = await followOver(view, id, watch);
  const isReleased = await followReleased(view, flow, watch.stop);
  const { document: run } = isReleased ? await followOver(view, id, watch) : first;
  return { run, earlier: await followEach(view, earlier, watch) };
}

export function toEnded(
  run: RunDocument,
  earlier: readonly RunDocument[],
): Pick<FlowRun, 'run' | 'earlier' | 'ending'> {
  return { run, earlier, ending: worstOf([endingOf(run), ...earlier.map(endingOfEarlier)]) };
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
