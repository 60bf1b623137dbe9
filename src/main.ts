import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from './cli/command-line.ts';
import { type Context, exit } from './cli/context.ts';

/** The only place that looks at the process: environment, arguments, streams, clock, signals. */
const stopping = new AbortController();
const context: Omit<Context, 'called' | 'logTo'> = {
  env: process.env,
  cwd: process.cwd(),
  openStdin: () => process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: { now: () => Date.now() },
  random: Math.random,
  user: userName(),
  main: fileURLToPath(import.meta.url),
  packageDir: findPackageDir(dirname(fileURLToPath(import.meta.url))),
  stop: stopping.signal,
};

let stoppedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time it is meant. npm and coreutils' timeout hand on what came to the whole group: that is still the first.
    if (stopping.signal.aborted && Date.now() - stoppedAt > 500) process.exit(130);
    stoppedAt ||= Date.now();
    stopping.abort();
  });
}
// Started by another process of ours (the demo starts simulators): its end is ours.
process.on('disconnect', () => stopping.abort());
// `tradelane … | head`: whoever reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exit.failed),
);

process.exitCode = await runCommandLine(context, process.argv.slice(2));
// The channel to the process that started this one would hold it.
if (process.connected) process.disconnect();
// Everything has been closed by now. Should something hold the process all the same, it ends nevertheless.
setTimeout(() => process.exit(), 5_000).unref();

/** A container may run as a number that no account has. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'without a name'}`;
  }
}

function findPackageDir(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : findPackageDir(dirname(from));
}
