import type { ToldChange } from '../../app/errors/told-decision.ts';
import { withOpenWorkspace } from '../../app/open/open-flow.ts';
import { forecastReplay, type ReplayFlowForecast } from '../../app/replay/forecast-replay.ts';
import { toReplayPlan } from '../../app/replay/plan-replay.ts';
import type { Forecast } from '../../engine/forecast/forecast-record.ts';
import { parseCount, workspaceDir } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { noneFits, toErrorWish } from '../errors/error-filter.ts';
import { createSamples, printForecast, type Samples } from '../output/forecast-text.ts';
import { printHint, printJson, printLine, printNote } from '../output/print.ts';
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
    const seen = watchForecasts(options.json ? Number.POSITIVE_INFINITY : samples);
    const plan = { wish, patch, way, signal: context.stop, see: seen.add };
    const forecast = await forecastReplay(open, plan);
    const { replays, notes, leftOut, ending } = forecast;
    for (const note of notes) printNote(context, note);
    if (options.json) printJson(context, toReplayPlan(forecast, seen.recordsOf));
    else if (replays.length === 0) printHint(context, `nothing to replay: ${await noneFits(open, options)}`);
    else
      printReplayPlan(
        context,
        toReplayPlan(forecast, () => []),
        seen.samplesOf,
      );
    for (const note of leftOut) printNote(context, note);
    return exit[ending];
  });
}

/** A plan as the engine makes it, or as a document of the API tells of it. */
interface PrintedPlan {
  readonly flows: readonly Omit<ReplayFlowForecast, 'planHash'>[];
  readonly patched?: readonly PatchedRecord[];
  readonly plan: string;
}

interface PatchedRecord {
  readonly error: number;
  readonly key: string;
  readonly changes: readonly ToldChange[];
}

/** What a plan of a replay says. */
export function printReplayPlan(
  context: Context,
  { flows, patched = [], plan }: PrintedPlan,
  samplesOf: (flow: string) => Samples,
): void {
  for (const each of flows) print(context, each, samplesOf(each.flow));
  printPatched(context, patched);
  printLine(context);
  printHint(context, `plan ${plan}: tradelane replay … --expect ${plan} replays if it is still true`);
}

/** Samples of each flow, or all records, in the order in which they come. */
function watchForecasts(size: number) {
  const samples = new Map<string, Samples>();
  const records = new Map<string, Forecast[]>();
  return {
    add: (flow: string, forecasts: readonly Forecast[]) => {
      const all = records.get(flow) ?? [];
      records.set(flow, all);
      if (size === Number.POSITIVE_INFINITY) all.push(...forecasts);
      const own = samples.get(flow) ?? createSamples(size);
      samples.set(flow, own);
      own.add(forecasts);
    },
    samplesOf: (flow: string) => samples.get(flow) ?? createSamples(size),
    recordsOf: (flow: string): readonly Forecast[] => records.get(flow) ?? [],
  };
}

function print(
  context: Context,
  { flow, counts, duplicates, failing }: PrintedPlan['flows'][number],
  samples: Samples,
): void {
  const read = Object.values(counts).reduce((sum, count) => sum + count, 0);
  printForecast(context, flow, { read, counts }, samples);
  if (duplicates > 0) printLine(context, `would-be duplicates: ${duplicates}`);
  for (const { code, message, count } of failing.slice(0, 10)) {
    if (counts.fails > 1) printLine(context, `${count} would fail for ${code}: ${message}`);
  }
}

function printPatched(context: Context, patched: readonly PatchedRecord[]): void {
  if (patched.length === 0) return;
  printLine(context);
  printLine(context, 'what the patch makes of records');
  for (const { error, key, changes } of patched) {
    printLine(context, `  ${key} (error ${error})`);
    for (const { path, before, after } of changes.slice(0, 20)) {
      printLine(context, `    ${path}: ${valueText(before)} → ${valueText(after)}`);
    }
  }
}

function valueText(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
