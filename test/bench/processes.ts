import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What a process has used from its start to its end. */
export interface Usage {
  /** From its start to its end, by the clock. */
  readonly wholeMs: number;
  readonly cpuSeconds: number;
  /** Its resident memory at its highest, in MiB. */
  readonly peakMb: number;
}

/** Runs a Node process to its end: the last line it printed, and what it has used. It sees nothing of our environment. */
export async function runNode(
  dir: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly said: string; readonly usage: Usage }> {
  const { PATH = '', HOME = '' } = process.env;
  const usageFile = join(dir, 'usage.json');
  const NODE_OPTIONS = `--import ${new URL('./write-usage.ts', import.meta.url).href}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH, HOME, NODE_OPTIONS, BENCH_USAGE: usageFile, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const wholeMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${text.slice(-2_000)}`);
  const used = JSON.parse(await readFile(usageFile, 'utf8')) as Omit<Usage, 'wholeMs'>;
  await rm(usageFile);
  return { said: text.trim().split('\n').at(-1) ?? '', usage: { ...used, wholeMs } };
}

/** The server that is source and target to all. */
export async function startSystems(): Promise<{ readonly url: string; close(): void }> {
  const script = new URL('./systems.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = () => void child.kill();
  process.once('exit', stop);
  const url = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.setEncoding('utf8').once('data', (said: string) => resolve(said.trim()));
  });
  return { url, close: stop };
}
