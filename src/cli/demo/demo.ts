import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { createRuntime, type Runtime } from '../../app/engine/runtime.ts';
import { whileThere } from '../../app/engine/watch-store.ts';
import { pageErrorGroups } from '../../app/errors/list-errors.ts';
import { maxPage } from '../../app/lists/page.ts';
import { loadFrom } from '../../app/open/load.ts';
import { databaseOf } from '../../app/open/open-database.ts';
import { openStore, removeOwnStore, type Store } from '../../app/open/open-store.ts';
import { pageBlocked } from '../../app/pending/page-pending.ts';
import { followRun } from '../../app/runs/follow-run.ts';
import type { RunDocument } from '../../app/runs/run-document.ts';
import { startFlowRun } from '../../app/runs/run-flow.ts';
import { watchEndedRuns } from '../../app/runs/watch-ended.ts';
import { startScheduling } from '../../app/schedule/scheduling.ts';
import { createLogger } from '../../observe/logger.ts';
import { createWarehouse } from '../../simulator/warehouse.ts';
import { example, type Report } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { aborted } from '../engine/start.ts';
import { createLiveLines } from '../output/live-lines.ts';
import { paint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { countsLine, runColumns, runRow, seconds } from '../output/run-table.ts';
import { type DemoSystems, startDemoSystems } from './demo-systems.ts';
import { secondTerminal, writeDemoWorkspace } from './demo-workspace.ts';

interface Options {
  readonly once?: boolean;
  readonly json?: boolean;
}

/** An ERP wants to know a customer before it takes an order: orders come when the customers are through. */
const firstPass = [
  ['customers-to-erp', 'customers-to-crm', 'stock-to-commerce', 'prices-to-commerce'],
  ['orders-to-erp'],
];

export function demoCommand(context: Context, report: Report): Command {
  return new Command('demo')
    .summary('see it work, on this machine alone')
    .description(
      'Starts an embedded PostgreSQL, simulators of a shop, an ERP and a CRM, and a warehouse that drops files; then ' +
        'moves orders, customers, stock and prices between them. A few records are wrong on purpose.',
    )
    .option('--once', 'end when every flow has run to its end')
    .option('--json', 'print one JSON document on standard output')
    .addHelpText('after', example('tradelane demo', 'tradelane demo --once --json'))
    .action(async (options: Options) => report(await demo(context, options)));
}

async function demo(context: Context, options: Options): Promise<ExitCode> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-demo-'));
  // Root's PostgreSQL runs as another account, which has to pass through; nobody can look around in here.
  await chmod(dir, 0o711);
  const startedAt = context.clock.now();
  printNote(context, 'starting PostgreSQL and the simulators …');
  const warehouse = createWarehouse({
    dir: join(dir, 'warehouse'),
    seed: 1,
    products: 2_000,
    clock: context.clock,
  });
  const systems = await startDemoSystems(context);
  const variables = { ...systems.env, WAREHOUSE_DIR: join(dir, 'warehouse') };
  const surroundings = { ...context, env: { ...context.env, ...variables } };
  try {
    await writeDemoWorkspace(context, dir, variables);
    await warehouse.dropFullCount();
    // A database of its own, new each time: the figures are the same for everybody.
    const store = await openStore({}, dir);
    try {
      return await inEngine(surroundings, {
        dir,
        store,
        systems,
        options,
        startedAt,
        advance: () => warehouse.dropMovements(),
      });
    } finally {
      await store.close();
    }
  } finally {
    await systems.close();
    await removeOwnStore(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

interface DemoStep {
  /** The demo's workspace, for other terminals as well. */
  readonly dir: string;
  readonly store: Store;
  readonly systems: DemoSystems;
  readonly options: Options;
  readonly startedAt: number;
  readonly advance: () => Promise<void>;
}

async function inEngine(context: Context, stage: DemoStep): Promise<ExitCode> {
  const log = createLogger('error', context.stderr);
  const loaded = await loadFrom(context, stage.dir);
  const runtime = createRuntime(
    { ...context, env: withoutRedis(context.env) },
    { loaded, store: stage.store, log },
  );
  try {
    runtime.startWorking();
    const runs = await runFirstPass(context, runtime);
    await summarise(context, runtime, { ...stage, runs });
    if (!stage.options.once && !context.stop.aborted) await goOn(context, runtime, stage);
    return runs.some((run) => run.status !== 'succeeded') ? exit.findings : exit.clean;
  } finally {
    await runtime.close();
  }
}

async function runFirstPass(context: Context, runtime: Runtime): Promise<readonly RunDocument[]> {
  const live = createLiveLines(context);
  const newest = new Map<string, RunDocument>();
  const show = (run: RunDocument) => {
    newest.set(run.flow, run);
    live.show([...newest.values()].map((one) => `  ${one.flow.padEnd(20)} ${countsLine(one.counts)}`));
  };
  const done: RunDocument[] = [];
  for (const flows of firstPass) {
    const ids = await Promise.all(
      flows.map((flow) => startFlowRun(runtime, { flow, asked: {}, by: context.user })),
    );
    const followed = await Promise.all(ids.map((id) => followRun(runtime, id, { show, stop: context.stop })));
    done.push(...followed.map(({ document }) => document));
    if (context.stop.aborted) break;
  }
  live.end(
    context.stderr.isTTY
      ? []
      : [...newest.values()].map((one) => `  ${one.flow.padEnd(20)} ${countsLine(one.counts)}`),
  );
  return done;
}

async function summarise(
  context: Context,
  runtime: Runtime,
  { options, startedAt, runs }: DemoStep & { readonly runs: readonly RunDocument[] },
): Promise<void> {
  if (options.json) {
    printJson(context, { flows: runs });
    return;
  }
  printTable(context, runColumns, runs.map(runRow));
  const open = databaseOf(runtime);
  const { items: groups } = await pageErrorGroups(open, {}, { limit: maxPage });
  if (groups.length > 0) {
    printLine(context, '\nwhat failed, and why');
    const rows = groups.map(({ count, flow, code, key, message }) => [
      String(count),
      flow,
      code,
      `${key ?? ''}: ${message}`,
    ]);
    printTable(
      context,
      [{ title: 'count', align: 'right' }, { title: 'flow' }, { title: 'code' }, { title: 'for example' }],
      rows,
    );
  }
  const { items: blocked } = await pageBlocked(open, {}, { limit: 10 });
  if (blocked.length > 0) printLine(context, '\nwhat is blocked, and why');
  for (const record of blocked) printLine(context, `${record.flow}  ${record.key}  ${record.reason}`);
  const moved = runs.reduce((sum, run) => sum + run.counts.delivered, 0);
  printLine(
    context,
    `\n${paint(context.stdout, 'bold', `${moved} records delivered`)} in ${seconds(context.clock.now() - startedAt)}, counted from the command`,
  );
}

/** Business goes on: new orders, changed prices, moved stock; every flow runs every ten seconds. */
async function goOn(context: Context, runtime: Runtime, { dir, systems, advance }: DemoStep): Promise<void> {
  printNote(context, '\nthe flows go on every ten seconds, business as well; Ctrl-C ends');
  for (const line of await secondTerminal(databaseOf(runtime), dir)) printNote(context, line);
  const scheduling = startScheduling(context, runtime, createLogger('error', context.stderr));
  await scheduling.refresh();
  const business = setInterval(() => {
    Promise.all([systems.advance(), advance()]).catch((thrown: Error) =>
      printNote(context, `business stands still: ${thrown.message}`),
    );
  }, 7_000);
  const reporter = watchEndedRuns(runtime, {
    ended: ({ flow, counts }) => {
      if (counts.delivered + counts.failed > 0)
        printLine(context, `  ${flow.padEnd(20)} ${countsLine(counts)}`);
    },
    failed: ({ message }) => context.stop.aborted || printNote(context, `cannot see the runs: ${message}`),
  });
  await whileThere(runtime.gone, aborted(context.stop)).finally(async () => {
    clearInterval(business);
    await reporter.close();
  });
  printNote(context, 'stopping …');
  await scheduling.close();
}

/** The demo shows what works without anything installed: its queue lives in its own database. */
function withoutRedis({ REDIS_URL: _notHere, ...env }: Context['env']): Context['env'] {
  return env;
}
