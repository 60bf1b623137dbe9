import { Command } from 'commander';
import { startRun } from '../engine/start-run.ts';
import { createLogger } from '../observe/logger.ts';
import type { RunOptions } from '../store/runs.ts';
import {
  example,
  parseCount,
  parseTime,
  type Report,
  withCommonOptions,
  workspaceDir,
} from './common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from './context.ts';
import { followRun, progressLine } from './follow-run.ts';
import { loadFrom, requireFlow } from './load.ts';
import { openStore } from './open-store.ts';
import { createLiveLines } from './output/live-lines.ts';
import { formatTable, printJson, printLine, printNote } from './output/print.ts';
import { type RunDocument, runColumns, runRow } from './output/run-document.ts';
import { createRuntime, type Runtime } from './runtime.ts';

interface Options extends CommonOptions {
  readonly full?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
}

export function runCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('run'))
    .summary('run one flow to its end')
    .description('Runs one flow to its end: reads what changed since the last run, and delivers it.')
    .argument('<flow>', 'name of the flow')
    .option('--full', 'read everything, not only what changed')
    .option('--since <time>', 'read from this time on; the cursor stays where it is')
    .option('--until <time>', 'read up to this time; the cursor stays where it is')
    .option('--limit <n>', 'read so many records; the cursor stays where it is')
    .addHelpText('after', example('tradelane run orders-to-erp', 'tradelane run prices --full --json'))
    .action(async (flow: string, options: Options) => report(await run(context, flow, options)));
}

async function run(context: Context, flow: string, options: Options): Promise<ExitCode> {
  const asked = toRunOptions(options);
  return await withRuntime(
    context,
    options,
    async (runtime) => {
      runtime.startWorking();
      const id = await startRun(runtime.engine, runtime.plans.compile(flow), asked);
      return await watchRun(context, runtime, { id, json: options.json === true });
    },
    flow,
  );
}

/** Opens what a run needs, and closes it again whatever happens. */
export async function withRuntime<T>(
  context: Context,
  options: CommonOptions,
  use: (runtime: Runtime) => Promise<T>,
  flow?: string,
): Promise<T> {
  const dir = workspaceDir(context, options);
  const loaded = await loadFrom(context, dir);
  if (flow !== undefined) requireFlow(loaded, context, flow);
  const store = await openStore(context.env, dir);
  try {
    const runtime = createRuntime(context, { loaded, store, log: createLogger('error', context.stderr) });
    try {
      return await use(runtime);
    } finally {
      await runtime.close();
    }
  } finally {
    await store.close();
  }
}

export async function watchRun(
  context: Context,
  runtime: Runtime,
  { id, json }: { readonly id: number; readonly json: boolean },
): Promise<ExitCode> {
  const live = createLiveLines(context);
  const { document } = await followRun(runtime.engine, id, {
    show: (run) => live.show([progressLine(run)]),
    stop: context.stop,
  });
  live.end(context.stderr.isTTY ? [] : undefined);
  if (json) printJson(context, document);
  else printLine(context, formatTable(runColumns, [runRow(document)]));
  explain(context, document);
  return exitCodeOf(document);
}

function explain(context: Context, run: RunDocument): void {
  if (run.fault) printNote(context, `${run.fault.code}  ${run.fault.message}`);
  if (run.status === 'waiting') {
    printNote(
      context,
      `${run.counts.pending} records wait; the next run, or a running engine, delivers them`,
    );
  }
  if (run.counts.failed > 0)
    printNote(context, `${run.counts.failed} failed: tradelane errors list --flow ${run.flow}`);
}

export function exitCodeOf(run: RunDocument): ExitCode {
  if (run.status === 'failed' || run.status === 'waiting') return exit.failed;
  return run.status === 'succeeded' ? exit.clean : exit.findings;
}

function toRunOptions(options: Options): RunOptions {
  return {
    ...(options.full && { full: true }),
    ...(options.since !== undefined && { since: parseTime(options.since, '--since').toISOString() }),
    ...(options.until !== undefined && { until: parseTime(options.until, '--until').toISOString() }),
    ...(options.limit !== undefined && { limit: parseCount(options.limit, '--limit') }),
  };
}
