import { Command } from 'commander';
import { requireKnownFlow } from '../../app/open/known-flow.ts';
import { openWorkspaceStore, type Store } from '../../app/open/open-store.ts';
import { toRunDocument } from '../../app/runs/run-document.ts';
import { counted } from '../../contract/text/counted.ts';
import { approveRun, rejectRun } from '../../engine/approval/decide-hold.ts';
import { listRuns, type Run } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import { countWaiting } from '../../store/waiting/pending.ts';
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
import { withRuntime } from './run.ts';
import { showRunCommand } from './show-run.ts';

interface Options extends CommonOptions {
  readonly flow?: string;
  readonly limit: string;
}

interface RejectOptions extends CommonOptions {
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
      .addHelpText('after', example('tradelane runs approve 12'))
      .action(async (id: string, options: CommonOptions) => report(await approve(context, id, options))),
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
    .action(async (options: Options) => {
      const limit = parseLimit(options.limit, '--limit');
      const { flow } = options;
      const found = await fromStore(context, options, async (db) => {
        await requireKnownFlow(context, db, { dir: workspaceDir(context, options), flow: options.flow });
        return {
          runs: await listRuns(db, { flow, limit }),
          waiting: await countWaiting(db, flow),
          drift: await countDrifts(db, { flow }),
        };
      });
      report(print(context, { ...found, flow }, options));
    });
}

async function approve(context: Context, id: string, options: CommonOptions): Promise<ExitCode> {
  const run = parseCount(id, 'the id');
  await withRuntime(context, options, ({ engine }) => approveRun(engine, run));
  if (options.json) printJson(context, { run, approved: true });
  else printLine(context, `run ${run} goes on, with its guards off`);
  return exit.clean;
}

async function reject(context: Context, id: string, options: RejectOptions): Promise<ExitCode> {
  const run = parseCount(id, 'the id');
  const { rejected } = await withRuntime(context, options, ({ engine }) =>
    rejectRun(engine, run, options.reason),
  );
  if (options.json) printJson(context, { run, rejected });
  else printLine(context, `run ${run} is rejected; ${counted(rejected, 'record')} went to the errors`);
  return exit.clean;
}

async function fromStore<T>(
  context: Context,
  options: CommonOptions,
  read: (db: Store['db']) => Promise<T>,
): Promise<T> {
  const store = await openWorkspaceStore(context, workspaceDir(context, options));
  try {
    return await read(store.db);
  } finally {
    await store.close();
  }
}

interface Found {
  readonly runs: readonly Run[];
  /** Records that wait, of this flow or of all. */
  readonly waiting: number;
  /** Fields that are not as before, in all open drifts of this flow or of all. */
  readonly drift: readonly DriftCount[];
  readonly flow: string | undefined;
}

function print(context: Context, { runs, waiting, drift, flow }: Found, options: CommonOptions): ExitCode {
  const documents = runs.map((run) => ({
    ...toRunDocument(run, context.clock.now()),
    trigger: run.trigger,
    startedAt: (run.startedAt ?? run.createdAt).toISOString(),
  }));
  if (options.json) printJson(context, { runs: documents, drift });
  else if (documents.length === 0) printLine(context, 'no runs yet');
  else {
    const columns = [
      { title: 'run', align: 'right' as const, isName: true as const },
      { title: 'started' },
      { title: 'by' },
      ...runColumns,
    ];
    const rows = documents.map((run) => [
      String(run.run),
      run.startedAt.slice(0, 19).replace('T', ' '),
      run.trigger,
      ...runRow(run),
    ]);
    printTable(context, columns, rows);
    noteWaiting(context, waiting, flow);
    printDriftNote(context, drift);
    for (const { run, status, fault } of documents) {
      if (status === 'held') printNote(context, `run ${run} is held for approval: ${fault?.message}`);
    }
  }
  return exit.clean;
}
