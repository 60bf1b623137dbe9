import { toFault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import type { Database } from '../../store/postgres/database.ts';
import { compareMigrations } from '../../store/postgres/migrate.ts';
import { listProcesses, type SeenProcess } from '../../store/processes/processes.ts';
import { proveRuns } from '../../store/runs/runs.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { scheduleOf } from '../schedule/schedules.ts';
import { aliveMs } from './heartbeat.ts';

/** One thing that has to be in order. */
export interface HealthCheck {
  readonly name: CheckName;
  readonly ok: boolean;
  /** How long it took to find out, in milliseconds. */
  readonly ms: number;
  /** For anybody: names no machine, no address and no reason that somebody else has worded. */
  readonly message: string;
  /** For those who may know: why, in the words of whoever said it; which processes there are. */
  readonly reason?: string;
  readonly processes?: readonly SeenProcess[];
}

export type CheckName = 'process' | 'event loop' | 'database' | 'tables' | 'queue' | 'worker' | 'scheduler';

/** How all of it stood at one moment. */
export interface Health {
  readonly ok: boolean;
  readonly at: Date;
  readonly checks: readonly HealthCheck[];
}

export interface ReadinessTools {
  readonly db: Database;
  /** Throws where the queue does not answer. */
  readonly proveQueue: () => Promise<void>;
  /** As its files are now; `undefined`: not at hand here. */
  readonly workspace: () => Workspace | undefined;
  /** Aborted: the process has been told to end. */
  readonly stop: AbortSignal;
  readonly now: () => number;
}

/** As anybody may see it: how each check went, in a sentence, without a machine, an address or a reason in it. */
export function toOpenHealth({ ok, at, checks }: Health): Health {
  return { ok, at, checks: checks.map(({ name, ok: is, ms, message }) => ({ name, ok: is, ms, message })) };
}

/**
 * Can what is asked of this process be done? Asks the database, looks at its tables, asks the queue, and looks for a
 * worker and a scheduler that live, in this or any other process. Answers within some seconds whatever hangs.
 */
export async function checkReadiness(tools: ReadinessTools): Promise<Health> {
  const { db, proveQueue } = tools;
  const alive = listProcesses(db, aliveMs);
  // Waited for by two checks, which may both have given up by then.
  alive.catch(() => {});
  const checks = await Promise.all([
    checkProcess(tools),
    check('database', 'the database does not answer', async () => {
      await proveRuns(db);
      return { ok: true, message: 'the database answers' };
    }),
    check('tables', 'the tables could not be looked at', () => checkTables(db)),
    check('queue', 'the queue does not answer: work goes on at the pace of the sweep', async () => {
      await proveQueue();
      return { ok: true, message: 'the queue answers' };
    }),
    check('worker', 'nobody knows whether a worker lives', async () => checkWorker(await alive)),
    check('scheduler', 'nobody knows whether a scheduler lives', async () =>
      checkScheduler(await alive, tools.workspace()),
    ),
  ]);
  return { ok: checks.every(({ ok }) => ok), at: new Date(tools.now()), checks };
}

/** Lives this process? Whoever gets an answer knows: nothing else is asked. */
export async function checkLife(now: () => number): Promise<Health> {
  const turn = await check('event loop', '', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { ok: true, message: 'the process does its work in turn' };
  });
  return { ok: true, at: new Date(now()), checks: [turn] };
}

type Finding = Omit<HealthCheck, 'name' | 'ms'>;

/** What takes longer than this is as good as no answer. */
const patienceMs = 3_000;

async function check(name: CheckName, ifNot: string, look: () => Promise<Finding>): Promise<HealthCheck> {
  const startedAt = performance.now();
  const finding = await within(patienceMs, look()).catch((thrown: unknown) => ({
    ok: false,
    message: ifNot,
    reason: toFault(thrown).message,
  }));
  return { name, ms: Math.round(performance.now() - startedAt), ...finding };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} seconds`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function checkProcess({ stop }: ReadinessTools): Promise<HealthCheck> {
  const ok = !stop.aborted;
  const message = ok ? 'the process takes work' : 'the process is stopping: it takes nothing new';
  return { name: 'process', ok, ms: 0, message };
}

/** Tables of a newer version are those of a deployment under way: what is older goes on over them, or waits by itself. */
async function checkTables(db: Database): Promise<Finding> {
  const { missing, unknown } = await compareMigrations(db);
  if (missing.length > 0) {
    const message = `${counted(missing.length, 'step')} to the tables of this version are missing: tradelane migrate`;
    return { ok: false, message, reason: missing.join(', ') };
  }
  if (unknown.length === 0) return { ok: true, message: 'the tables are those of this version' };
  return { ok: true, message: 'the tables are those of a newer version', reason: unknown.join(', ') };
}

function checkWorker(processes: readonly SeenProcess[]): Finding {
  const workers = processes.filter(({ roles }) => roles.includes('worker'));
  const message =
    workers.length > 0
      ? `${alive(workers, 'worker')}`
      : `no worker has given a sign of life for ${aliveMs / 1_000} seconds: nothing is read or delivered`;
  return { ok: workers.length > 0, message, processes: workers };
}

function checkScheduler(processes: readonly SeenProcess[], workspace: Workspace | undefined): Finding {
  const schedulers = processes.filter(({ roles }) => roles.includes('scheduler'));
  if (schedulers.length > 0)
    return { ok: true, message: alive(schedulers, 'scheduler'), processes: schedulers };
  const isNeeded =
    workspace === undefined || [...workspace.flows.values()].some((entry) => scheduleOf(entry) !== undefined);
  if (!isNeeded) return { ok: true, message: 'no flow has a schedule, so no scheduler is needed' };
  const message = `no scheduler has given a sign of life for ${aliveMs / 1_000} seconds: no flow runs by itself`;
  return { ok: false, message, processes: [] };
}

function alive(processes: readonly SeenProcess[], role: string): string {
  return processes.length === 1 ? `a ${role} lives` : `${processes.length} ${role}s live`;
}
