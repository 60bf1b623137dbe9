import type { Fault } from '../../contract/fault.ts';
import type { UnreadOutcome } from '../../engine/patch/identify-unread.ts';
import { type ReplayWay, startReplay } from '../../engine/runs/replay.ts';
import type { ErrorFilter } from '../../store/errors/errors.ts';
import { listReplayable, listUnread, saveIdentified } from '../../store/errors/replays.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type ErrorWish, findErrorFilter, openStates } from '../errors/error-filter.ts';
import { databaseOf } from '../open/open-database.ts';
import { acceptPatch } from '../patch/accept-patch.ts';
import { narrowToPatch } from '../patch/narrow-to-patch.ts';
import type { Patch } from '../patch/patch.ts';
import { type Ending, endingOf, worstOf } from '../runs/ending.ts';
import { followRun, type Watch } from '../runs/follow-run.ts';
import type { RunDocument } from '../runs/run-document.ts';
import { flowsOfErrors } from './flows-of-errors.ts';
import { identifyAll, tellUnread } from './identify-all.ts';
import { refuseUseless, tellWayNotes } from './replay-way.ts';
import { type ReplayedFlow, toFlowsByTime } from './replayed-flow.ts';

/** How records are sent again, and what is made of them before. */
export interface ReplayManner {
  readonly patch: Patch | undefined;
  readonly way: ReplayWay;
}

/** What is to be replayed, looked at and not begun. */
export interface PreparedReplay {
  /** None: no open error fits. */
  readonly flows: readonly ReplayedFlow[];
  readonly filter: ErrorFilter;
  readonly patch: Patch | undefined;
  readonly way: ReplayWay;
  /** What could not be read, and is known by now what it is. */
  readonly identified: UnreadOutcome['records'];
  readonly notes: readonly string[];
  /** Why it must not be begun. */
  readonly refused?: Fault;
}

/**
 * Looks at all flows before the first is started: a mistake in one of them changes nothing. Throws a Fault for errors
 * that cannot be meant, and for a flow with mistakes.
 */
export async function prepareReplay(
  runtime: Runtime,
  wish: ErrorWish,
  { patch, way }: ReplayManner,
): Promise<PreparedReplay> {
  refuseUseless(way, patch);
  const { db, limits } = runtime.engine;
  const found = await narrowToPatch(db, await findErrorFilter(databaseOf(runtime), wish, openStates), patch);
  const flows = await flowsOfErrors(db, found.filter, { way, flows: toFlowsByTime(runtime.plans) });
  if (flows.length === 0) return { ...found, flows, patch, way, identified: [] };
  const plans = flows.map(({ plan }) => plan);
  const { maxRecordBytes } = limits;
  const { records, rest } = await identifyAll(await listUnread(db, found.filter), plans, {
    ...{ maxRecordBytes, way },
    ...(patch && { edit: patch.edit }),
  });
  const unread = { flows, way, identified: records };
  if (!patch) {
    const notes = [...found.notes, ...(await tellWayNotes(db, way, found.filter)), ...tellUnread(rest)];
    return { ...found, ...unread, patch, notes };
  }
  const errors = [...(await listReplayable(db, found.filter)), ...records];
  const { tried, leftOut, notes, refused } = await acceptPatch(
    { db, patch, maxRecordBytes, way },
    plans,
    errors,
  );
  return {
    ...unread,
    patch,
    filter: { ids: tried.map(({ error }) => error.id) },
    identified: records.filter(({ id }) => tried.some(({ error }) => error.id === id)),
    notes: [...found.notes, ...notes, ...leftOut, ...(refused ? [] : tellUnread(rest))],
    ...(refused && { refused }),
  };
}

export interface Replayed {
  /** None: there is no whole record to any of the errors. */
  readonly runs: readonly RunDocument[];
  readonly drift: readonly DriftCount[];
  readonly ending: Ending;
}

/** A run for each flow, one after the other, each followed to its end. Throws what refuses it. */
export async function replayErrors(
  runtime: Runtime,
  { flows, filter, patch, way, identified, refused }: PreparedReplay,
  { by, watch }: { readonly by: string; readonly watch: Watch },
): Promise<Replayed> {
  if (refused) throw refused;
  const { engine } = runtime;
  await saveIdentified(engine.db, identified);
  runtime.startWorking();
  const unread = new Set(identified.map(({ id }) => id));
  const runs: RunDocument[] = [];
  for (const flow of flows) {
    const own = way.flowOf === 'then' ? { ...filter, planHash: flow.hash } : filter;
    const options = { filter: own, by, unread, way, lanes: flow.lanes, ...(patch && { edit: patch.edit }) };
    const id = await startReplay(engine, flow, options);
    if (id !== undefined) runs.push((await followRun(runtime, id, watch)).document);
  }
  const drift = await countDrifts(engine.db, { runs: runs.map(({ run }) => run) });
  return { runs, drift, ending: worstOf(runs.map(endingOf)) };
}
