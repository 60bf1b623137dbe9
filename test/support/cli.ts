import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

/** A command that goes on until it is told to end. */
export interface RunningCli extends AsyncDisposable {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Reads no further, as `head` does once it has seen enough. */
  closeStdout(): void;
  /** Waits for a text on either stream. */
  said(text: string, timeoutMs?: number): Promise<void>;
  /** Answers once the process has ended by itself. */
  ended(): Promise<Ended>;
  /** Sends a signal, and answers once the process has ended. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long that took, from the call (and the signal) on. */
  readonly ms: number;
}

const cli = fileURLToPath(new URL('../../bin/tradelane.js', import.meta.url));

export interface CliOptions {
  /** Over PATH and HOME, which are all that a child gets of ours. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface CliResult {
  /** `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tradelane …` as a user would, to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const running = startCli(args, options);
  const { code } = await running.ended();
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

/** Starts `tradelane …` as a process of its own. */
export function startCli(args: readonly string[], { env, cwd }: CliOptions = {}): RunningCli {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    // Several of them run at once: each listens at a port of its own.
    env: { PATH, HOME, TRADELANE_LISTEN: '127.0.0.1:0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  const gone = Promise.withResolvers<Omit<Ended, 'ms'>>();
  child.on('error', gone.reject);
  // Not `exit`: only now both streams have been read to their ends.
  child.on('close', (code, signal) => gone.resolve({ code, signal }));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ended = async () => {
    const startedAt = Date.now();
    return { ...(await gone.promise), ms: Date.now() - startedAt };
  };
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!hasEnded()) child.kill(signal);
    return await ended();
  };
  return {
    pid: child.pid ?? 0,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    closeStdout: () => child.stdout.destroy(),
    said: async (wanted, timeoutMs = 45_000) => {
      const hasSaid = () => text.stdout.includes(wanted) || text.stderr.includes(wanted);
      await until(() => hasSaid() || hasEnded(), { timeoutMs, what: `"${wanted}" from ${args.join(' ')}` });
      if (!hasSaid())
        throw new Error(`${args.join(' ')} ended without "${wanted}":\n${text.stdout}\n${text.stderr}`);
    },
    ended,
    end,
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL');
    },
  };
}

/** Starts the simulator of a connector; `url` is where it listens. */
export async function startSimulatorProcess(
  connector: string,
  sizes: readonly string[] = [],
): Promise<RunningCli & { readonly url: string }> {
  const size = sizes.length === 0 ? [] : ['--size', ...sizes];
  const running = startCli(['simulate', connector, '--json', ...size]);
  await running.said('"url"');
  const { url } = await until(() => JSON.parse(running.stdout()) as { readonly url: string });
  return { ...running, url };
}
