import { Command } from 'commander';
import type { Served } from '../../api/serve.ts';
import { whileThere } from '../../app/engine/watch-store.ts';
import {
  type EngineRole,
  engineRoles,
  type StartableEngine,
  withEngine,
} from '../../app/engine/with-engine.ts';
import type { EditTeller } from '../../app/files/take-edits.ts';
import { loadFrom } from '../../app/open/load.ts';
import { requireRunnable } from '../../app/open/require-flow.ts';
import { Fault } from '../../contract/fault.ts';
import type { ScheduledFlow } from '../../triggers/scheduler.ts';
import { formatFinding } from '../../workspace/finding.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson } from '../output/print.ts';
import {
  listenHelp,
  listenOption,
  metricsHelp,
  metricsOption,
  whileProbed,
  whileServing,
} from './serving.ts';

interface Options extends CommonOptions {
  readonly role: string;
  readonly listen?: string;
  readonly metrics?: string;
}

export function startCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('start'))
    .summary('run the engine in production')
    .description(
      'Fires flows on schedule and delivers, until SIGTERM. Any number of processes may run side by side over one ' +
        'DATABASE_URL (and REDIS_URL): each tick fires once, each lane has one worker at a time. Edited files take ' +
        'effect at once; where one has a mistake, the last good version goes on and the log says why.',
    )
    .option('--role <roles>', 'what this process does, separated by commas', engineRoles.join(','))
    .option(listenOption, listenHelp)
    .option(metricsOption, metricsHelp)
    .addHelpText(
      'after',
      example('tradelane start', 'tradelane start --role worker --metrics 127.0.0.1:9464'),
    )
    .action(async (options: Options) => report(await start(context, options)));
}

async function start(context: Context, options: Options): Promise<ExitCode> {
  const roles = parseRoles(options.role);
  const dir = workspaceDir(context, options);
  const loaded = await loadFrom(context, dir);
  requireRunnable(loaded);
  const { workspace } = loaded;
  const wish = { dir, loaded, roles, logLevel: workspace.settings.logLevel, tellEdits };
  await withEngine(context, wish, async (engine) => {
    const work = async (served?: Served) => {
      const scheduled = await engine.start();
      const told = { ...(served && { url: served.url }), ...startedDocument(workspace, scheduled) };
      engine.log.info({ ...told, roles: roles.join(','), scheduled: scheduled.length }, 'started');
      if (options.json) printJson(context, { roles, ...told });
      await whileThere(engine.runtime.gone, aborted(context.stop));
      engine.log.info('stopping: finishing what is under way');
    };
    await whileProbed(context, engine, options.metrics, () =>
      roles.includes('api') ? whileServing(context, engine, { ...options, dir }, work) : work(),
    );
  });
  return exit.clean;
}

function tellEdits({ log, runtime: { plans } }: StartableEngine): EditTeller {
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

function parseRoles(text: string): readonly EngineRole[] {
  return text.split(',').map((name) => {
    const role = engineRoles.find((one) => one === name.trim());
    if (role) return role;
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `--role: expected ${engineRoles.join(' or ')}, got "${name.trim()}"`,
    );
  });
}
