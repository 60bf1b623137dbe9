import { Command } from 'commander';
import { type EditTeller, takeEdits } from '../../app/files/take-edits.ts';
import { watchPaths, workspacePaths } from '../../app/files/watch-paths.ts';
import { loadFrom } from '../../app/open/load.ts';
import { openStore } from '../../app/open/open-store.ts';
import { createRuntime, type Runtime } from '../../app/open/runtime.ts';
import { whileThere } from '../../app/open/watch-store.ts';
import { startScheduling } from '../../app/schedule/scheduling.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { createLogger, type Logger } from '../../observe/logger.ts';
import type { ScheduledFlow } from '../../triggers/scheduler.ts';
import { formatFinding, isErrorOfRunning } from '../../workspace/finding.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, showable } from '../output/print.ts';

const roles = ['scheduler', 'worker'] as const;
type Role = (typeof roles)[number];

interface Options extends CommonOptions {
  readonly role: string;
}

export function startCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('start'))
    .summary('run the engine in production')
    .description(
      'Fires flows on schedule and delivers, until SIGTERM. Any number of processes may run side by side over one ' +
        'DATABASE_URL (and REDIS_URL): each tick fires once, each lane has one worker at a time. Edited files take ' +
        'effect at once; where one has a mistake, the last good version goes on and the log says why.',
    )
    .option('--role <roles>', 'what this process does, separated by commas', roles.join(','))
    .addHelpText('after', example('tradelane start', 'tradelane start --role worker'))
    .action(async (options: Options) => report(await start(context, options)));
}

async function start(context: Context, options: Options): Promise<ExitCode> {
  const wanted = parseRoles(options.role);
  const dir = workspaceDir(context, options);
  const loaded = await loadFrom(context, dir);
  const mistakes = loaded.workspace.findings.filter(isErrorOfRunning);
  if (mistakes.length > 0) {
    for (const finding of mistakes) context.stderr.write(`${showable(formatFinding(finding))}\n`);
    throw new Fault(
      'TL_WORKSPACE_INVALID',
      `nothing was started: the workspace has ${counted(mistakes.length, 'mistake')}`,
    );
  }
  const log = createLogger(loaded.workspace.settings.logLevel, context.stderr);
  const store = await openStore(context.env, dir);
  try {
    const runtime = createRuntime(context, { loaded, store, log });
    const scheduling = wanted.includes('scheduler') ? startScheduling(context, runtime, log) : undefined;
    const watcher = watchPaths(workspacePaths(dir), () =>
      takeEdits(context, { dir, runtime, scheduling }, tellEdits(log, runtime)),
    );
    try {
      if (wanted.includes('worker')) runtime.startWorking();
      const scheduled = await scheduling?.refresh();
      log.info(
        { roles: wanted.join(','), flows: loaded.workspace.flows.size, scheduled: scheduled?.length ?? 0 },
        'started',
      );
      if (options.json)
        printJson(context, { roles: wanted, ...startedDocument(loaded.workspace, scheduled) });
      await whileThere(runtime.gone, aborted(context.stop));
      log.info('stopping: finishing what is under way');
    } finally {
      await watcher.close();
      await scheduling?.close();
      await runtime.close();
    }
  } finally {
    await store.close();
  }
  log.info('stopped');
  return exit.clean;
}

function tellEdits(log: Logger, { plans }: Runtime): EditTeller {
  return {
    taken: (scheduled) =>
      log.info(
        { flows: plans.workspace().flows.size, scheduled: scheduled.length },
        'edited files are taken',
      ),
    refused: (why) => {
      for (const finding of typeof why === 'string' ? [] : why)
        log.error({ finding: formatFinding(finding) }, 'an edited file has a mistake');
      log.error(
        typeof why === 'string' ? { reason: why } : {},
        'the edit is not taken: the last good version goes on',
      );
    },
  };
}

/** What `--json` prints once everything is up. */
export function startedDocument({ flows }: Workspace, scheduled: readonly ScheduledFlow[] = []) {
  return {
    flows: flows.size,
    scheduled: scheduled.map(({ flow, schedule: { cron, timezone } }) => ({ flow, cron, timezone })),
  };
}

export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function parseRoles(text: string): readonly Role[] {
  return text.split(',').map((name) => {
    const role = roles.find((one) => one === name.trim());
    if (role) return role;
    throw new Fault('TL_ARGUMENT_INVALID', `--role: expected ${roles.join(' or ')}, got "${name.trim()}"`);
  });
}
