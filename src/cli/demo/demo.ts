import { Command } from 'commander';
import { findRepairable } from '../../app/demo/demo-workspace.ts';
import { runFirstPass } from '../../app/demo/first-pass.ts';
import { type Demo, withDemo } from '../../app/demo/with-demo.ts';
import type { Runtime } from '../../app/engine/runtime.ts';
import { whileThere } from '../../app/engine/watch-store.ts';
import { pageCauses } from '../../app/errors/causes.ts';
import { maxPage } from '../../app/lists/page.ts';
import { databaseOf } from '../../app/open/open-database.ts';
import { pageBlocked } from '../../app/pending/page-pending.ts';
import { watchEndedRuns } from '../../app/runs/follow/watch-ended.ts';
import type { RunDocument } from '../../app/runs/run-document.ts';
import { startScheduling } from '../../app/schedule/scheduling.ts';
import { createLogger } from '../../observe/logger.ts';
import { tellFirstLink } from '../access/first-link.ts';
import { example, type Report } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { serveSomewhere } from '../engine/serving.ts';
import { aborted } from '../engine/start.ts';
import { createLiveLines } from '../output/live-lines.ts';
import { paint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { countsLine, runColumns, runRow, seconds } from '../output/run-table.ts';
import { quotePath } from '../quote-path.ts';
import { startDemoSystems } from './demo-systems.ts';

interface Options {
  readonly once?: boolean;
  readonly json?: boolean;
}

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
  const startedAt = context.clock.now();
  printNote(context, 'starting PostgreSQL and the simulators …');
  return await withDemo(
    context,
    () => startDemoSystems(context),
    async (running) => {
      const runs = await showFirstPass(context, running.runtime);
      if (options.json) printJson(context, { flows: runs });
      else await summarise(context, running.runtime, { runs, startedAt });
      if (!options.once && !context.stop.aborted) await goOn(context, running);
      return runs.some((run) => run.status !== 'succeeded') ? exit.findings : exit.clean;
    },
  );
}

async function showFirstPass(context: Context, runtime: Runtime): Promise<readonly RunDocument[]> {
  const live = createLiveLines(context);
  const newest = new Map<string, RunDocument>();
  const lines = () =>
    [...newest.values()].map(({ flow, counts }) => `  ${flow.padEnd(20)} ${countsLine(counts)}`);
  const show = (run: RunDocument) => {
    newest.set(run.flow, run);
    live.show(lines());
  };
  const done = await runFirstPass(runtime, context.user, { show, stop: context.stop });
  live.end(context.stderr.isTTY ? [] : lines());
  return done;
}

interface Summary {
  readonly runs: readonly RunDocument[];
  readonly startedAt: number;
}

async function summarise(context: Context, runtime: Runtime, { runs, startedAt }: Summary): Promise<void> {
  printTable(context, runColumns, runs.map(runRow));
  const open = databaseOf(runtime);
  const { items: causes } = await pageCauses(open, {}, { limit: maxPage });
  if (causes.length > 0) {
    printLine(context, '\nwhat failed, and why');
    const rows = causes.map(({ count, flow, code, example: { key, message } }) => [
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
async function goOn(context: Context, { dir, runtime, probes, advance }: Demo): Promise<void> {
  printNote(context, '\nthe flows go on every ten seconds, business as well; Ctrl-C ends');
  const repairable = await findRepairable(databaseOf(runtime));
  for (const line of secondTerminal(dir, repairable)) printNote(context, line);
  const log = createLogger('error', context.stderr);
  const served = await serveSomewhere(context, { runtime, probes, log }, { dir });
  printNote(context, `the API is at ${served.url}/api/v1`);
  await tellFirstLink(context, runtime, served.url);
  const scheduling = startScheduling(context, runtime, log);
  await scheduling.refresh();
  const business = setInterval(() => {
    advance().catch((thrown: Error) => printNote(context, `business stands still: ${thrown.message}`));
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
  await served.close();
  await scheduling.close();
}

/** What somebody can type beside the demo, with the number of an error that is there. */
function secondTerminal(dir: string, repairable: Awaited<ReturnType<typeof findRepairable>>) {
  const at = `--workspace ${quotePath(dir)}`;
  return [
    'in a second terminal:',
    `  tradelane status ${at}`,
    `  tradelane errors list ${at}`,
    ...(repairable
      ? [
          `  tradelane errors show ${repairable.error} ${at}`,
          `  tradelane replay ${repairable.error} --set ${repairable.set} ${at}`,
        ]
      : []),
  ];
}
