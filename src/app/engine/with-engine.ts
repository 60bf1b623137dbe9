import { createLogger, type Logger, type LogLevel } from '../../observe/logger.ts';
import type { ScheduledFlow } from '../../triggers/scheduler.ts';
import type { LoadedWorkspace } from '../../workspace/load/load-workspace.ts';
import { type EditTeller, takeEdits } from '../files/take-edits.ts';
import { watchPaths, workspacePaths } from '../files/watch-paths.ts';
import type { Probes } from '../health/probes.ts';
import { openStore } from '../open/open-store.ts';
import { startScheduling } from '../schedule/scheduling.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Runtime } from './runtime.ts';
import { openWatchedRuntime } from './watched-runtime.ts';

/** What a process of an engine does: answers clients, fires flows on schedule, delivers. */
export const engineRoles = ['api', 'scheduler', 'worker'] as const;
export type EngineRole = (typeof engineRoles)[number];

export interface EngineWish {
  readonly dir: string;
  readonly loaded: LoadedWorkspace;
  readonly roles: readonly EngineRole[];
  readonly logLevel: LogLevel;
  /** Told what becomes of edited files. */
  readonly tellEdits: (engine: StartableEngine) => EditTeller;
}

export interface StartableEngine {
  readonly runtime: Runtime;
  readonly log: Logger;
  readonly probes: Probes;
  /** Begins to do what it is there for; returns which flows it fires on schedule. */
  start(): Promise<readonly ScheduledFlow[]>;
  /** Lets what is under way come to its end, and says in the database that this process works no more; once. */
  stop(): Promise<void>;
}

/**
 * An engine that takes edited files at once, for as long as it is used: where one has a mistake, the last good version
 * goes on. What is under way comes to its end before this returns.
 */
export async function withEngine(
  around: Surroundings,
  { dir, loaded, roles, logLevel, tellEdits }: EngineWish,
  use: (engine: StartableEngine) => Promise<void>,
): Promise<void> {
  const log = createLogger(logLevel, around.logTo);
  const store = await openStore(around.env, dir);
  try {
    const watched = await openWatchedRuntime(around, { loaded, store, log });
    const { runtime, probes } = watched;
    const scheduling = roles.includes('scheduler') ? startScheduling(around, runtime, log) : undefined;
    const start = async () => {
      if (roles.includes('worker')) runtime.startWorking();
      const scheduled = (await scheduling?.refresh()) ?? [];
      await watched.live(roles);
      return scheduled;
    };
    const end = async () => {
      await scheduling?.close();
      await watched.close();
    };
    let ending: Promise<void> | undefined;
    const stop = () => {
      ending ??= end();
      return ending;
    };
    const engine = { runtime, log, probes, start, stop };
    const teller = tellEdits(engine);
    const watcher = watchPaths(workspacePaths(dir), () =>
      takeEdits(around, { dir, runtime, scheduling }, teller),
    );
    try {
      await use(engine);
    } finally {
      await watcher.close();
      await stop();
    }
  } finally {
    await store.close();
  }
  log.info('stopped');
}
