import { withOpenWorkspace } from '../../app/open/open-flow.ts';
import { forecastReplay } from '../../app/replay/forecast-replay.ts';
import type { ReplayForecast } from '../../engine/forecast/forecast-errors.ts';
import { parseCount, workspaceDir } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { noneFits, toErrorWish } from '../errors/error-filter.ts';
import { createSamples, printForecast } from '../output/forecast-text.ts';
import { printHint, printJson, printNote } from '../output/print.ts';
import { loadPatch } from './patch-options.ts';
import { type ReplayCommandOptions, toReplayWay } from './replay-options.ts';

/** What a replay would do about each error, over a store that refuses to write, and targets that are only asked. */
export async function printReplayForecast(
  context: Context,
  ids: readonly string[],
  options: ReplayCommandOptions,
): Promise<ExitCode> {
  const samples = parseCount(options.samples, '--samples');
  return await withOpenWorkspace(context, { dir: workspaceDir(context, options) }, async (open) => {
    const patch = await loadPatch(context, options, open.workspace);
    const wish = toErrorWish(options, ids);
    const way = toReplayWay(options);
    const forecast = await forecastReplay(open, { wish, patch, way, signal: context.stop });
    const { replays, flows, notes, leftOut, ending } = forecast;
    for (const note of notes) printNote(context, note);
    if (options.json) printJson(context, { replays, flows });
    else if (replays.length === 0) printHint(context, `nothing to replay: ${await noneFits(open, options)}`);
    else for (const each of flows) print(context, each, samples);
    for (const note of leftOut) printNote(context, note);
    return exit[ending];
  });
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
