import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What a process has used from its start to its end. */
export interface Usage {
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
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${text.slice(-2_000)}`);
  const usage = JSON.parse(await readFile(usageFile, 'utf8')) as Usage;
  await rm(usageFile);
  return { said: text.trim().split('\n').at(-1) ?? '', usage };
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

/** CPU seconds of a process and all below it so far, those that have ended included; 0 where there is no /proc. */
export function cpuSecondsOf(pid: number): number {
  const own = ticksOf(pid);
  if (own === undefined) return 0;
  const children = readdirSync('/proc').flatMap((name) => {
    const ticks = /^\d+$/.test(name) ? ticksOf(Number(name)) : undefined;
    return ticks?.parent === pid ? [ticks] : [];
  });
  return [own, ...children].reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond;
}

/** USER_HZ of Linux, on all machines that Node runs on. */
const ticksPerSecond = 100;

/** proc_pid_stat(5): after the name in brackets come state, parent, …; utime, stime, cutime, cstime are 14 to 17. */
function ticksOf(pid: number): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}
