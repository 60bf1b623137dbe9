import { Command } from 'commander';
import { type OpenFlow, withOpenFlow } from '../../app/open/open-flow.ts';
import { toNotes } from '../../app/runs/run-notes.ts';
import { Fault } from '../../contract/fault.ts';
import { type ForecastChunk, forecast, noForecastCounts } from '../../engine/forecast/forecast.ts';
import type { Forecast } from '../../engine/forecast/forecast-record.ts';
import { example, parseCount, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { createSamples, forecastLine, printForecast } from '../output/forecast-text.ts';
import { createLiveLines } from '../output/live-lines.ts';
import { printJson, printNote } from '../output/print.ts';
import { type ReadOptions, toRunOptions } from './read-options.ts';

interface Options extends CommonOptions, ReadOptions {
  readonly key?: string;
  readonly samples: string;
}

export function planCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('plan'))
    .summary('what a run would do, without doing it')
    .description(
      'Reads, maps and validates as the next run would, asks the target what it has, and says for each record what would become of it. Writes nothing: not to the target, not to the source, not to the database.',
    )
    .argument('<flow>', 'name of the flow')
    .option('--full', 'read everything, not only what changed')
    .option('--force', 'write again what is equal to what was delivered last')
    .option('--since <time>', 'read from this time on')
    .option('--until <time>', 'read up to this time')
    .option('--limit <n>', 'read so many records')
    .option('--key <key>', 'only the record with this key, among those that are read')
    .option('--samples <n>', 'show so many records of each kind; --json has all', '3')
    .addHelpText(
      'after',
      example(
        'tradelane plan orders-to-erp',
        'tradelane plan orders-to-erp --full --samples 10',
        'tradelane plan orders-to-erp --full --key SO-100012 --json',
      ),
    )
    .action(async (flow: string, options: Options) => report(await plan(context, flow, options)));
}

async function plan(context: Context, flow: string, options: Options): Promise<ExitCode> {
  const asked = {
    ...toRunOptions(options),
    ...(options.key !== undefined && { key: options.key }),
  };
  const samples = parseCount(options.samples, '--samples');
  return await withOpenFlow(context, { dir: workspaceDir(context, options), flow }, async (open) => {
    const parts = forecast(
      {
        db: open.db,
        signal: context.stop,
        entity: open.entity,
        maxRecordBytes: open.workspace.settings.maxRecordBytes,
      },
      open.plan,
      asked,
    );
    return await show(context, { open, parts, samples, options });
  });
}

interface Shown {
  readonly open: OpenFlow;
  readonly parts: AsyncIterable<ForecastChunk>;
  readonly samples: number;
  readonly options: Options;
}

async function show(context: Context, { open, parts, samples: size, options }: Shown): Promise<ExitCode> {
  const { flow } = open.plan;
  const samples = createSamples(size);
  // Only a document holds all of them; a table holds totals and samples.
  const records: Forecast[] = [];
  const live = createLiveLines(context);
  let last: Omit<ForecastChunk, 'forecasts'> = {
    read: 0,
    counts: noForecastCounts(),
    held: undefined,
    notes: { mapped: 0, silent: [], unordered: { records: 0, form: undefined }, reading: undefined },
  };
  try {
    for await (const { forecasts, ...totals } of parts) {
      last = totals;
      if (options.json) records.push(...forecasts);
      else samples.add(forecasts);
      live.show([forecastLine(flow, totals)]);
    }
  } catch (thrown) {
    live.end(context.stderr.isTTY ? [] : undefined);
    if (!context.stop.aborted) throw thrown;
  }
  live.end(context.stderr.isTTY ? [] : undefined);
  const { read, counts, held } = last;
  const isStopped = context.stop.aborted;
  // Of one record, most of what it lacks is its own affair.
  const notes = options.key === undefined ? toNotes(last.notes) : [];
  if (!isStopped) requireFound(options, last);
  if (options.json) {
    printJson(context, {
      flow,
      counts: { read, ...counts },
      ...(held !== undefined && { held: { code: 'TL_GUARD_TRIPPED', message: held } }),
      ...(isStopped && { stopped: true }),
      ...(notes.length > 0 && { notes }),
      records,
    });
  } else printForecast(context, flow, last, samples);
  explain(context, last, options);
  for (const { message } of notes) printNote(context, message);
  if (isStopped) return exit.failed;
  return counts.fails + counts.blocked > 0 || held !== undefined ? exit.findings : exit.clean;
}

function requireFound({ key, full }: Options, { read, counts }: Omit<ForecastChunk, 'forecasts'>): void {
  if (key === undefined || Object.values(counts).some((count) => count > 0)) return;
  const among = `no record with the key "${key}" among the ${read} that a run would read`;
  throw new Fault('TL_ARGUMENT_INVALID', full ? among : `${among}; --full reads everything`);
}

function explain(context: Context, { read, held }: Omit<ForecastChunk, 'forecasts'>, options: Options): void {
  if (context.stop.aborted) printNote(context, 'stopped; this is what had been read by then');
  else if (read === 0)
    printNote(context, options.full ? 'there is nothing to read' : 'nothing new; --full reads everything');
  if (held !== undefined) printNote(context, `the run would be held for approval: ${held}`);
}
