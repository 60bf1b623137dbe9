import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Context, type ExitCode, exit } from './cli/context.ts';
import { createProgram } from './cli/program.ts';
import { toFault } from './contract/fault.ts';

/** What a user has to put right before anything can start. */
const invalid: ReadonlySet<string> = new Set(['TL_ARGUMENT_INVALID', 'TL_WORKSPACE_INVALID']);

/** The only place that looks at the process: environment, arguments, streams, clock, signals. */
const stopping = new AbortController();
const context: Context = {
  env: process.env,
  cwd: process.cwd(),
  openStdin: () => process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: { now: () => Date.now() },
  random: Math.random,
  main: fileURLToPath(import.meta.url),
  packageDir: findPackageDir(dirname(fileURLToPath(import.meta.url))),
  stop: stopping.signal,
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time it is meant.
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  });
}
// Started by another process of ours (the demo starts simulators): its end is ours.
process.on('disconnect', () => stopping.abort());
// `tradelane … | head`: whoever reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exit.failed),
);

process.exitCode = await main(process.argv.slice(2));
// The channel to the process that started this one would hold it.
if (process.connected) process.disconnect();
// Everything has been closed by now. Should something hold the process all the same, it ends nevertheless.
setTimeout(() => process.exit(), 5_000).unref();

async function main(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exit.clean;
  const report = (reported: ExitCode) => {
    code = reported;
  };
  try {
    const program = await createProgram(context, report, args);
    throwInsteadOfExit(program);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (thrown) {
    return explain(thrown, args.includes('--json'));
  }
}

/** A user's mistake, or the world's: a message. A bug of ours: a message, and the stack where somebody asked for it. */
function explain(thrown: unknown, json: boolean): ExitCode {
  if (isCommanderError(thrown)) {
    if (thrown.exitCode === 0) return exit.clean;
    // Commander has told people already.
    if (json) printError('TL_ARGUMENT_INVALID', thrown.message.replace(/^error: /, ''));
    return exit.invalid;
  }
  const fault = toFault(thrown);
  const at = fault.at === undefined ? '' : ` (${fault.at})`;
  context.stderr.write(`error: ${fault.message}${at}\n       ${fault.code}\n`);
  if (json) printError(fault.code, fault.message);
  if (context.env['TRADELANE_DEBUG'] && thrown instanceof Error) context.stderr.write(`${thrown.stack}\n`);
  return invalid.has(fault.code) ? exit.invalid : exit.failed;
}

function printError(code: string, message: string): void {
  context.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}

function isCommanderError(thrown: unknown): thrown is Error & { readonly exitCode: number } {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('commander.');
}

function findPackageDir(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : findPackageDir(dirname(from));
}
