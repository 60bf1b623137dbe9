import { Command } from 'commander';
import { countWaiting } from '../store/pending.ts';
import { listCurrentRuns, listRuns, type Run } from '../store/runs.ts';
import { example, parseLimit, type Report, withCommonOptions } from './common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from './context.ts';
import { openWorkspaceStore, type Store } from './open-store.ts';
import { formatTable, printJson, printLine } from './output/print.ts';
import { runColumns, runRow, toRunDocument } from './output/run-document.ts';
import { noteWaiting } from './pending.ts';

interface Options extends CommonOptions {
  readonly flow?: string;
  readonly limit: string;
}

export function runsCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('runs'))
    .summary('what happened')
    .description('Lists runs, newest first.')
    .option('--flow <name>', 'only runs of this flow')
    .option('--limit <n>', 'so many at most', '20')
    .addHelpText('after', example('tradelane runs', 'tradelane runs --flow orders-to-erp --json'))
    .action(async (options: Options) => {
      const limit = parseLimit(options.limit, '--limit');
      const { flow } = options;
      const found = await fromStore(context, options, async (db) => ({
        runs: await listRuns(db, { flow, limit }),
        waiting: await countWaiting(db, flow),
      }));
      report(print(context, { ...found, flow }, options));
    });
}

export function statusCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('status'))
    .summary('what is happening')
    .description('Shows the newest run of each flow, and all that are under way.')
    .addHelpText('after', example('tradelane status', 'tradelane status --json'))
    .action(async (options: CommonOptions) => {
      const found = await fromStore(context, options, async (db) => ({
        runs: await listCurrentRuns(db),
        waiting: await countWaiting(db, undefined),
      }));
      report(print(context, { ...found, flow: undefined }, options));
    });
}

async function fromStore<T>(
  context: Context,
  options: CommonOptions,
  read: (db: Store['db']) => Promise<T>,
): Promise<T> {
  const store = await openWorkspaceStore(context, options);
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
  readonly flow: string | undefined;
}

function print(context: Context, { runs, waiting, flow }: Found, options: CommonOptions): ExitCode {
  const documents = runs.map((run) => ({
    ...toRunDocument(run, context.clock.now()),
    trigger: run.trigger,
    startedAt: (run.startedAt ?? run.createdAt).toISOString(),
  }));
  if (options.json) printJson(context, { runs: documents });
  else if (documents.length === 0) printLine(context, 'no runs yet');
  else {
    const columns = [
      { title: 'run', align: 'right' as const },
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
    printLine(context, formatTable(columns, rows));
    noteWaiting(context, waiting, flow);
  }
  return exit.clean;
}
