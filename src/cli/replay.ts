import { Command } from 'commander';
import { planReplay, startReplay } from '../engine/replay.ts';
import type { ErrorFilter } from '../store/errors.ts';
import { example, type Report, withCommonOptions } from './common-options.ts';
import { type Context, type ExitCode, exit } from './context.ts';
import { type FilterOptions, requireFilter, toErrorFilter, withErrorFilter } from './errors.ts';
import { followRun, progressLine } from './follow-run.ts';
import { createLiveLines } from './output/live-lines.ts';
import { formatTable, printJson, printLine } from './output/print.ts';
import { type RunDocument, runColumns, runRow } from './output/run-document.ts';
import { exitCodeOf, withRuntime } from './run.ts';
import type { Runtime } from './runtime.ts';

interface Options extends FilterOptions {
  readonly plan?: boolean;
}

export function replayCommand(context: Context, report: Report): Command {
  return withErrorFilter(withCommonOptions(new Command('replay')))
    .summary('send failed records down the line again')
    .description('Replays errors under the flow as it is now: all that fit the ids and filters.')
    .argument('[ids...]', 'ids of errors')
    .option('--plan', 'only say what would be replayed')
    .addHelpText(
      'after',
      example('tradelane replay 17 18', 'tradelane replay --flow orders-to-erp --code TL_VALIDATE_ENTITY'),
    )
    .action(async (ids: string[], options: Options) => {
      const filter = toErrorFilter(ids, options);
      requireFilter(filter);
      report(await withRuntime(context, options, (runtime) => replay(context, runtime, { filter, options })));
    });
}

async function replay(
  context: Context,
  runtime: Runtime,
  { filter, options }: { readonly filter: ErrorFilter; readonly options: Options },
): Promise<ExitCode> {
  const groups = await planReplay(runtime.engine, filter);
  if (options.plan) {
    if (options.json) printJson(context, { replays: groups });
    else for (const { count, flow, code } of groups) printLine(context, `${count}  ${flow}  ${code}`);
    return exit.clean;
  }
  runtime.startWorking();
  const runs = await replayFlows(context, runtime, {
    filter,
    flows: [...new Set(groups.map(({ flow }) => flow))],
  });
  if (options.json) printJson(context, { runs });
  else if (runs.length === 0) printLine(context, 'no error fits: nothing to replay');
  else printLine(context, formatTable(runColumns, runs.map(runRow)));
  return runs.map(exitCodeOf).reduce<ExitCode>((worst, code) => (code > worst ? code : worst), exit.clean);
}

async function replayFlows(
  context: Context,
  runtime: Runtime,
  { filter, flows }: { readonly filter: ErrorFilter; readonly flows: readonly string[] },
): Promise<readonly RunDocument[]> {
  // All flows are looked at before the first is started: a mistake in one of them changes nothing.
  const compiled = flows.map((flow) => runtime.plans.compile(flow));
  const live = createLiveLines(context);
  const documents: RunDocument[] = [];
  for (const flow of compiled) {
    const id = await startReplay(runtime.engine, flow, filter);
    if (id === undefined) continue;
    const show = (run: RunDocument) => live.show([progressLine(run)]);
    documents.push((await followRun(runtime.engine, id, { show, stop: context.stop })).document);
  }
  live.end(context.stderr.isTTY ? [] : undefined);
  return documents;
}
