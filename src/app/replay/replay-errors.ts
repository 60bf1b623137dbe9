import type { Fault } from '../../contract/fault.ts';
import type { UnreadOutcome } from '../../engine/patch/identify-unread.ts';
import { startReplay } from '../../engine/runs/replay.ts';
import type { ErrorFilter } from '../../store/errors/errors.ts';
import { groupErrors } from '../../store/errors/errors.ts';
import { listReplayable, listUnread, saveIdentified } from '../../store/errors/replays.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import type { CompiledFlow } from '../engine/plan-cache.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type ErrorWish, findErrorFilter, openStates } from '../errors/error-filter.ts';
import { databaseOf } from '../open/open-database.ts';
import { acceptPatch } from '../patch/accept-patch.ts';
import { narrowToPatch } from '../patch/narrow-to-patch.ts';
import type { Patch } from '../patch/patch.ts';
import { type Ending, endingOf, worstOf } from '../runs/ending.ts';
import { followRun, type Watch } from '../runs/follow-run.ts';
import type { RunDocument } from '../runs/run-document.ts';
import { identifyAll, tellUnread } from './identify-all.ts';

/** What is to be replayed, looked at and not begun. */
export interface PreparedReplay {
  /** None: no open error fits. */
  readonly flows: readonly CompiledFlow[];
  readonly filter: ErrorFilter;
  readonly patch: Patch | undefined;
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
  patch: Patch | undefined,
): Promise<PreparedReplay> {
  const { db, limits } = runtime.engine;
  const found = await narrowToPatch(db, await findErrorFilter(databaseOf(runtime), wish, openStates), patch);
  const groups = await groupErrors(db, found.filter);
  const flows = [...new Set(groups.map(({ flow }) => flow))].map((flow) => runtime.plans.compile(flow));
  if (flows.length === 0) return { ...found, flows, patch, identified: [] };
  const plans = flows.map(({ plan }) => plan);
  const { maxRecordBytes } = limits;
  const { records, rest } = await identifyAll(await listUnread(db, found.filter), plans, {
    maxRecordBytes,
    ...(patch && { edit: patch.edit }),
  });
  const unread = { flows, identified: records };
  if (!patch) return { ...found, ...unread, patch, notes: [...found.notes, ...tellUnread(rest)] };
  const errors = [...(await listReplayable(db, found.filter)), ...records];
  const { tried, leftOut, notes, refused } = await acceptPatch({ db, patch, maxRecordBytes }, plans, errors);
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
  { flows, filter, patch, identified, refused }: PreparedReplay,
  { by, watch }: { readonly by: string; readonly watch: Watch },
): Promise<Replayed> {
  if (refused) throw refused;
  const { engine } = runtime;
  await saveIdentified(engine.db, identified);
  runtime.startWorking();
  const unread = new Set(identified.map(({ id }) => id));
  const runs: RunDocument[] = [];
  for (const flow of flows) {
    const id = await startReplay(engine, flow, { filter, by, unread, ...(patch && { edit: patch.edit }) });
    if (id !== undefined) runs.push((await followRun(runtime, id, watch)).document);
  }
  const drift = await countDrifts(engine.db, { runs: runs.map(({ run }) => run) });
  return { runs, drift, ending: worstOf(runs.map(endingOf)) };
}
