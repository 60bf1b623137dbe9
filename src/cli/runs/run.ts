import { Command } from 'commander';
import { withRuntime } from '../../app/engine/with-runtime.ts';
import type { Watch } from '../../app/runs/follow/follow-run.ts';
import type { RunDocument } from '../../app/runs/run-document.ts';
import { type FlowRun, type FlowRunWish, runFlow, toFlowRunDocument } from '../../app/runs/run-flow.ts';
import type { Ask } from '../../client/create-client.ts';
import { type AskingOptions, askRuntime, findApiServer, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { noteAbsences } from '../output/absence-notes.ts';
import { createRunWatch } from '../output/live-lines.ts';
import { printJson, printNote, printTable } from '../output/print.ts';
import { runColumns, runRow } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';
import { whoOf } from '../who.ts';
import { type ReadOptions, toRunOptions } from './read-options.ts';
import { runAtServer } from './run-at-server.ts';

type Options = AskingOptions & ReadOptions;

export function runCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('run')))
    .summary('run one flow to its end')
    .description('Runs one flow to its end: reads what changed since the last run, and delivers it.')
    .argument('<flow>', 'name of the flow')
    .option('--full', 'read everything, not only what changed')
    .option('--force', 'write again what is equal to what was delivered last')
    .option('--since <time>', 'read from this time on; the cursor stays where it is')
    .option('--until <time>', 'read up to this time; the cursor stays where it is')
    .option('--limit <n>', 'read so many records; the cursor stays where it is')
    .option('--even-paused', 'although the flow is paused: it works on until this run is over')
    .addHelpText('after', example('tradelane run orders-to-erp', 'tradelane run prices --full --json'))
    .action(async (flow: string, options: Options) => report(await run(context, flow, options)));
}

async function run(context: Context, flow: string, options: Options): Promise<ExitCode> {
  return await runAndPrint(context, options, { flow, asked: toRunOptions(options) });
}

type AskedRun = Omit<FlowRunWish, 'by'> & {
  /** Called before anything is read. */
  readonly announce?: (ask: Ask) => Promise<void>;
};

/** One run of a flow to its end, with what was left behind by those before it: here, or at a server. */
export async function runAndPrint(
  context: Context,
  options: AskingOptions,
  { flow, asked, announce }: AskedRun,
): Promise<ExitCode> {
  const follow = async (run: (watch: Watch) => Promise<FlowRun>) => {
    const { watch, end } = createRunWatch(context);
    const ran = await run(watch);
    end();
    print(context, ran, options);
    return exit[ran.ending];
  };
  const server = findApiServer(context, options);
  if (server !== undefined) {
    await announce?.(server.ask);
    return await follow((watch) => runAtServer(context, server, { flow, asked, watch }));
  }
  const dir = workspaceDir(context, options);
  return await withRuntime(context, { dir, flow, ownFlows: [flow] }, async (runtime) => {
    const by = whoOf(context, {});
    await announce?.(askRuntime(context, { runtime, dir, by }));
    return await follow((watch) => runFlow(runtime, { flow, asked, by }, watch));
  });
}

function print(context: Context, ran: FlowRun, options: CommonOptions): void {
  const { run: newest, earlier, drift, absences, notes } = ran;
  if (options.json) printJson(context, toFlowRunDocument(ran));
  else printTable(context, runColumns, [...earlier, newest].map(runRow));
  for (const each of [...earlier, newest]) explain(context, each);
  noteAbsences(context, absences);
  printDriftNote(context, drift);
  for (const { message } of notes) printNote(context, message);
}

function explain(context: Context, run: RunDocument): void {
  if (run.fault) printNote(context, `${run.fault.code}  ${run.fault.message}`);
  if (run.status === 'held') {
    const decide = `tradelane runs approve ${run.run}, or tradelane runs reject ${run.run} --reason TEXT`;
    printNote(context, `held for approval: ${decide}`);
  }
  if (run.fault?.code === 'TL_PAUSED') {
    printNote(context, 'it goes on once that is over; what waits for it: tradelane pending');
  } else if (run.status === 'waiting') {
    const { pending } = run.counts;
    const who = pending === 1 ? '1 record waits' : `${pending} records wait`;
    const what = pending === 1 ? 'it' : 'them';
    printNote(context, `${who}; the next run, or a running engine, delivers ${what}`);
    printNote(context, `why and until when: tradelane pending --flow ${run.flow}`);
  }
  const { blocked } = run.counts;
  if (blocked > 0) printNote(context, `${blocked} blocked: tradelane pending --flow ${run.flow}`);
  if (run.counts.failed > 0)
    printNote(context, `${run.counts.failed} failed: tradelane errors list --flow ${run.flow}`);
  if (run.stillOpen !== undefined)
    printNote(
      context,
      `${run.stillOpen} failed as before, unchanged: tradelane errors list --flow ${run.flow}`,
    );
}
