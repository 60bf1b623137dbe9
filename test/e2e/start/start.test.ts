import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Database } from '../../../src/store/postgres/database.ts';
import { listRuns } from '../../../src/store/runs/runs.ts';
import { type RunningCli, startCli } from '../../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { createWorkspace, type ShopAndErp, startShopAndErp, type TestWorkspace } from './shop-and-erp.ts';

const redisUrl = inject('redisUrl');

describe.each(['postgres', 'redis'] as const)('two engines over one database, the queue on %s', (kind) => {
  // Counterpart: test/e2e/start/start.test.ts on PostgreSQL.
  if (kind === 'redis' && redisUrl === '') return void test.skip('there is no Redis');
  let database: TestDatabase;
  let world: ShopAndErp;
  let workspace: TestWorkspace;
  let engines: readonly RunningCli[];

  beforeEach(async () => {
    database = await createTestDatabase();
    world = await startShopAndErp();
    workspace = await createWorkspace(world.url);
    engines = [start(), start()];
  });

  afterEach(async () => {
    for (const engine of engines) await engine[Symbol.asyncDispose]();
    for (const each of [workspace, world, database]) await each[Symbol.asyncDispose]();
  });

  test('each tick fires once, a tick too many is skipped, and SIGTERM loses nothing', {
    timeout: 60_000,
  }, async () => {
    world.paceMs = 500;
    addOrders(80);
    for (const engine of engines) await engine.said('"msg":"started"');
    const probes = probesOf(engines[0]);
    await until(async () => (await ticksOf('skipped')) >= 2 && world.taken.length >= 8, {
      timeoutMs: 20_000,
    });
    // A machine on which much goes on may answer a check too late once.
    await until(async () => (await fetch(`${probes}/readyz`)).status === 200);
    const figures = await Promise.all(
      engines.map(async (engine) => await (await fetch(`${probesOf(engine)}/metrics`)).text()),
    );
    for (const text of figures) expect(text).toContain('tradelane_processes{role="worker"} 2');
    // Either of them, or both, has asked the systems by now.
    expect(figures.join()).toMatch(/tradelane_attempt_seconds_count\{connection="\w+",.*,result="ok"\} \d+/);
    expect(figures.join()).toMatch(/tradelane_records_read_total\{flow="orders-to-erp"\} [1-9]/);
    const ending = Promise.all(engines.map((engine) => engine.end('SIGTERM')));
    // While what is under way comes to its end.
    await until(async () => (await fetch(`${probes}/readyz`)).status === 503);
    const ended = await ending;
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    for (const { ms } of ended) expect(ms).toBeLessThan(8_000);
    // Nothing goes on behind the back of those who have ended.
    expect(new Set(world.taken).size).toBe(world.taken.length);
    expect(await leasedLanes()).toBe(0);
    for (const engine of engines) expectLogLines(engine);

    world.paceMs = 0;
    addOrders(5);
    const third = start();
    engines = [...engines, third];
    await until(async () => world.taken.length > 84 && (await ticksOf('succeeded')) > 0, {
      timeoutMs: 20_000,
    });

    // A broken edit changes nothing, a good one takes effect, without a restart.
    const file = join(workspace.dir, 'flows/orders-to-erp.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}filter: "status = = 1"\n`);
    await third.said('the edit is not taken: the last good version goes on');
    expect(third.stderr()).toMatch(/flows\/orders-to-erp\.yaml:\d+:\d+ {2}TLW_EXPRESSION_SYNTAX/);
    await writeFile(file, `${text}summary: Orders, edited\n`);
    await third.said('edited files are taken');
    expect((await third.end('SIGTERM')).code).toBe(0);
    expect(world.taken.toSorted()).toEqual(world.orders.toSorted());

    const ticks = await ticksOfBoth();
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(await failedRuns()).toEqual([]);
  });

  test('what a killed engine was at is finished by the other', { timeout: 60_000 }, async () => {
    world.paceMs = 200;
    addOrders(60);
    for (const engine of engines) await engine.said('"msg":"started"');
    const killed = await until(async () => {
      const owners = await laneOwners(database.db);
      return world.taken.length >= 6 ? engines.find(({ pid }) => owners.includes(pid)) : undefined;
    });
    const { signal } = await killed.end('SIGKILL');
    expect(signal).toBe('SIGKILL');
    await until(async () => new Set(world.taken).size === 60 && (await leasedLanes()) === 0, {
      timeoutMs: 25_000,
    });
    // What the killed one had sent but not recorded was looked up before it was sent again.
    expect(world.taken).toHaveLength(60);
    const other = engines.find((engine) => engine !== killed);
    expect((await other?.end('SIGTERM'))?.code).toBe(0);
    const [{ read = 0, delivered = 0 } = {}] = (await listRuns(database.db, { limit: 1_000 }))
      .filter(({ counts }) => counts.delivered > 0)
      .map(({ counts }) => counts);
    expect({ read, delivered }).toEqual({ read: 60, delivered: 60 });
  });

  function start(): RunningCli {
    const queue: Readonly<Record<string, string>> =
      kind === 'redis' ? { REDIS_URL: redisUrl, TRADELANE_QUEUE_PREFIX: prefixOf(database.url) } : {};
    return startCli(['start', '--workspace', workspace.dir, '--metrics', '127.0.0.1:0'], {
      env: { DATABASE_URL: database.url, ...queue },
    });
  }

  function addOrders(count: number): void {
    const next = world.orders.length + 1;
    for (let at = next; at < next + count; at += 1) world.orders.push(`SO-${at}`);
  }

  async function ticksOf(status: string): Promise<number> {
    const runs = await listRuns(database.db, { limit: 1_000 });
    return runs.filter((run) => run.trigger === 'schedule' && run.status === status).length;
  }

  async function ticksOfBoth(): Promise<readonly number[]> {
    return (await listRuns(database.db, { limit: 1_000 })).map(({ tick }) => tick?.getTime() ?? 0);
  }

  /** A run that was reading when its process had to stop says so; there is no other failure. */
  async function failedRuns(): Promise<readonly string[]> {
    const runs = await listRuns(database.db, { limit: 1_000 });
    return runs
      .filter(({ status }) => status === 'failed' || status === 'errors')
      .flatMap(({ fault }) => (fault?.code === 'TL_RUN_STOPPED' ? [] : [fault?.code ?? 'errors']));
  }

  async function leasedLanes(): Promise<number> {
    return (await laneOwners(database.db)).length;
  }
});

/** Where it tells of its figures and its health. */
function probesOf(engine: RunningCli | undefined): string {
  return /"url":"([^"]+)","msg":"figures and health are served"/.exec(engine?.stderr() ?? '')?.[1] ?? '';
}

/** Process ids; an owner is host:pid:random. */
async function laneOwners(db: Database): Promise<readonly number[]> {
  const { rows } = await sql<{ owner: string }>`select owner from lanes where owner is not null`.execute(db);
  return rows.map(({ owner }) => Number(owner.split(':')[1]));
}

function expectLogLines(engine: RunningCli): void {
  const lines = engine.stderr().trim().split('\n');
  const logged = lines.map((line) => JSON.parse(line) as { readonly level: string; readonly msg: string });
  expect(logged.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  expect(logged.at(-1)?.msg).toBe('stopped');
  expect(engine.stdout()).toBe('');
}

function prefixOf(databaseUrl: string): string {
  return new URL(databaseUrl).pathname.slice(1);
}
