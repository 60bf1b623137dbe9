import { fileURLToPath } from 'node:url';
import { runNode, type Usage } from './processes.ts';
import type { Stores } from './stores.ts';
import type { Workload } from './workloads.ts';
import { writeWorkspace } from './workspace.ts';

export type ContenderName = 'engine' | 'engine, Redis' | 'script' | 'plain script' | 'jobs' | 'plain jobs';

/** One way to move the records: in a process of its own, over state of its own. */
export interface Contender {
  readonly name: ContenderName;
  run(workload: Workload, round: Round): Promise<{ readonly ms: number; readonly usage: Usage }>;
}

/** What the workloads of one contender share, one after the other. */
export interface Round {
  readonly dir: string;
  readonly url: string;
  readonly databaseUrl: string;
  readonly workloads: readonly Workload[];
}

export function createContenders(stores: Stores, queue: 'postgres' | 'redis'): readonly Contender[] {
  const { redisUrl } = stores;
  const contenders = [
    engine('engine', {}),
    script('script', 'undici'),
    script('plain script', 'http'),
    jobs('jobs', 'undici', redisUrl),
    jobs('plain jobs', 'http', redisUrl),
  ];
  if (queue === 'postgres') return contenders;
  if (redisUrl === undefined) throw new Error('--queue redis needs a redis-server, or REDIS_URL');
  return [...contenders, engine('engine, Redis', { REDIS_URL: redisUrl })];
}

/** Does it write again what has not changed? Only the engine knows what it has written. */
export function writesAgain({ name }: Contender): boolean {
  return !name.startsWith('engine');
}

function engine(name: ContenderName, env: Readonly<Record<string, string>>): Contender {
  const cli = fileURLToPath(new URL('../../bin/tradelane.js', import.meta.url));
  return {
    name,
    run: async ({ kind, records }, { dir, url, databaseUrl, workloads }) => {
      await writeWorkspace(dir, url, workloads);
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

/** With the engine's own HTTP client, or with axios as it comes, over node:http. */
function script(name: 'script' | 'plain script', adapter: 'undici' | 'http'): Contender {
  return { name, run: (workload, round) => runScript('./run-script.ts', workload, round, adapter) };
}

function jobs(
  name: 'jobs' | 'plain jobs',
  adapter: 'undici' | 'http',
  redisUrl: string | undefined,
): Contender {
  return {
    name,
    run: (workload, round) =>
      runScript('./run-jobs.ts', workload, round, redisUrl ?? round.databaseUrl, adapter),
  };
}

async function runScript(script: string, workload: Workload, { dir, url }: Round, ...more: string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { said, usage } = await runNode(dir, [path, url, JSON.stringify(workload), ...more]);
  return { ms: (JSON.parse(said) as { readonly ms: number }).ms, usage };
}
