import { Command } from 'commander';
import { withOpenFlow } from '../../app/open/open-flow.ts';
import {
  endingOfForecast,
  type FlowForecast,
  forecastFlow,
  toForecastDocument,
} from '../../app/plan/forecast-flow.ts';
import { counted } from '../../contract/text/counted.ts';
import type { ForecastChunk, ForecastOptions } from '../../engine/forecast/forecast.ts';
import type { Forecast } from '../../engine/forecast/forecast-record.ts';
import { type AskingOptions, serverOf, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, parseCount, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { createSamples, forecastLine, printForecast } from '../output/forecast-text.ts';
import { createLiveLines } from '../output/live-lines.ts';
import { printJson, printNote } from '../output/print.ts';
import { type ReadOptions, toRunOptions } from './read-options.ts';

interface Options extends AskingOptions, ReadOptions {
  readonly key?: string;
  readonly samples: string;
}

export function planCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('plan')))
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
  const size = parseCount(options.samples, '--samples');
  if (serverOf(context, options)) return await planAtServer(context, options, { flow, asked, size });
  const samples = createSamples(size);
  // Only a document holds all of them; a table holds totals and samples.
  const records: Forecast[] = [];
  const live = createLiveLines(context);
  const seen = ({ forecasts, ...totals }: ForecastChunk) => {
    if (options.json) records.push(...forecasts);
    else samples.add(forecasts);
    live.show([forecastLine(flow, totals)]);
  };
  const dir = workspaceDir(context, options);
  const forecast = await withOpenFlow(context, { dir, flow }, (open) =>
    forecastFlow(open, { asked, stop: context.stop, seen }).finally(() =>
      live.end(context.stderr.isTTY ? [] : undefined),
    ),
  );
  if (options.json) printJson(context, toForecastDocument(forecast, records));
  else printForecast(context, flow, forecast, samples);
  explain(context, forecast, options);
  for (const { message } of forecast.notes) printNote(context, message);
  return exit[forecast.ending];
}

interface AskedPlan {
  readonly flow: string;
  readonly asked: ForecastOptions;
  readonly size: number;
}

/** So many records of each kind does a server give. */
const mostSamples = 1_000;

async function planAtServer(
  context: Context,
  options: Options,
  { flow, asked, size }: AskedPlan,
): Promise<ExitCode> {
  const { by: _by, bulk: _bulk, ...input } = asked;
  const given = options.json ? mostSamples : Math.min(size, mostSamples);
  const plan = await withAsking(context, options, (ask) =>
    ask('planFlow', { flow, ...input, samples: given }),
  );
  const { counts, held, stopped = false, notes = [], records, leftOut = 0 } = plan;
  const { read } = counts;
  const samples = createSamples(given);
  samples.add(records);
  if (options.json) printJson(context, plan);
  else printForecast(context, flow, { read, counts }, samples);
  explain(context, { read, held: held?.message, isStopped: stopped }, options);
  if (options.json && leftOut > 0)
    printNote(context, `${counted(leftOut, 'record')} left out: a server gives ${mostSamples} of each kind`);
  for (const { message } of notes) printNote(context, message);
  return exit[endingOfForecast({ counts, held, isStopped: stopped })];
}

type Explained = Pick<FlowForecast, 'read' | 'held' | 'isStopped'>;

function explain(context: Context, { read, held, isStopped }: Explained, options: Options): void {
  if (isStopped) printNote(context, 'stopped; this is what had been read by then');
  else if (read === 0)
    printNote(context, options.full ? 'there is nothing to read' : 'nothing new; --full reads everything');
  if (held !== undefined) printNote(context, `the run would be held for approval: ${held}`);
}
