import { Command } from 'commander';
import type { Runtime } from '../../app/engine/runtime.ts';
import { whileThere } from '../../app/engine/watch-store.ts';
import { type EngineWish, engineRoles, withEngine } from '../../app/engine/with-engine.ts';
import { refreshEditorSchemas } from '../../app/files/editor-schemas.ts';
import type { EditTeller } from '../../app/files/take-edits.ts';
import { loadFrom } from '../../app/open/load.ts';
import { watchEndedRuns } from '../../app/runs/follow/watch-ended.ts';
import { toRunDocument } from '../../app/runs/run-document.ts';
import { counted } from '../../contract/text/counted.ts';
import type { Run } from '../../store/runs/runs.ts';
import type { ScheduledFlow } from '../../triggers/scheduler.ts';
import { formatFinding } from '../../workspace/finding.ts';
import { tellFirstLink } from '../access/first-link.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { countsLine, seconds } from '../output/run-table.ts';
import { listenHelp, listenOption, whileServing } from './serving.ts';
import { aborted, startedDocument } from './start.ts';

export function devCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('dev'))
    .summary('run everything in one process while you edit')
    .description(
      'Fires flows on schedule and delivers, in one process, and takes edited files at once. A broken edit is ' +
        'reported with its place; the last good version goes on.',
    )
    .option(listenOption, listenHelp)
    .addHelpText('after', example('tradelane dev'))
    .action(async (options: Options) => report(await dev(context, options)));
}

interface Options extends CommonOptions {
  readonly listen?: string;
}

async function dev(context: Context, options: Options): Promise<ExitCode> {
  const dir = workspaceDir(context, options);
  const loaded = await loadFrom(context, dir);
  for (const finding of loaded.workspace.findings) printNote(context, formatFinding(finding));
  await refreshEditorSchemas(context, loaded.workspace);
  const wish: EngineWish = {
    dir,
    loaded,
    roles: engineRoles,
    logLevel: 'warn',
    tellEdits: ({ runtime }) => tellEdits(context, runtime),
  };
  const print = options.json ? printNote : printLine;
  await withEngine(context, wish, async (engine) => {
    const { runtime } = engine;
    const reporter = watchEndedRuns(runtime, {
      ended: (run) => print(context, runLine(context, run)),
      failed: ({ message }) => context.stop.aborted || printNote(context, `cannot see the runs: ${message}`),
    });
    try {
      await whileServing(context, engine, { ...options, dir }, async ({ url }) => {
        const scheduled = await engine.start();
        announce(context, runtime, scheduled);
        printNote(context, `the API is at ${url}/api/v1`);
        await tellFirstLink(context, runtime, url);
        const started = startedDocument(runtime.plans.workspace(), scheduled);
        if (options.json) printJson(context, { url, ...started });
        await whileThere(runtime.gone, aborted(context.stop));
        printNote(context, 'stopping: finishing what is under way');
      });
    } finally {
      await reporter.close();
    }
  });
  return exit.clean;
}

function announce(context: Context, runtime: Runtime, scheduled: readonly ScheduledFlow[]): void {
  const all = runtime.plans.workspace().flows.size;
  printNote(
    context,
    `${counted(all, 'flow')}, ${scheduled.length} on schedule; edit a file and it takes effect, Ctrl-C ends`,
  );
  for (const { flow, schedule } of scheduled)
    printNote(context, `  ${flow}  ${schedule.cron}  ${schedule.timezone}`);
}

function tellEdits(context: Context, runtime: Runtime): EditTeller {
  return {
    taken: (scheduled) => {
      printNote(context, 'files have changed');
      announce(context, runtime, scheduled);
    },
    refused: (why) => {
      if (typeof why === 'string') return printNote(context, `the edit is not taken: ${why}`);
      for (const finding of why) printNote(context, formatFinding(finding));
      printNote(context, 'the edit is not taken: the last good version goes on');
    },
  };
}

function runLine(context: Context, run: Run): string {
  const { status, counts, durationMs, fault } = toRunDocument(run, context.clock.now());
  const time = new Date(context.clock.now()).toISOString().slice(11, 19);
  const line = `${time}  ${run.flow}  ${status}  ${countsLine(counts)}  ${seconds(durationMs)}`;
  return fault ? `${line}\n          ${fault.code}  ${fault.message}` : line;
}
