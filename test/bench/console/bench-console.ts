import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchTree } from '../proc.ts';
import { runNode, startSystems } from '../processes.ts';
import { type Stores, startStores } from '../stores.ts';
import { workloads } from '../workloads.ts';
import { writeWorkspace } from '../workspace.ts';
import { type Load, loadApi } from './load-api.ts';

const cli = fileURLToPath(new URL('../../../bin/tradelane.js', import.meta.url));

export interface ConsoleWish {
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
}

/**
 * `npm run bench -- --only console`: what a console asks of the API, so often a second, beside an engine at work: how long
 * it waits, what it costs, and what it costs the engine. 2,000 errors and some dozens of runs are there. The engine writes
 * 20,000 prices again and again; without the console first and last, so that a machine that grows busy is seen.
 */
export async function benchConsole(wish: ConsoleWish): Promise<void> {
  const stores = await startStores();
  const systems = await startSystems();
  const place = await stores.createDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-console-'));
  const env = { DATABASE_URL: place.url };
  try {
    const all = workloads({ orders: 2_000, prices: 20_000 });
    await writeWorkspace(dir, {
      url: systems.url,
      workloads: all,
      concurrency: undefined,
      history: undefined,
    });
    await addFailing(dir);
    await runNode(dir, [cli, 'run', 'failing', '--json', '-w', dir], env).catch(() => {});
    const work = { dir, env, seconds: wish.seconds, stores };
    console.log('alone ', await workFor(work));
    const api = await startApi(dir, env);
    try {
      const token = await createToken(dir, env);
      const tree = watchTree(api.pid);
      const before = tree.cpuSeconds();
      const cpu = () => ({ api: tree.cpuSeconds(), postgres: stores.processes.cpuSeconds() });
      const load: Load = { ...wish, url: api.url, token, cpu };
      const [beside, { each, ...figures }] = await Promise.all([workFor(work), loadApi(load)]);
      const cpuMs = ((tree.cpuSeconds() - before) * 1_000) / Math.max(1, figures.requests);
      console.log('beside', beside);
      console.log('console', { ...figures, apiCpuMsEach: Number(cpuMs.toFixed(2)) });
      console.log('one at a time', await each());
    } finally {
      api.child.kill();
    }
    console.log('alone ', await workFor(work));
  } finally {
    systems.close();
    await place.drop();
    await stores.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** A flow all of whose records fail for one cause. */
async function addFailing(dir: string): Promise<void> {
  await mkdir(join(dir, 'config', 'tables'), { recursive: true });
  const files = {
    'config/tables/countries.yaml': 'values: { AT: Austria }\n',
    'config/tradelane.yaml': 'requestsPerMinute: 1000000\n',
    'flows/failing.yaml': `flow: failing
source: { connection: shop, resource: orders }
map: { externalNumber: number, country: '$lookup("countries", shipTo.country)' }
target: { connection: erp, resource: salesOrders, write: create }
`,
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text);
}

interface Work {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly stores: Stores;
}

/** Runs of the engine, one after the other, for about so long. */
async function workFor({ dir, env, seconds, stores }: Work) {
  const end = performance.now() + seconds * 1_000;
  const before = stores.processes.cpuSeconds();
  let [runs, wholeMs, cpuSeconds] = [0, 0, 0];
  while (performance.now() < end) {
    const { usage } = await runNode(dir, [cli, 'run', 'prices', '--force', '--json', '-w', dir], env);
    runs += 1;
    wholeMs += usage.wholeMs;
    cpuSeconds += usage.cpuSeconds;
  }
  return {
    runs,
    secondsEach: Number((wholeMs / runs / 1_000).toFixed(2)),
    engineCpuEach: Number((cpuSeconds / runs).toFixed(2)),
    postgresCpuEach: Number(((stores.processes.cpuSeconds() - before) / runs).toFixed(2)),
  };
}

async function startApi(dir: string, env: Work['env']) {
  const args = [cli, 'start', '--role', 'api', '--listen', '127.0.0.1:0', '--json', '-w', dir];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  process.once('exit', () => child.kill());
  const url = await new Promise<string>((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the API ended with ${code}`)));
    child.stdout.setEncoding('utf8').once('data', (said: string) => resolve(JSON.parse(said).url));
  });
  return { url, child: child as ChildProcess, pid: child.pid ?? 0 };
}

async function createToken(dir: string, env: Work['env']): Promise<string> {
  const args = [cli, 'token', 'create', '--role', 'admin', '--name', 'bench', '--json', '-w', dir];
  const { said } = await runNode(dir, args, env);
  return (JSON.parse(said) as { readonly token: string }).token;
}
