import { Command } from 'commander';
import { requireKnownFlow } from '../../app/open/known-flow.ts';
import type { Runtime } from '../../app/open/runtime.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { takeWaiting } from '../../engine/divide/take-waiting.ts';
import { loadRun } from '../../store/runs/runs.ts';
import type { WaitingSelection } from '../../store/waiting/take-waiting.ts';
import { example, parseCount, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { withRuntime } from '../runs/run.ts';
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
  const taken = await withRuntime(context, options, async (runtime) => {
    await requireKnownFlow(context, runtime.engine.db, {
      dir: workspaceDir(context, options),
      flow: options.flow,
    });
    const waiting = await toWaiting(runtime, options);
    const count = await takeWaiting(runtime.engine, waiting, `${whoOf(context, options)}: ${options.reason}`);
    if (count === 0)
      throw new Fault('TL_ARGUMENT_INVALID', `${nameOf(waiting)} waits: see tradelane pending`);
    return count;
  });
  if (options.json) printJson(context, { taken });
  else printLine(context, `${counted(taken, 'record')} went to the errors`);
  return exit.clean;
}

async function toWaiting({ engine }: Runtime, { flow, key, lane, run }: Options): Promise<WaitingSelection> {
  if ([key, lane, run].filter((each) => each !== undefined).length !== 1) throw unnamed();
  if (run !== undefined) return await toRun(engine.db, { id: parseCount(run, '--run'), flow });
  if (flow === undefined) throw unnamed();
  return key === undefined ? { flow, lane: parseLane(lane ?? '') } : { flow, key };
}

async function toRun(
  db: Runtime['engine']['db'],
  { id, flow }: { readonly id: number; readonly flow: string | undefined },
): Promise<WaitingSelection> {
  const run = await loadRun(db, id);
  if (run === undefined || (flow !== undefined && run.flow !== flow)) {
    const of = flow === undefined ? '' : ` of ${flow}`;
    throw new Fault('TL_ARGUMENT_INVALID', `there is no run ${id}${of}`);
  }
  if (run.status !== 'held') return { flow: run.flow, runId: id };
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `run ${id} of ${run.flow} is held for approval: tradelane runs reject ${id}`,
  );
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

function nameOf(waiting: WaitingSelection): string {
  if ('key' in waiting) return `nothing with the key "${waiting.key}" in ${waiting.flow}`;
  return 'lane' in waiting
    ? `nothing in lane ${waiting.lane} of ${waiting.flow}`
    : `nothing of run ${waiting.runId}`;
}
