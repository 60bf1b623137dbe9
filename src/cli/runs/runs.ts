import { Command } from 'commander';
import { withRuntime } from '../../app/engine/with-runtime.ts';
import { takeItems } from '../../app/lists/page.ts';
import { withDatabase } from '../../app/open/open-database.ts';
import { approveHeldRun, rejectHeldRun } from '../../app/runs/decide-run.ts';
import { countOpenBeside, type ListedRun, type OpenBeside, pageRuns } from '../../app/runs/list-runs.ts';
import { counted } from '../../contract/text/counted.ts';
import {
  example,
  parseCount,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
  workspaceDir,
} from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { runColumns, runRow } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';
import { noteWaiting } from '../pending/pending.ts';
import { byOption, whoOf } from '../who.ts';
import { showRunCommand } from './show-run.ts';

interface Options extends CommonOptions {
  readonly flow?: string;
  readonly limit: string;
}

interface DecideOptions extends CommonOptions {
  readonly by?: string;
}

interface RejectOptions extends DecideOptions {
  readonly reason: string;
}

export function runsCommand(context: Context, report: Report): Command {
  const runs = new Command('runs')
    .summary('what happened')
    .description('Lists runs, newest first, and decides about those that a guard holds for approval.')
    .addHelpText('after', example('tradelane runs', 'tradelane runs show 12', 'tradelane runs approve 12'));
  const list = listCommand(context, report);
  runs.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(runs, list);
  runs.addCommand(showRunCommand(context, report));
  runs.addCommand(
    withCommonOptions(new Command('approve'))
      .summary('let a held run go on')
      .description(
        'Lets a run that is held for approval go on, with its guards off. A running engine takes it up at once, ' +
          'without one the next `tradelane run` of the flow does.',
      )
      .argument('<id>', 'id of the run, as `runs` shows it')
      .option('--by <name>', byOption)
      .addHelpText('after', example('tradelane runs approve 12'))
      .action(async (id: string, options: DecideOptions) => report(await approve(context, id, options))),
  );
  runs.addCommand(
    withCommonOptions(new Command('reject'))
      .summary('stop a held run')
      .description(
        'Ends a run that is held for approval. What is left of it goes to the errors whole, from where it can be ' +
          'replayed.',
      )
      .argument('<id>', 'id of the run, as `runs` shows it')
      .requiredOption('--reason <text>', 'why, for whoever looks later')
      .option('--by <name>', byOption)
      .addHelpText('after', example('tradelane runs reject 12 --reason "the export was broken"'))
      .action(async (id: string, options: RejectOptions) => report(await reject(context, id, options))),
  );
  return runs;
}

function listCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('list'))
    .summary('runs, newest first (the default)')
    .option('--flow <name>', 'only runs of this flow')
    .option('--limit <n>', 'so many at most', '20')
    .addHelpText('after', example('tradelane runs', 'tradelane runs --flow orders-to-erp --json'))
    .action(async (options: Options) => report(await list(context, options)));
}

async function list(context: Context, options: Options): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  const { flow } = options;
  return await withDatabase(context, workspaceDir(context, options), async (open) => {
    const runs = await takeItems(limit, (wish) => pageRuns(open, { flow }, wish));
    const beside = await countOpenBeside(open, flow);
    if (options.json) printJson(context, { runs, drift: beside.drift });
    else if (runs.length === 0) printLine(context, 'no runs yet');
    else print(context, runs, { ...beside, flow });
    return exit.clean;
  });
}

async function approve(context: Context, id: string, options: DecideOptions): Promise<ExitCode> {
  const decision = { run: parseCount(id, 'the id'), by: whoOf(context, options) };
  const dir = workspaceDir(context, options);
  const approved = await withRuntime(context, { dir }, (runtime) => approveHeldRun(runtime, decision));
  if (options.json) printJson(context, approved);
  else printLine(context, `run ${approved.run} goes on, with its guards off`);
  return exit.clean;
}

async function reject(context: Context, id: string, options: RejectOptions): Promise<ExitCode> {
  const decision = { run: parseCount(id, 'the id'), by: whoOf(context, options), reason: options.reason };
  const dir = workspaceDir(context, options);
  const done = await withRuntime(context, { dir }, (runtime) => rejectHeldRun(runtime, decision));
  if (options.json) printJson(context, done);
  else
    printLine(context, `run ${done.run} is rejected; ${counted(done.rejected, 'record')} went to the errors`);
  return exit.clean;
}

function print(
  context: Context,
  runs: readonly ListedRun[],
  { waiting, drift, flow }: OpenBeside & { readonly flow: string | undefined },
): void {
  const columns = [
    { title: 'run', align: 'right' as const, isName: true as const },
    { title: 'started' },
    { title: 'by' },
    ...runColumns,
  ];
  const rows = runs.map((run) => [
    String(run.run),
    run.startedAt.slice(0, 19).replace('T', ' '),
    run.trigger,
    ...runRow(run),
  ]);
  printTable(context, columns, rows);
  noteWaiting(context, waiting, flow);
  printDriftNote(context, drift);
  for (const { run, status, fault } of runs) {
    if (status === 'held') printNote(context, `run ${run} is held for approval: ${fault?.message}`);
  }
}
