import { Command } from 'commander';
import { Fault } from '../../contract/fault.ts';
import type { TakePendingInput } from '../../contract/generated/endpoints.ts';
import { present } from '../../contract/present.ts';
import { counted } from '../../contract/text/counted.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, parseLimit, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { byOption } from '../who.ts';

interface Options extends AskingOptions {
  readonly flow?: string;
  readonly key?: string;
  readonly lane?: string;
  readonly run?: string;
  readonly reason: string;
}

export function takeCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('take')))
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
  const wish = { ...toWish(options), reason: options.reason };
  const { taken } = await withAsking(context, options, (ask) => ask('takePending', wish));
  if (options.json) printJson(context, { taken });
  else printLine(context, `${counted(taken, 'record')} went to the errors`);
  return exit.clean;
}

function toWish({ flow, key, lane, run }: Options): Omit<TakePendingInput, 'reason'> {
  if ([key, lane, run].filter((each) => each !== undefined).length !== 1) throw unnamed();
  if (run !== undefined) return { run: parseLimit(run, '--run'), ...(flow !== undefined && { flow }) };
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
