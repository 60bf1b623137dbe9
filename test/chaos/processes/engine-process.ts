import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

/** One `tradelane start`, brought up again whenever it ends, as a service manager would. */
export interface EngineProcess {
  readonly name: string;
  /** Sends a signal to whatever runs under this name now; `false` if nothing does. */
  signal(signal: NodeJS.Signals): boolean;
  /** Stands still for a while, and then goes on as if nothing had been. */
  freeze(ms: number): Promise<void>;
  /** How it ended each time that nobody had told it to; `3` where it was started while its database was away. */
  readonly deaths: () => readonly string[];
  /** What it said last each time that it ended otherwise than for want of its database. */
  readonly lastWords: () => readonly string[];
  /** Ends it for good. */
  close(): Promise<void>;
}

export interface EngineSetup {
  /** The tree that is run: the package itself, or a copy with something switched off. */
  readonly root: string;
  readonly workspace: string;
  readonly logDir: string;
  readonly env: Readonly<Record<string, string>>;
}

export function startEngine(
  setup: EngineSetup,
  name: string,
  role: string,
  restartMs: () => number,
): EngineProcess {
  const log = createWriteStream(join(setup.logDir, `${name}.log`));
  const args = [
    join(setup.root, 'bin', 'tradelane.js'),
    'start',
    '--role',
    role,
    '--workspace',
    setup.workspace,
  ];
  const { PATH = '', HOME = '' } = process.env;
  let closing = false;
  const deaths: string[] = [];
  const lastWords: string[] = [];
  let told = false;
  let child: ChildProcess;
  let gone: Promise<void>;
  const start = () => {
    told = false;
    const started = spawn(process.execPath, args, {
      // The database shows this name for each of its connections: that is how a kill point finds its victim.
      env: { PATH, HOME, ...setup.env, PGAPPNAME: name },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let said = '';
    for (const stream of [started.stdout, started.stderr]) {
      stream?.pipe(log, { end: false });
      stream?.on('data', (bytes: Buffer) => {
        said = `${said}${bytes.toString()}`.slice(-2_000);
      });
    }
    gone = new Promise((resolve) => {
      started.on('close', (code, signal) => {
        log.write(`--- ${name} ended: ${signal ?? code}\n`);
        if (!told) deaths.push(String(signal ?? code));
        if (!told && code !== 3) lastWords.push(`${name}: ${said}`);
        if (!closing) setTimeout(() => closing || start(), restartMs());
        resolve();
      });
    });
  };
  start();
  const signal = (which: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    if (which !== 'SIGSTOP' && which !== 'SIGCONT') told = true;
    return child.kill(which);
  };
  return {
    name,
    signal,
    freeze: async (ms) => {
      const frozen = child;
      if (!signal('SIGSTOP')) return;
      await new Promise((resolve) => setTimeout(resolve, ms));
      frozen.kill('SIGCONT');
    },
    deaths: () => deaths,
    lastWords: () => lastWords,
    close: async () => {
      closing = true;
      signal('SIGCONT');
      if (signal('SIGKILL')) await gone;
      log.end();
    },
  };
}
