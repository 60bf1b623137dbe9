import { sql } from 'kysely';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { aliveMs, forgetMs, type Heartbeat, startHeartbeat } from '../../../src/app/health/heartbeat.ts';
import {
  checkLife,
  checkReadiness,
  type Health,
  type ReadinessTools,
  toOpenHealth,
} from '../../../src/app/health/readiness.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { beatProcess, listProcesses } from '../../../src/store/processes/processes.ts';
import type { Workspace } from '../../../src/workspace/workspace.ts';
import { useDatabase } from '../../support/database.ts';
import { onServer } from '../../support/servers/test-postgres.ts';

const database = useDatabase('test');
const log = createLogger('silent', process.stderr);
const beats: Heartbeat[] = [];
const own = { id: 'host:1:a', roles: ['worker', 'scheduler'], version: '1.0.0', host: 'secret-host', pid: 1 };

afterEach(async () => {
  for (const beat of beats.splice(0)) await beat.close();
});

/** A workspace of which only the schedules count. */
function withFlows(...flows: readonly object[]): () => Workspace {
  const entries = flows.map((value, index) => [`f${index}`, { name: `f${index}`, value }] as const);
  return () => ({ flows: new Map(entries) }) as unknown as Workspace;
}

const scheduled = { trigger: { schedule: { cron: '* * * * *' } } };

async function look(changes: Partial<ReadinessTools> = {}): Promise<Health> {
  return await checkReadiness({
    db: database.db,
    proveQueue: async () => {},
    workspace: withFlows(scheduled),
    stop: new AbortController().signal,
    now: () => 1_800_000_000_000,
    ...changes,
  });
}

async function begin(roles: readonly string[]): Promise<void> {
  const id = `host:1:${beats.length}`;
  beats.push(await startHeartbeat({ db: database.db, id, roles, version: '1.0.0', log }));
}

const failedOf = ({ checks }: Health) => checks.filter(({ ok }) => !ok).map(({ name }) => name);

describe('ready is', () => {
  it('whoever has a database, its tables, a queue, a worker and a scheduler that live', async () => {
    await begin(['worker']);
    await begin(['scheduler']);
    const health = await look();
    expect(health).toMatchObject({ ok: true, at: new Date(1_800_000_000_000) });
    expect(health.checks.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      'process: the process takes work',
      'database: the database answers',
      'tables: the tables are those of this version',
      'queue: the queue answers',
      'worker: a worker lives',
      'scheduler: a scheduler lives',
    ]);
  });

  it('nobody where no process works, and that is told as soon as one has ended', async () => {
    expect(failedOf(await look())).toEqual(['worker', 'scheduler']);
    await begin(['worker', 'scheduler']);
    expect(failedOf(await look())).toEqual([]);
    await beats.pop()?.close();
    expect(failedOf(await look())).toEqual(['worker', 'scheduler']);
  });

  it('nobody where the only worker fell silent without a word', async () => {
    await beatProcess(database.db, own, forgetMs);
    const silent = sql`update processes set seen_at = now() - ${aliveMs + 1_000} * interval '1 millisecond'`;
    await silent.execute(database.db);
    expect(failedOf(await look())).toEqual(['worker', 'scheduler']);
    await beatProcess(database.db, own, forgetMs);
    expect(failedOf(await look())).toEqual([]);
  });

  it('whoever has no scheduler where no flow has a schedule, or none is known', async () => {
    await begin(['worker']);
    expect(failedOf(await look({ workspace: withFlows({}) }))).toEqual([]);
    expect(failedOf(await look({ workspace: withFlows({}, scheduled) }))).toEqual(['scheduler']);
    expect(failedOf(await look({ workspace: () => undefined }))).toEqual(['scheduler']);
  });

  it('no process that is stopping', async () => {
    await begin(['worker', 'scheduler']);
    expect(failedOf(await look({ stop: AbortSignal.abort() }))).toEqual(['process']);
  });

  it('nobody whose queue does not answer, or never does', { timeout: 15_000 }, async () => {
    await begin(['worker', 'scheduler']);
    const refused = await look({ proveQueue: () => Promise.reject(new Error('ECONNREFUSED 10.0.0.7:6379')) });
    expect(failedOf(refused)).toEqual(['queue']);
    expect(refused.checks.find(({ name }) => name === 'queue')?.reason).toContain('10.0.0.7');
    expect(failedOf(await look({ proveQueue: () => new Promise(() => {}) }))).toEqual(['queue']);
  });

  it('nobody whose tables lack a step; those of a newer version are told, and will do', async () => {
    await begin(['worker', 'scheduler']);
    await sql`delete from tradelane.kysely_migration where name = '0022-status'`.execute(database.db);
    const behind = await look();
    expect(failedOf(behind)).toEqual(['tables']);
    expect(behind.checks.find(({ name }) => name === 'tables')?.message).toContain('tradelane migrate');
    await sql`insert into tradelane.kysely_migration (name, timestamp)
      values ('0022-status', '2026-01-01T00:00:00Z'), ('9999-later', '2026-01-01T00:00:00Z')`.execute(
      database.db,
    );
    const ahead = await look();
    expect(ahead.checks.find(({ name }) => name === 'tables')).toMatchObject({
      ok: true,
      message: 'the tables are those of a newer version',
      reason: '9999-later',
    });
  });

  it('nobody whose database is gone', { timeout: 20_000 }, async () => {
    await begin(['worker', 'scheduler']);
    const name = new URL(database.url).pathname.slice(1);
    await onServer(inject('databaseUrl'), [
      `alter database ${name} allow_connections false`,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    ]);
    expect(failedOf(await look())).toEqual(['database', 'tables', 'worker', 'scheduler']);
  });
});

it('tells anybody how it went, and no machine, address or reason', async () => {
  await beatProcess(database.db, own, forgetMs);
  const reason = 'connect ECONNREFUSED redis.internal:6379 password=hunter2';
  const health = await look({ proveQueue: () => Promise.reject(new Error(reason)) });
  expect(JSON.stringify(health)).toContain('secret-host');
  expect(JSON.stringify(toOpenHealth(health))).not.toMatch(
    /secret-host|redis\.internal|hunter2|host:1:a|1\.0\.0/,
  );
  expect(toOpenHealth(health).checks).toHaveLength(6);
});

it('is alive where the loop of the process comes round', async () => {
  const life = await checkLife(() => 0);
  expect(life).toMatchObject({ ok: true, at: new Date(0), checks: [{ name: 'event loop', ok: true }] });
});

describe('signs of life', () => {
  it('leave one row a process, and none of those that have been silent for long', async () => {
    await beatProcess(database.db, { ...own, id: 'long gone' }, forgetMs);
    await sql`update processes set seen_at = now() - interval '2 hours'`.execute(database.db);
    for (let beat = 0; beat < 3; beat++) await beatProcess(database.db, own, forgetMs);
    const { rows } = await sql`select id from processes`.execute(database.db);
    expect(rows).toEqual([{ id: own.id }]);
    expect(await listProcesses(database.db, aliveMs)).toMatchObject([own]);
  });

  it('come back where the table was emptied, as an unlogged one is after a crash', async () => {
    await beatProcess(database.db, own, forgetMs);
    await sql`truncate processes`.execute(database.db);
    await beatProcess(database.db, own, forgetMs);
    expect(await listProcesses(database.db, aliveMs)).toHaveLength(1);
  });
});
