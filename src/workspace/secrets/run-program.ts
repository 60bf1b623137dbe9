import { isUtf8 } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import type { Env } from '../workspace.ts';
import type { CommandLine } from './command-line.ts';

/** What a command has printed, without the line break at its end; or why that cannot be used, after "the command". */
export type CommandResult = { readonly text: string } | { readonly problem: string };

/** A command that asks a vault takes a second. Milliseconds. */
const usualMs = 10_000;
/** Of what it prints: a bundle of certificates has room in it. */
const maxBytes = 256 * 1024;

/** What it says on standard error is for whoever runs it by hand: it may quote what it was asked for. */
const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];

/** Runs a command without a shell, and ends it with all that it has started when its time is over. */
export function runProgram(
  { program, args }: CommandLine,
  env: Env,
  maxMs = usualMs,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: toEnv(env), stdio, detached: true, windowsHide: true });
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: CommandResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    const give = (result: CommandResult) => {
      endGroup(child.pid);
      // Whoever holds the other end of the pipe is not waited for.
      child.stdout.destroy();
      settle(result);
    };
    const timer = setTimeout(() => give(tooLate(maxMs)), maxMs);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) give(tooMuch);
    });
    child.on('error', (error) => settle(notStarted(error)));
    child.on('close', (code, signal) => settle(judge({ code, signal, bytes: Buffer.concat(chunks) })));
  });
}

/** The same for where nothing can be waited for: until it is over, this thread does nothing else. */
export function runProgramNow({ program, args }: CommandLine, env: Env, maxMs = usualMs): CommandResult {
  const { pid, status, signal, stdout, error } = spawnSync(program, args, {
    ...{ env: toEnv(env), stdio, detached: true, windowsHide: true },
    ...{ timeout: maxMs, killSignal: 'SIGKILL', maxBuffer: maxBytes },
  });
  const code = error && 'code' in error ? error.code : undefined;
  if (code === 'ETIMEDOUT' || code === 'ENOBUFS') {
    endGroup(pid);
    return code === 'ETIMEDOUT' ? tooLate(maxMs) : tooMuch;
  }
  if (error) return notStarted(error);
  return judge({ code: status, signal, bytes: stdout });
}

const tooLate = (maxMs: number) => ({ problem: `has not ended within ${maxMs / 1_000} s` });
const tooMuch = { problem: `has printed more than ${maxBytes / 1024} KB` };

function notStarted(error: Error): CommandResult {
  const code = 'code' in error ? String(error.code) : error.name;
  return {
    problem: `cannot be started (${code})${code === 'ENOENT' ? ': is the program installed, and on the PATH?' : ''}`,
  };
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly bytes: Buffer;
}

function judge({ code, signal, bytes }: Ended): CommandResult {
  if (signal !== null) return { problem: `was ended by ${signal}` };
  if (code !== 0) return { problem: `ended with exit code ${code}; run by hand, it says why` };
  if (!isUtf8(bytes) || bytes.includes(0)) return { problem: 'has printed what is no text in UTF-8' };
  const text = bytes.toString('utf8').replace(/\r?\n$/, '');
  return text === '' ? { problem: 'has printed nothing' } : { text };
}

/** It leads a group of its own, so that what it has started ends with it. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined || pid === 0) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // They have all ended by themselves.
  }
}

function toEnv(env: Env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}
