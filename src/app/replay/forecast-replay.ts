import { createHash, type Hash } from 'node:crypto';
import { counted } from '../../contract/text/counted.ts';
import { withMade } from '../../engine/bulks/replay-way.ts';
import { noForecastCounts } from '../../engine/forecast/forecast.ts';
import { forecastErrors } from '../../engine/forecast/forecast-errors.ts';
import type { Forecast, ForecastEffect } from '../../engine/forecast/forecast-record.ts';
import { type ErrorFilter, type ErrorGroup, groupErrors } from '../../store/errors/errors.ts';
import {
  type FrozenError,
  findNewestChange,
  freezeReplayable,
  listUnread,
  loadReplayable,
  type Replayable,
} from '../../store/errors/replays.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { type ErrorWish, findErrorFilter, openStates } from '../errors/error-filter.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import type { OpenWorkspace } from '../open/open-flow.ts';
import { previewPatch, type TriedPatch } from '../patch/accept-patch.ts';
import { narrowToPatch } from '../patch/narrow-to-patch.ts';
import type { Ending } from '../runs/ending.ts';
import { flowsOfErrors, goesThrough } from './flows-of-errors.ts';
import { identifyAll, tellUnread } from './identify-all.ts';
import { finishEffects, formatPlan, hashFlows, hashManner, hashSet, type PlanParts } from './plan-hash.ts';
import { tellOutside } from './prepare-replay.ts';
import type { ReplayManner } from './replay-manner.ts';
import { refuseUseless, tellWayNotes } from './replay-way.ts';
import { type FailingAgain, watchFailing } from './watch-failing.ts';

/** What a replay would do. */
export interface WholeReplayForecast {
  /** The errors that are meant, by cause. */
  readonly replays: readonly ErrorGroup[];
  readonly flows: readonly ReplayFlowForecast[];
  /** A hash of all that it depends on: `replay --expect` works it out once more, and compares. */
  readonly plan: string;
  readonly parts: PlanParts;
  readonly ending: Ending;
  /** What is worth telling of the wish and of the patch. */
  readonly notes: readonly string[];
  /** Errors that would not be sent, and why. */
  readonly leftOut: readonly string[];
  /** What the patch makes of some of the records. */
  readonly patched: TriedPatch['tried'];
}

export interface ReplayFlowForecast {
  readonly flow: string;
  readonly planHash: string;
  readonly counts: Readonly<Record<ForecastEffect, number>>;
  /** Of those that fail: the target, or another record, has that id already. */
  readonly duplicates: number;
  /** Of those that fail again: why, the most first. */
  readonly failing: readonly FailingAgain[];
}

export interface ReplayPlanWish extends ReplayManner {
  readonly wish: ErrorWish;
  /** Ends the asking of targets. */
  readonly signal: AbortSignal;
  /** Given what is foreseen of each record of a flow, some at a time: nothing of it is kept here. */
  readonly see: (flow: string, forecasts: readonly Forecast[]) => void;
}

/** What a replay is planned over: nothing of it is written to. */
export type PlanningFrom = Pick<OpenWorkspace, keyof OpenDatabase> &
  Pick<OpenWorkspace, 'workspace' | 'entity' | 'compile' | 'compileAsOf'>;

/** So many records are in memory at once, where nothing is made of them first. */
const atOnce = 1_000;
/** Of so many records it is shown what a patch makes of them. */
const mostPatched = 10;

/** What a replay would do about each error, from the targets' own answers. Nothing is written anywhere. */
export async function forecastReplay(
  open: PlanningFrom,
  { wish, patch, way, signal, see }: ReplayPlanWish,
): Promise<WholeReplayForecast> {
  refuseUseless(way, patch);
  const { db, workspace, entity } = open;
  const { maxRecordBytes } = workspace.settings;
  const found = await narrowToPatch(db, await findErrorFilter(open, wish, openStates), patch);
  const replays = await groupErrors(db, found.filter);
  const frozen = await freezeReplayable(db, found.filter);
  const unread = await listUnread(db, found.filter);
  const all = [...frozen, ...unread];
  const plans = await plansOf(open, found.filter, { way, all });
  const given = { maxRecordBytes, way, ...(patch && { edit: patch.edit }) };
  const { records, rest } = await identifyAll(unread, plans, given);
  const preview =
    patch &&
    (await previewPatch({ db, patch, maxRecordBytes, way }, plans, [
      ...(await loadReplayable(db, frozen)),
      ...records,
    ]));
  const edited = preview?.tried.map((each) => each.edited);
  const effects = createHash('sha256');
  const flows: ReplayFlowForecast[] = [];
  for (const plan of plans) {
    const chunks = chunksOf(db, { edited, frozen, identified: records }, { plan, way });
    flows.push(await forecastFlow({ db, entity, signal }, plan, { chunks, effects, see }));
  }
  const counts = totalOf(flows);
  const parts: PlanParts = {
    ...{ counts, set: hashSet(frozen, unread), manner: hashManner({ patch, way }), flows: hashFlows(plans) },
    ...{ effects: finishEffects(effects), seenAt: await findNewestChange(db, all) },
  };
  const underWay = replays.reduce((sum, { count }) => sum + count, 0) - all.length;
  return {
    ...{ replays, flows, parts, plan: formatPlan(parts) },
    ending: counts.fails + counts.blocked > 0 ? 'findings' : 'clean',
    notes: [
      ...found.notes,
      ...(replays.length > 0 ? await tellOutside(db, wish, all.length) : []),
      ...(await tellWayNotes(db, way, found.filter)),
      ...(preview?.notes ?? []),
    ],
    leftOut: [...(preview?.leftOut ?? []), ...tellUnread(rest), ...tellUnderWay(underWay)],
    patched: preview?.tried.filter(({ changes }) => changes.length > 0).slice(0, mostPatched) ?? [],
  };
}

/** The plans that at least one of the errors goes through. */
async function plansOf(
  open: PlanningFrom,
  filter: ErrorFilter,
  {
    way,
    all,
  }: { readonly way: ReplayManner['way']; readonly all: readonly Parameters<typeof goesThrough>[2][] },
): Promise<readonly Plan[]> {
  const flows = {
    now: (flow: string) => ({ plan: open.compile(flow) }),
    asOf: async (_flow: string, hash: string) => ({ plan: await open.compileAsOf(hash) }),
  };
  const plans = (await flowsOfErrors(open.db, filter, { way, flows })).map(({ plan }) => plan);
  return plans.filter((plan) => all.some((error) => goesThrough(way, plan, error)));
}

interface ToSend {
  /** What a patch has made of all of them; absent: they are sent as they are. */
  readonly edited: readonly Replayable[] | undefined;
  readonly frozen: readonly FrozenError[];
  readonly identified: readonly Replayable[];
}

/** The errors that go through one plan, as they are sent. */
function chunksOf(
  db: PlanningFrom['db'],
  { edited, frozen, identified }: ToSend,
  { plan, way }: { readonly plan: Plan; readonly way: ReplayManner['way'] },
): Chunks {
  const isMeant = (error: Parameters<typeof goesThrough>[2]) => goesThrough(way, plan, error);
  const chunks = edited
    ? inChunks(edited.filter(isMeant))
    : loadChunks(db, frozen.filter(isMeant), identified.filter(isMeant));
  return way.from === 'stage' ? allWithMade(db, chunks) : chunks;
}

type Chunks = AsyncIterable<readonly Replayable[]> | Iterable<readonly Replayable[]>;

function* inChunks(errors: readonly Replayable[]): Generator<readonly Replayable[]> {
  for (let from = 0; from < errors.length; from += atOnce) yield errors.slice(from, from + atOnce);
}

async function* loadChunks(
  db: PlanningFrom['db'],
  frozen: readonly FrozenError[],
  identified: readonly Replayable[],
): AsyncGenerator<readonly Replayable[]> {
  for (let from = 0; from < frozen.length; from += atOnce)
    yield await loadReplayable(db, frozen.slice(from, from + atOnce));
  yield* inChunks(identified);
}

async function* allWithMade(db: PlanningFrom['db'], chunks: Chunks): AsyncGenerator<readonly Replayable[]> {
  for await (const errors of chunks) yield await withMade(db, errors);
}

interface ToForesee {
  readonly chunks: Chunks;
  readonly effects: Hash;
  readonly see: ReplayPlanWish['see'];
}

async function forecastFlow(
  tools: Parameters<typeof forecastErrors>[0],
  plan: Plan,
  { chunks, effects, see }: ToForesee,
): Promise<ReplayFlowForecast> {
  const counts = noForecastCounts();
  const failing = watchFailing();
  for await (const foreseen of forecastErrors(tools, plan, chunks)) {
    for (const { forecast, print } of foreseen) {
      counts[forecast.effect] += 1;
      failing.add(forecast);
      effects.update(print);
    }
    see(
      plan.flow,
      foreseen.map(({ forecast }) => forecast),
    );
  }
  return { flow: plan.flow, planHash: plan.hash, counts, ...failing.told() };
}

function totalOf(flows: readonly ReplayFlowForecast[]): Record<ForecastEffect, number> {
  const total = noForecastCounts();
  for (const { counts } of flows)
    for (const effect of Object.keys(total) as ForecastEffect[]) total[effect] += counts[effect];
  return total;
}

function tellUnderWay(rest: number): readonly string[] {
  if (rest <= 0) return [];
  const what = rest === 1 ? 'is being replayed already' : 'are being replayed already';
  return [`${counted(rest, 'error')} more ${what}: nothing of ${rest === 1 ? 'it' : 'them'} would be sent`];
}
