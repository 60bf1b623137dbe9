import { type OpenWorkspace, withOpenWorkspace } from '../../app/open/open-flow.ts';
import { counted } from '../../contract/text/counted.ts';
import { forecastErrors, type ReplayForecast } from '../../engine/forecast/forecast-errors.ts';
import { groupErrors } from '../../store/errors/errors.ts';
import { listReplayable, listUnread } from '../../store/errors/replays.ts';
import { parseCount, workspaceDir } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { noneFits, openStates, toErrorFilter } from '../errors/error-filter.ts';
import { createSamples, printForecast } from '../output/forecast-text.ts';
import { printHint, printJson, printNote } from '../output/print.ts';
import { narrowToPatch, previewPatch } from './accept-patch.ts';
import { identifyAll, tellUnread } from './identify-all.ts';
import { loadPatch } from './patch-options.ts';
import type { ReplayCommandOptions } from './replay.ts';

/** What a replay would do about each error, over a store that refuses to write, and targets that are only asked. */
export async function planReplay(
  context: Context,
  ids: readonly string[],
  options: ReplayCommandOptions,
): Promise<ExitCode> {
  const samples = parseCount(options.samples, '--samples');
  return await withOpenWorkspace(context, { dir: workspaceDir(context, options) }, async (open) => {
    const { db, workspace } = open;
    const patch = await loadPatch(context, options, workspace);
    const typed = await toErrorFilter(context, db, { ids, options, states: openStates });
    const filter = patch ? await narrowToPatch(context, db, { filter: typed, patch, options }) : typed;
    const replays = await groupErrors(db, filter);
    const { maxRecordBytes } = workspace.settings;
    const whole = await listReplayable(db, filter);
    const unread = await listUnread(db, filter);
    const plans = [...new Set([...whole, ...unread].map(({ flow }) => flow))].map((flow) =>
      open.compile(flow),
    );
    const identified = await identifyAll(unread, plans, {
      maxRecordBytes,
      ...(patch && { edit: patch.edit }),
    });
    const errors = [...whole, ...identified.records];
    const edited = patch
      ? (await previewPatch(context, { db, patch, maxRecordBytes }, plans, errors)).map((each) => each.edited)
      : errors;
    const flows: (ReplayForecast & { readonly flow: string })[] = [];
    for (const plan of plans) {
      const own = edited.filter(({ flow }) => flow === plan.flow);
      flows.push({ flow: plan.flow, ...(await forecastErrors(toolsOf(context, open), plan, own)) });
    }
    if (options.json) printJson(context, { replays, flows });
    else if (replays.length === 0) printHint(context, `nothing to replay: ${await noneFits(db, options)}`);
    else for (const each of flows) print(context, each, samples);
    tellUnread(context, identified.rest);
    const told = errors.length + identified.rest.length;
    tellRest(context, replays.reduce((sum, { count }) => sum + count, 0) - told);
    return flows.some(({ counts }) => counts.fails + counts.blocked > 0) ? exit.findings : exit.clean;
  });
}

function toolsOf({ stop }: Context, { db, entity }: OpenWorkspace) {
  return { db, entity, signal: stop };
}

function print(
  context: Context,
  { flow, counts, records }: ReplayForecast & { readonly flow: string },
  size: number,
): void {
  const samples = createSamples(size);
  samples.add(records);
  printForecast(context, flow, { read: records.length, counts }, samples);
}

function tellRest(context: Context, rest: number): void {
  if (rest === 0) return;
  const what = rest === 1 ? 'is being replayed already' : 'are being replayed already';
  printNote(
    context,
    `${counted(rest, 'error')} more ${what}: nothing of ${rest === 1 ? 'it' : 'them'} would be sent`,
  );
}
