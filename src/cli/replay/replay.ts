import { Command } from 'commander';
import { showBulk } from '../../app/bulks/bulks.ts';
import type { Runtime } from '../../app/engine/runtime.ts';
import { withRuntime } from '../../app/engine/with-runtime.ts';
import { openIfNone } from '../../app/errors/list-errors.ts';
import { databaseOf } from '../../app/open/open-database.ts';
import { expectPlan } from '../../app/replay/expect-plan.ts';
import { prepareReplay } from '../../app/replay/prepare-replay.ts';
import { followReplay, makeReplay } from '../../app/replay/replay-errors.ts';
import { serverOf, withServerOption } from '../asking/with-asking.ts';
import { madeLine } from '../bulks/bulk-text.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { noneFits, requireFilter, toErrorWish, withErrorFilter } from '../errors/error-filter.ts';
import { printHint, printJson, printLine, printNote } from '../output/print.ts';
import { byOption, whoOf } from '../who.ts';
import { loadPatch, withPatchOptions } from './patch-options.ts';
import { printReplayForecast } from './print-replay-forecast.ts';
import { createReplayWatch, printReplayed } from './print-replayed.ts';
import { type ReplayCommandOptions, toReplayWay, withWayOptions } from './replay-options.ts';
import { replayThere } from './replay-there.ts';

export function replayCommand(context: Context, report: Report): Command {
  return withWayOptions(
    withPatchOptions(withErrorFilter(withServerOption(withCommonOptions(new Command('replay'))))),
  )
    .summary('send failed records down the line again')
    .description(
      'Freezes all errors that fit the ids and filters as a set, and replays them: from the start and under the flow as it is now, if nothing else is said. The command follows the set until it is done. What is changed on the way stands until the source has a newer version of the record.',
    )
    .argument('[ids...]', 'ids of errors')
    .option('--plan', 'only say what would become of each record; writes nothing')
    .option('--samples <n>', 'with --plan, show so many records of each kind; --json has all', '20')
    .option('--by <name>', byOption)
    .option('--reason <text>', 'why, kept with the set')
    .option(
      '--expect <plan>',
      'replay only if a plan that `--plan` printed is still true; says what has moved, if not',
    )
    .option('--detach', 'only make the set, and print its handle: an engine works it off')
    .addHelpText(
      'after',
      example(
        'tradelane replay 17 18',
        'tradelane replay --flow orders-to-erp --code TL_VALIDATE_ENTITY --plan',
        'tradelane replay 17 --set \'FromUser.Username="C10001"\' --set LineItems[0].Quantity=2',
        'tradelane replay --flow orders-to-erp --patch customers.csv',
        'tradelane replay --code TL_TARGET_REJECTED --from stage',
        `tradelane replay --code TL_VALIDATE_ENTITY --expression '{"FromUser": {"Username": "C10001"}}' --plan`,
      ),
    )
    .action(async (ids: string[], options: ReplayCommandOptions) => {
      const isByTable = options.patch?.toLowerCase().endsWith('.csv') === true;
      if (!isByTable) requireFilter(ids, options);
      if (serverOf(context, options)) return report(await replayThere(context, ids, options));
      const begin = options.plan ? printReplayForecast : replay;
      report(await begin(context, ids, options));
    });
}

async function replay(
  context: Context,
  ids: readonly string[],
  options: ReplayCommandOptions,
): Promise<ExitCode> {
  const wish = { dir: workspaceDir(context, options), ownFlows: [] };
  return await withRuntime(context, wish, async (runtime) => {
    const patch = await loadPatch(context, options, runtime.plans.workspace());
    const manner = { patch, way: toReplayWay(options) };
    const prepared = await prepareReplay(runtime, toErrorWish(options, ids), manner);
    for (const note of prepared.notes) printNote(context, note);
    if (prepared.flows.length === 0) return await tellNone(context, runtime, options);
    const by = whoOf(context, options);
    const planHash =
      options.expect === undefined
        ? undefined
        : await expectPlan(runtime, prepared, { expected: options.expect, signal: context.stop });
    const id = await makeReplay(runtime, prepared, { by, reason: options.reason, planHash });
    if (id === undefined) return tellNoRecord(context, options);
    if (options.detach) return await tellMade(context, runtime, { id, options });
    runtime.startWorking();
    const { watch, end } = createReplayWatch(context, id);
    const replayed = await followReplay(runtime, id, watch);
    end();
    printReplayed(context, replayed, options);
    return exit[replayed.ending];
  });
}

async function tellMade(
  context: Context,
  runtime: Runtime,
  { id, options }: { readonly id: number; readonly options: ReplayCommandOptions },
): Promise<ExitCode> {
  const bulk = await showBulk(databaseOf(runtime), id);
  if (options.json) printJson(context, { bulk });
  else printHint(context, madeLine(bulk));
  return exit.clean;
}

function tellNoRecord(context: Context, options: ReplayCommandOptions): ExitCode {
  if (options.json) printJson(context, { runs: [] });
  else {
    const message =
      'nothing to replay: there is no whole record to these errors, only what could not be read';
    printLine(context, message);
  }
  return exit.clean;
}

async function tellNone(
  context: Context,
  runtime: Runtime,
  options: ReplayCommandOptions,
): Promise<ExitCode> {
  const open = databaseOf(runtime);
  if (options.json) printJson(context, { runs: [], ...(await openIfNone(open, [])) });
  else printHint(context, `nothing to replay: ${await noneFits(open, options)}`);
  return exit.clean;
}
