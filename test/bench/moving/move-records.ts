import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded-postgres.ts';
import { removePostgres } from '../../../src/store/embedded/postgres-place.ts';
import { type Database, openDatabase } from '../../../src/store/postgres/database.ts';
import { createMigrator } from '../../../src/store/postgres/migrate.ts';
import { childrenOf } from '../proc.ts';
import { expectedContents, fillEarlierTables, movedContents } from './rows.ts';
import { watchOthers } from './watch.ts';

/**
 * `node test/bench/moving/move-records.ts [RECORDS]`: moves what an earlier version has delivered (ten million), as
 * an upgrade does, on an embedded PostgreSQL. Two processes do it at once; at a fifth one is killed, at two fifths
 * PostgreSQL, at three fifths another process. Then it counts, and holds what is there against what has to be.
 */
const records = Number(process.argv[2] ?? 10_000_000);
const dir = await mkdtemp(join(tmpdir(), 'tradelane-moving-'));
const place = join(dir, 'postgres');
const postgres = await startEmbeddedPostgres(place);
const db = await openDatabase(postgres.url, { connections: 4 });
const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => void child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  await sql`create schema tradelane`.execute(db);
  await createMigrator(db).migrateTo('0015-members');
  await timed(`filling the tables of an earlier version with ${records} records`, () =>
    fillEarlierTables(db, records),
  );
  await sql`checkpoint`.execute(db);
  const others = watchOthers(await openDatabase(postgres.url, { connections: 2 }));
  await timed('moving them, with all interruptions', moveInterrupted);
  await others.end();
  console.log('longest, ms:', others.noticed);
  const [expected, moved] = [await expectedContents(db, records), await movedContents(db)];
  console.log(moved);
  console.log(isDeepStrictEqual(moved, expected) ? 'everything is there' : { expected });
} finally {
  await db.destroy();
  await postgres.close();
  await removePostgres(place);
  await rm(dir, { recursive: true, force: true });
}
process.exit(0);

async function moveInterrupted(): Promise<void> {
  const startedAt = performance.now();
  const say = (what: string) =>
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${what}`);
  const isOver = Promise.withResolvers<void>();
  // As a service manager does: whoever ends before the end is started again.
  const keepMoving = async () => {
    for (let code: number | null = 1; code !== 0; ) code = await startMigrating();
    isOver.resolve();
  };
  const movers = [keepMoving(), keepMoving()];
  const troubles: readonly (readonly [number, string, () => Promise<void> | void])[] = [
    [0.2, 'killed the process that moves', killMover],
    [0.4, 'killed PostgreSQL', killPostgres],
    [0.6, 'killed the process that moves', killMover],
  ];
  for (const [share, what, trouble] of troubles) {
    const moved = await Promise.race([isOver.promise, waitForShare(share)]);
    if (moved === undefined) return say('over before anything could be killed');
    await trouble();
    say(`${what} after some ${Math.round(moved / 1000)},000 rows`);
  }
  await Promise.all(movers);
}

async function startMigrating(): Promise<number | null> {
  const script = fileURLToPath(new URL('./migrate.ts', import.meta.url));
  const child = spawn(process.execPath, [script, postgres.url], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.add(child);
  child.stderr
    .setEncoding('utf8')
    .on('data', (said: string) => console.log(/^\w*(Fault|Error).*/m.exec(said)?.[0] ?? said));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  children.delete(child);
  return code;
}

/** How many rows have been moved, by the size that they take in the end. */
async function waitForShare(share: number): Promise<number> {
  for (;;) {
    const moved = await countRoughly(db).catch(() => 0);
    if (moved > share * records) return moved;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function countRoughly(database: Database): Promise<number> {
  const { rows } = await sql<{ after: string }>`
    select pg_relation_size('tradelane.known_records') / 120 as after`.execute(database);
  return Number(rows[0]?.after ?? 0);
}

/** The one whose session has the lock. */
async function killMover(): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select application_name as name from pg_stat_activity join pg_locks using (pid)
    where locktype = 'advisory' and granted and application_name like 'moving %'`.execute(db);
  const pid = Number(rows[0]?.name.split(' ')[1]);
  for (const child of children) if (child.pid === pid) child.kill('SIGKILL');
}

async function killPostgres(): Promise<void> {
  const pid = Number((await readFile(join(place, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  for (const each of [pid, ...childrenOf(pid)]) process.kill(each, 'SIGKILL');
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await work();
  console.log(`${what}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
