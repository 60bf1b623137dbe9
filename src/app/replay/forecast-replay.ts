import { counted } from '../../contract/text/counted.ts';
import { forecastErrors, type ReplayForecast } from '../../engine/forecast/forecast-errors.ts';
import { type ErrorGroup, groupErrors } from '../../store/errors/errors.ts';
import { listReplayable, listUnread, type Replayable } from '../../store/errors/replays.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { type ErrorWish, findErrorFilter, openStates } from '../errors/error-filter.ts';
import type { OpenWorkspace } from '../open/open-flow.ts';
import { previewPatch } from '../patch/accept-patch.ts';
import { narrowToPatch } from '../patch/narrow-to-patch.ts';
import type { Patch } from '../patch/patch.ts';
import type { Ending } from '../runs/ending.ts';
import { identifyAll, tellUnread } from './identify-all.ts';

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
  /** Ends the asking of targets. */
  readonly signal: AbortSignal;
}

/** What a replay would do about each error, over a store that refuses to write, and targets that are only asked. */
export async function forecastReplay(
  open: OpenWorkspace,
  { wish, patch, signal }: ReplayPlanWish,
): Promise<WholeReplayForecast> {
  const { db, workspace, entity } = open;
  const found = await narrowToPatch(db, await findErrorFilter(open, wish, openStates), patch);
  const replays = await groupErrors(db, found.filter);
  const { maxRecordBytes } = workspace.settings;
  const whole = await listReplayable(db, found.filter);
  const unread = await listUnread(db, found.filter);
  const plans = [...new Set([...whole, ...unread].map(({ flow }) => flow))].map((flow) => open.compile(flow));
  const { records, rest } = await identifyAll(unread, plans, {
    maxRecordBytes,
    ...(patch && { edit: patch.edit }),
  });
  const errors = [...whole, ...records];
  const preview = patch && (await previewPatch({ db, patch, maxRecordBytes }, plans, errors));
  const edited = preview ? preview.tried.map((each) => each.edited) : errors;
  const flows = await forecastAll({ db, entity, signal }, plans, edited);
  const underWay = replays.reduce((sum, { count }) => sum + count, 0) - errors.length - rest.length;
  return {
    replays,
    flows,
    ending: flows.some(({ counts }) => counts.fails + counts.blocked > 0) ? 'findings' : 'clean',
    notes: [...found.notes, ...(preview?.notes ?? [])],
    leftOut: [...(preview?.leftOut ?? []), ...tellUnread(rest), ...tellUnderWay(underWay)],
  };
}

async function forecastAll(
  tools: Parameters<typeof forecastErrors>[0],
  plans: readonly Plan[],
  errors: readonly Replayable[],
): Promise<WholeReplayForecast['flows']> {
  const flows: (ReplayForecast & { readonly flow: string })[] = [];
  for (const plan of plans) {
    const own = errors.filter(({ flow }) => flow === plan.flow);
    flows.push({ flow: plan.flow, ...(await forecastErrors(tools, plan, own)) });
  }
  return flows;
}

function tellUnderWay(rest: number): readonly string[] {
  if (rest === 0) return [];
  const what = rest === 1 ? 'is being replayed already' : 'are being replayed already';
  return [`${counted(rest, 'error')} more ${what}: nothing of ${rest === 1 ? 'it' : 'them'} would be sent`];
}
