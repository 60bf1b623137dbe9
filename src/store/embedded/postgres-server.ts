import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { Fault } from '../../contract/fault.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { commandOf, isAlive } from './process-identity.ts';

/** The server of a place, as one process sees it. All of this happens under the lock of the place. */
export interface Server {
  readonly url: string;
  /** From here on, the end of this process is not the server's. */
  readonly letGo: () => void;
}

/** The server that runs at a place already; `undefined` once it is certain that none does. */
export async function findServer(place: PostgresPlace): Promise<Server | undefined> {
  const password = await readFile(passwordFile(place), 'utf8').catch(() => undefined);
  for (let tries = 0; tries < 600; tries++) {
    const [pid, , , port] = await readPidFile(place);
    if (password === undefined || pid === undefined) return undefined;
    if (Number(port)) {
      const url = urlOf(password.trim(), Number(port));
      if (await answers(url)) return { url, letGo: () => {} };
    }
    // Left over from a crash: PostgreSQL itself replaces it, once nothing of the dead server is at work any more.
    if (!isAlive(Number(pid))) return undefined;
    if (!(await isServer(Number(pid), place))) {
      // It would take whoever has this id by now for a server of its own, and not start.
      await rm(pidFile(place), { force: true });
      return undefined;
    }
    // It is about to start, to recover or to stop: the next to look knows more.
    await sleep(100);
  }
  throw storeFault(`the embedded PostgreSQL runs, and does not answer; ${logHint(place)}`);
}

export async function startServer(place: PostgresPlace): Promise<Server> {
  const password = await initialise(place);
  const port = await choosePort(place);
  const logged = await stat(logFile(place)).then(
    ({ size }) => size,
    () => 0,
  );
  const log = openSync(logFile(place), 'a', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '200',
    shared_buffers: '64MB',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Detached, or a Ctrl-C in the terminal would reach the server before its clients have said goodbye.
  const child = spawn(join(place.binDir, 'postgres'), ['-D', place.dataDir, ...flags], {
    ...place.owner,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const url = urlOf(password, port);
  let hasEnded = false;
  // The last resort when the process ends without close(): a smart shutdown would wait for clients for ever.
  const stopAtExit = () => child.kill('SIGINT');
  const letGo = () => process.removeListener('exit', stopAtExit);
  const ended = () => {
    hasEnded = true;
    letGo();
  };
  child.on('error', ended);
  child.on('exit', ended);
  process.once('exit', stopAtExit);
  for (let tries = 0; !(await answers(url)); tries++) {
    if (hasEnded || tries > 600) throw await startFault(place, logged);
    await sleep(50);
  }
  child.unref();
  return { url, letGo };
}

export async function stopServer(place: PostgresPlace): Promise<void> {
  const pid = Number((await readPidFile(place))[0]);
  if (!(await isServer(pid, place))) return;
  process.kill(pid, 'SIGINT');
  // A fast shutdown writes everything down, which takes a moment; then the pid file goes.
  for (let tries = 0; isAlive(pid) && Number((await readPidFile(place))[0]) === pid; tries++) {
    if (tries > 1_500) throw storeFault(`the embedded PostgreSQL (process ${pid}) does not stop`);
    await sleep(20);
  }
}

/** Where the server says what is wrong with it. */
export function logHint(place: PostgresPlace): string {
  return `its log is ${logFile(place)}`;
}

/** Is it alive, and our server? Where nothing else can be found out, who has the id is taken for it. */
async function isServer(pid: number, place: PostgresPlace): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandOf(pid);
  return command === undefined || command === '' || command.includes(place.dataDir);
}

/** Process id, data folder, time of start, port, … Empty where there is no such file. */
async function readPidFile(place: PostgresPlace): Promise<readonly string[]> {
  const text = await readFile(pidFile(place), 'utf8').catch(() => '');
  return text === '' ? [] : text.split('\n');
}

async function initialise(place: PostgresPlace): Promise<string> {
  const known = await readFile(passwordFile(place), 'utf8').catch(() => undefined);
  const version = await readFile(join(place.dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (known !== undefined && version !== undefined) return known.trim();
  const password = randomBytes(18).toString('base64url');
  await rm(place.dataDir, { recursive: true, force: true });
  await mkdir(place.dataDir, { recursive: true, mode: 0o700 });
  // The password gets its final name last: until then the folder counts as not initialised.
  const unfinished = `${passwordFile(place)}.new`;
  await writeFile(unfinished, `${password}\n`, { mode: 0o600 });
  if (place.owner) {
    await chown(place.dataDir, place.owner.uid, place.owner.gid);
    await chown(unfinished, place.owner.uid, place.owner.gid);
  }
  const flags = ['--username=tradelane', `--pwfile=${unfinished}`, '--auth=scram-sha-256'];
  // C collation: text compares byte by byte, the same on every machine; UTF-8 for the content.
  const locale = ['--encoding=UTF8', '--locale=C'];
  await runToEnd(join(place.binDir, 'initdb'), [`--pgdata=${place.dataDir}`, ...flags, ...locale], place);
  await rename(unfinished, passwordFile(place));
  return password;
}

async function runToEnd(command: string, args: readonly string[], place: PostgresPlace): Promise<void> {
  const child = spawn(command, args, { ...place.owner, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  const code = await promise;
  if (code !== 0) throw storeFault(`initdb ended with ${code}: ${said.trim().split('\n').at(-1) ?? ''}`);
}

/** Why it did not start is what it has logged since. */
async function startFault(place: PostgresPlace, from: number): Promise<Fault> {
  const text = await readFile(logFile(place)).catch(() => Buffer.alloc(0));
  const lines = text.subarray(from).toString().trim().split('\n');
  const why = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  const reason = why.replace(/^.*?(FATAL|PANIC): +/, '').slice(0, 300);
  return storeFault(
    `the embedded PostgreSQL did not start${reason === '' ? '' : `: ${reason}`}; ${logHint(place)}`,
  );
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The port of the last time, if nobody else has it: whoever has lost a server looks for it there. */
async function choosePort(place: PostgresPlace): Promise<number> {
  const file = join(place.stateDir, 'port');
  const last = Number(await readFile(file, 'utf8').catch(() => ''));
  const port = (last > 0 && last < 65_536 ? await freePort(last) : undefined) ?? (await freePort(0));
  if (port === undefined) throw storeFault('no free port on loopback');
  await writeFile(file, `${port}\n`, { mode: 0o600 });
  return port;
}

async function freePort(wanted: number): Promise<number | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen(wanted, '127.0.0.1', () => resolve(true));
  if (!(await promise)) return undefined;
  const address = server.address();
  await new Promise((done) => server.close(done));
  return address === null || typeof address === 'string' ? undefined : address.port;
}

function urlOf(password: string, port: number): string {
  return `postgres://tradelane:${password}@127.0.0.1:${port}/postgres`;
}

function pidFile(place: PostgresPlace): string {
  return join(place.dataDir, 'postmaster.pid');
}

function passwordFile(place: PostgresPlace): string {
  return join(place.stateDir, 'password');
}

function logFile(place: PostgresPlace): string {
  return join(place.stateDir, 'postgres.log');
}

export function storeFault(message: string, cause?: unknown): Fault {
  return new Fault('TL_STORE_UNAVAILABLE', message, { cause });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
