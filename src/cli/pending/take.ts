import { Command } from 'commander';
import { withRuntime } from '../../app/engine/with-runtime.ts';
import { type TakeWish, takeRecords } from '../../app/pending/take-records.ts';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { counted } from '../../contract/text/counted.ts';
import { example, parseCount, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { byOption, whoOf } from '../who.ts';

interface Options extends CommonOptions {
  readonly flow?: string;
  readonly key?: string;
  readonly lane?: string;
  readonly run?: string;
  readonly reason: string;
  readonly by?: string;
}

export function takeCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('take'))
    .summary('take records that wait out of their lane')
    .description(
      'Moves records that wait to the errors, whole, with who did it and why: from there they can be looked at, ' +
        'replayed or discarded, and what waited behind them goes on. Name the records of a key, the batch that a lane ' +
        'waits for, or all that is left of a run.',
    )
    .option('--flow <name>', 'the flow that they wait in; with --key or --lane')
    .option('--key <key>', 'all that waits of this key')
    .option('--lane <n>', 'the next batch of this lane, as `pending` shows it')
    .option('--run <id>', 'all that is left of this run')
    .requiredOption('--reason <text>', 'why, for whoever looks later')
    .option('--by <name>', byOption)
    .addHelpText(
      'after',
      example(
        'tradelane pending take --flow orders-to-erp --key 4711 --reason "entered by hand"',
        'tradelane pending take --run 12 --reason "the export was broken"',
      ),
    )
    .action(async (options: Options) => report(await take(context, options)));
}

async function take(context: Context, options: Options): Promise<ExitCode> {
  const decision = { by: whoOf(context, options), reason: options.reason };
  const { taken } = await withRuntime(context, { dir: workspaceDir(context, options) }, (runtime) =>
    takeRecords(runtime, toWish(options), decision),
  );
  if (options.json) printJson(context, { taken });
  else printLine(context, `${counted(taken, 'record')} went to the errors`);
  return exit.clean;
}

function toWish({ flow, key, lane, run }: Options): TakeWish {
  if ([key, lane, run].filter((each) => each !== undefined).length !== 1) throw unnamed();
  if (run !== undefined) return { run: parseCount(run, '--run'), flow };
  if (flow === undefined) throw unnamed();
  return key === undefined ? { flow, lane: parseLane(present(lane, '--lane')) } : { flow, key };
}

function parseLane(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new Fault('TL_ARGUMENT_INVALID', `--lane must be the number of a lane, got "${text}"`);
}

function unnamed(): Fault {
  return new Fault(
    'TL_ARGUMENT_INVALID',
    'name what is to be taken out: --flow with --key or --lane, or --run',
  );
}
