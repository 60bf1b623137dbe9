import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runNode, type Usage } from '../processes.ts';
import type { Stores } from '../stores.ts';
import { concurrency, type Workload } from '../workloads.ts';
import { writeWorkspace } from '../workspace.ts';
import type { ClientName } from './clients.ts';

/** One way to move the records: in a process of its own, over state of its own. */
export interface Contender {
  readonly name: ContenderName;
  /** Is it of use to try it with this? */
  takes(workload: Workload, latencyMs: number): boolean;
  run(workload: Workload, round: Round): Promise<Moved>;
}

export type ContenderName =
  | 'engine'
  | 'engine, 16 at once'
  | 'engine, Redis'
  | 'engine, no history'
  | 'engine, encrypted'
  | 'undici'
  | 'axios'
  | 'a job a record'
  | 'a job a page';

export interface Moved {
  /** From the start of the reading to the last outcome. */
  readonly ms: number;
  readonly usage: Usage;
}

/** What the workloads of one contender share, one after the other. */
export interface Round {
  readonly dir: string;
  readonly url: string;
  readonly databaseUrl: string;
  readonly workloads: readonly Workload[];
}

export function createContenders({ redisUrl }: Stores, queue: 'postgres' | 'redis'): readonly Contender[] {
  const contenders: readonly Contender[] = [
    engine('engine', {}),
    // Only where requests take time it matters how many are under way.
    {
      ...engine('engine, 16 at once', { concurrency }),
      takes: ({ bulk }, latencyMs) => bulk === 1 && latencyMs > 0,
    },
    script('undici'),
    script('axios'),
    // Nobody makes jobs of single prices where a request takes hundreds.
    { ...jobs('a job a record', 'record', redisUrl), takes: ({ bulk }) => bulk === 1 },
    jobs('a job a page', 'page', redisUrl),
  ];
  if (queue === 'postgres') return contenders;
  if (redisUrl === undefined) throw new Error('--queue redis needs a redis-server, or REDIS_URL');
  return [...contenders, engine('engine, Redis', { env: { REDIS_URL: redisUrl } })];
}

/** The engine as it comes, and without keeping what became of records. */
export function createHistoryContenders(): readonly Contender[] {
  return [engine('engine', {}), engine('engine, no history', { history: 'none' })];
}

/** The engine as it comes, and with a key that payloads are encrypted with. */
export function createEncryptionContenders(): readonly Contender[] {
  const key = randomBytes(32).toString('base64');
  return [engine('engine', {}), engine('engine, encrypted', { env: { TRADELANE_ENCRYPTION_KEY: key } })];
}

/** Does it write again what has not changed? Only the engine knows what it has written. */
export function writesAgain({ name }: Contender): boolean {
  return !name.startsWith('engine');
}

interface EngineOptions {
  /** As the connection of the target states it. */
  readonly concurrency?: number;
  /** What is kept of records; as it comes where absent. */
  readonly history?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function engine(name: ContenderName, { concurrency: limit, history, env }: EngineOptions): Contender {
  const cli = fileURLToPath(new URL('../../../bin/tradelane.js', import.meta.url));
  return {
    name,
    takes: () => true,
    run: async ({ kind, records }, { dir, url, databaseUrl, workloads }) => {
      await writeWorkspace(dir, { url, workloads, concurrency: limit, history });
      const args = [cli, 'run', kind, '--full', '--json', '--workspace', dir];
      const { said, usage } = await runNode(dir, args, { DATABASE_URL: databaseUrl, ...env });
      const run = JSON.parse(said) as Run;
      if (run.status !== 'succeeded' || run.counts.read !== records) throw new Error(`the run: ${said}`);
      return { ms: run.durationMs, usage };
    },
  };
}

interface Run {
  readonly status: string;
  readonly durationMs: number;
  readonly counts: { readonly read: number };
}

function script(name: ClientName): Contender {
  return {
    name,
    takes: () => true,
    run: (workload, round) => runScript('./run-script.ts', workload, round, name),
  };
}

function jobs(name: ContenderName, each: 'record' | 'page', redisUrl: string | undefined): Contender {
  return {
    name,
    takes: () => true,
    run: (workload, round) =>
      runScript('./run-jobs.ts', workload, round, redisUrl ?? round.databaseUrl, each),
  };
}

async function runScript(
  script: string,
  workload: Workload,
  { dir, url }: Round,
  ...more: string[]
): Promise<Moved> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { said, usage } = await runNode(dir, [path, url, JSON.stringify(workload), ...more]);
  return { ms: (JSON.parse(said) as { readonly ms: number }).ms, usage };
}
