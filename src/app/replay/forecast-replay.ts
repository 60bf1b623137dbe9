import { counted } from '../../contract/text/counted.ts';
import { type ReplayWay, withMade } from '../../engine/bulks/replay-way.ts';
import { forecastErrors, type ReplayForecast } from '../../engine/forecast/forecast-errors.ts';
import { type ErrorFilter, type ErrorGroup, groupErrors } from '../../store/errors/errors.ts';
import { freezeReplayable, listUnread, loadReplayable, type Replayable } from '../../store/errors/replays.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { type ErrorWish, findErrorFilter, openStates } from '../errors/error-filter.ts';
import type { OpenWorkspace } from '../open/open-flow.ts';
import { previewPatch } from '../patch/accept-patch.ts';
import { narrowToPatch } from '../patch/narrow-to-patch.ts';
import type { Patch } from '../patch/patch.ts';
import type { Ending } from '../runs/ending.ts';
import { flowsOfErrors, goesThrough } from './flows-of-errors.ts';
import { identifyAll, tellUnread } from './identify-all.ts';
import { refuseUseless, tellWayNotes } from './replay-way.ts';

/** What a replay would do. */
export interface WholeReplayForecast {
  /** The errors that are meant, by cause. */
  readonly replays: readonly ErrorGroup[];
  readonly flows: readonly (ReplayForecast & { readonly flow: string })[];
  readonly ending: Ending;
  /** What is worth telling of the wish and of the patch. */
  readonly notes: readonly string[];
  /** Errors that would not be sent, and why. */
  readonly leftOut: readonly string[];
}

export interface ReplayPlanWish {
  readonly wish: ErrorWish;
  readonly patch: Patch | undefined;
  readonly way: ReplayWay;
  /** Ends the asking of targets. */
  readonly signal: AbortSignal;
}

/** What a replay would do about each error, over a store that refuses to write, and targets that are only asked. */
export async function forecastReplay(
  open: OpenWorkspace,
  { wish, patch, way, signal }: ReplayPlanWish,
): Promise<WholeReplayForecast> {
  refuseUseless(way, patch);
  const { db, workspace, entity } = open;
  const found = await narrowToPatch(db, await findErrorFilter(open, wish, openStates), patch);
  const replays = await groupErrors(db, found.filter);
  const { maxRecordBytes } = workspace.settings;
  const whole = await loadReplayable(db, await freezeReplayable(db, found.filter));
  const unread = await listUnread(db, found.filter);
  const all = [...whole, ...unread];
  const plans = (await plansOf(open, found.filter, way)).filter((plan) =>
    all.some((error) => goesThrough(way, plan, error)),
  );
  const { records, rest } = await identifyAll(unread, plans, {
    ...{ maxRecordBytes, way },
    ...(patch && { edit: patch.edit }),
  });
  const errors = [...whole, ...records];
  const preview = patch && (await previewPatch({ db, patch, maxRecordBytes, way }, plans, errors));
  const edited = preview ? preview.tried.map((each) => each.edited) : errors;
  const sent = way.from === 'stage' ? await withMade(db, edited) : edited;
  const flows = await forecastAll({ db, entity, signal }, plans, (plan) =>
    sent.filter((error) => goesThrough(way, plan, error)),
  );
  const underWay = replays.reduce((sum, { count }) => sum + count, 0) - errors.length - rest.length;
  return {
    replays,
    flows,
    ending: flows.some(({ counts }) => counts.fails + counts.blocked > 0) ? 'findings' : 'clean',
    notes: [...found.notes, ...(await tellWayNotes(db, way, found.filter)), ...(preview?.notes ?? [])],
    leftOut: [...(preview?.leftOut ?? []), ...tellUnread(rest), ...tellUnderWay(underWay)],
  };
}

async function plansOf(open: OpenWorkspace, filter: ErrorFilter, way: ReplayWay): Promise<readonly Plan[]> {
  const flows = {
    now: (flow: string) => ({ plan: open.compile(flow) }),
    asOf: async (_flow: string, hash: string) => ({ plan: await open.compileAsOf(hash) }),
  };
  return (await flowsOfErrors(open.db, filter, { way, flows })).map(({ plan }) => plan);
}

async function forecastAll(
  tools: Parameters<typeof forecastErrors>[0],
  plans: readonly Plan[],
  errorsOf: (plan: Plan) => readonly Replayable[],
): Promise<WholeReplayForecast['flows']> {
  const flows: (ReplayForecast & { readonly flow: string })[] = [];
  for (const plan of plans) {
    const own = errorsOf(plan);
    flows.push({ flow: plan.flow, ...(await forecastErrors(tools, plan, own)) });
  }
  return flows;
}

function tellUnderWay(rest: number): readonly string[] {
  if (rest === 0) return [];
  const what = rest === 1 ? 'is being replayed already' : 'are being replayed already';
  return [`${counted(rest, 'error')} more ${what}: nothing of ${rest === 1 ? 'it' : 'them'} would be sent`];
}
