import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { present } from '../../../src/contract/present.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded-postgres.ts';
import { withFileLock } from '../../../src/store/embedded/file-lock.ts';
import { removePostgres } from '../../../src/store/embedded/postgres-place.ts';
import { isAlive } from '../../../src/store/embedded/process-identity.ts';
import { type Database, openDatabase } from '../../../src/store/postgres/database.ts';
import { startCli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tradelane-embedded-'));
  await mkdir(join(dir, 'flows'));
});

afterEach(async () => {
  await removePostgres(join(dir, '.tradelane', 'postgres'));
  await rm(dir, { recursive: true, force: true });
});

test('two commands that start in a new workspace at once share one server, and end well', async () => {
  const running = [1, 2, 3].map(() => startCli(['status', '-w', dir, '--json']));
  const ended = await Promise.all(running.map((one) => one.ended()));
  expect(running.map((one) => one.stderr())).toEqual(['', '', '']);
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(await serverPid()).toBeUndefined();
});

test('the server goes on until the last of its users has left', async () => {
  const place = join(dir, '.tradelane', 'postgres');
  const [first, second] = await Promise.all([startEmbeddedPostgres(place), startEmbeddedPostgres(place)]);
  expect(second.url).toBe(first.url);
  const db = await openDatabase(first.url, { connections: 1 });
  const pid = await serverPid();
  await first.close();
  expect(await serverPid()).toBe(pid);
  await db.destroy();
  await second.close();
  // It has written everything down by then, and is about to go.
  await until(() => !isAlive(pid ?? 0), { timeoutMs: 10_000, what: 'the end of the server' });
});

test('a server that dies is started again at the same port, and one that cannot be is given up', async () => {
  const place = join(dir, '.tradelane', 'postgres');
  const [first, second] = await Promise.all([startEmbeddedPostgres(place), startEmbeddedPostgres(place)]);
  const db = await openDatabase(first.url, { connections: 2 });
  await sql`create table public.kept (n int)`.execute(db);
  await isBack(db, await killServer());
  expect(await sql`select * from public.kept`.execute(db)).toMatchObject({ rows: [] });
  // Should the first not have noticed yet, the second takes the server along, and the first brings it back once more.
  await second.close();
  await until(() => sql`select * from public.kept`.execute(db).catch(() => false), { timeoutMs: 20_000 });

  await writeFile(join(place, 'data', 'postgresql.conf'), 'no_such_setting = 1\n');
  await killServer();
  await until(() => first.gone.aborted, { timeoutMs: 30_000, what: 'the server to be given up' });
  expect(first.gone.reason).toMatchObject({
    code: 'TL_STORE_UNAVAILABLE',
    message: expect.stringMatching(/did not start: .*; its log is .*postgres\.log$/),
  });
  await db.destroy();
  await first.close();
}, 120_000);

test('a server that dies the moment it is back is noticed too', async () => {
  const running = await startEmbeddedPostgres(join(dir, '.tradelane', 'postgres'));
  const db = await openDatabase(running.url, { connections: 1 });
  for (let deaths = 0; deaths < 4; deaths++) await isBack(db, await killServer());
  expect(running.gone.aborted).toBe(false);
  await db.destroy();
  await running.close();
}, 120_000);

test('a process id that has been given to somebody else keeps nobody from starting', async () => {
  const place = join(dir, '.tradelane', 'postgres');
  await (await startEmbeddedPostgres(place)).close();
  // As after a start of the machine: the server and the lock were left behind, and this process has their ids.
  const stale = `${process.pid}\n/somewhere\n1700000000\n1\n\n127.0.0.1\n`;
  await writeFile(join(place, 'data', 'postmaster.pid'), stale);
  await writeFile(join(place, 'starting.lock'), `${process.pid} of-another-life:1\n`);
  const again = await startEmbeddedPostgres(place);
  expect(await serverPid()).not.toBe(process.pid);
  await again.close();
});

test('a workspace that is made anew starts from nothing', async () => {
  const place = join(dir, '.tradelane', 'postgres');
  const first = await startEmbeddedPostgres(place);
  const db = await openDatabase(first.url, { connections: 1 });
  await sql`create table public.kept (n int)`.execute(db);
  await db.destroy();
  await first.close();
  const old = await realpath(place);
  await rm(place, { recursive: true });
  const second = await startEmbeddedPostgres(place);
  const fresh = await openDatabase(second.url, { connections: 1 });
  await expect(sql`select * from public.kept`.execute(fresh)).rejects.toThrow('does not exist');
  await fresh.destroy();
  await second.close();
  await rm(old, { recursive: true, force: true });
});

test('a lock that a dead process left behind is taken over', async () => {
  const dead = spawn(process.execPath, ['--version']);
  await once(dead, 'exit');
  const lock = join(dir, 'a.lock');
  await writeFile(lock, `${dead.pid}\n`);
  expect(await withFileLock(lock, async () => 'done')).toBe('done');
  expect(await readdir(dir)).toEqual(['flows']);
});

test('under a lock there is one at a time, and a failure gives it back', async () => {
  const lock = join(dir, 'a.lock');
  let inside = 0;
  const most: number[] = [];
  const work = async () => {
    inside += 1;
    most.push(inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    throw new Error('went wrong');
  };
  const done = await Promise.allSettled([1, 2, 3, 4].map(() => withFileLock(lock, work)));
  expect(done.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect(most).toEqual([1, 1, 1, 1]);
  expect(await readdir(dir)).toEqual(['flows']);
});

async function killServer(): Promise<number> {
  const pid = present(await serverPid(), 'the server');
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** Another server answers: a connection to the dead one lives on for a moment. */
async function isBack(db: Database, dead: number): Promise<void> {
  const answers = () => sql`select 1`.execute(db).catch(() => false);
  const isAnother = async () => ![dead, undefined].includes(await serverPid());
  await until(async () => (await isAnother()) && (await answers()), {
    timeoutMs: 20_000,
    what: 'the server to be back',
  });
}

async function serverPid(): Promise<number | undefined> {
  const file = join(dir, '.tradelane', 'postgres', 'data', 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split('\n')[0]);
}
