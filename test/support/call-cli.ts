import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/command-line.ts';
import type { CliOptions, CliResult } from './cli.ts';

const packageDir = fileURLToPath(new URL('../..', import.meta.url));

export interface CallOptions extends CliOptions {
  readonly stdin?: string;
  /** Aborted as Ctrl-C does it. */
  readonly stop?: AbortSignal;
}

/**
 * `tradelane …` within this process, where a process of its own would only cost time: the same from the arguments to
 * the exit code, but for signals, the pinned Node and what main.ts does with the process.
 */
export async function callCli(
  args: readonly string[],
  { env = {}, cwd, stdin, stop = new AbortController().signal }: CallOptions = {},
): Promise<CliResult> {
  const stdout = new Kept();
  const stderr = new Kept();
  const code = await runCommandLine(
    {
      env,
      cwd: cwd ?? process.cwd(),
      openStdin: () => {
        if (stdin === undefined) throw new Error('nothing is piped into this command');
        return Readable.from([stdin]) as unknown as NodeJS.ReadStream;
      },
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      clock: { now: () => Date.now() },
      random: Math.random,
      user: 'tester',
      main: fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
      packageDir,
      stop,
    },
    args,
  );
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** A stream that is no terminal and keeps what is written. */
class Kept extends Writable {
  readonly isTTY = false;
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
