import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionLimits } from '../../../src/contract/connector.ts';
import { openDatabase } from '../../../src/store/postgres/database.ts';
import { useDatabase } from '../../support/database.ts';
import {
  countBy,
  type GaugeServer,
  mostInASecond,
  startGaugeServer,
} from '../../support/servers/gauge-server.ts';
import { until } from '../../support/until.ts';
import { type BusyClient, openBusyClient } from './busy-client.ts';

const database = useDatabase('test');
let server: GaugeServer;
let opened: AsyncDisposable[];

beforeEach(async () => {
  server = await startGaugeServer(20);
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()));
  await server[Symbol.asyncDispose]();
});

describe('requests per second', () => {
  const limits = { requestsPerSecond: 60 };

  test('hold over three clients, and each gets its part', async () => {
    const clients = ['a', 'b', 'c'].map((who) => openClient(who, limits));
    for (const client of clients) client.keepBusy(8);
    await seconds(4);
    expect(mostInASecond(server.arrivals)).toBeLessThanOrEqual(60 * 1.2 + 1);
    expect(server.arrivals.length).toBeGreaterThan(60 * 4 * 0.6);
    const counts = countBy(server.arrivals);
    for (const who of ['a', 'b', 'c']) expect(counts[who]).toBeGreaterThan(15);
    expect(clients.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test('are there for one that is alone', async () => {
    openClient('a', limits).keepBusy(8);
    await seconds(3);
    expect(mostInASecond(server.arrivals)).toBeLessThanOrEqual(60 * 1.2 + 1);
    expect(server.arrivals.length).toBeGreaterThan(60 * 3 * 0.8);
  });

  test('begin after a window that a process of an earlier version has used up', async () => {
    await sql`insert into limit_windows (key, points, expire)
      values ('erp', 3, extract(epoch from now()) * 1000 + 700)`.execute(database.db);
    const from = performance.now();
    await openClient('a', limits).send();
    expect(performance.now() - from).toBeGreaterThan(600);
    const { rows } = await sql<{ points: number }>`select points from limit_windows`.execute(database.db);
    expect(rows[0]?.points).toBeGreaterThan(1_000_000);
  });

  test('below one a second hold too', async () => {
    for (const who of ['a', 'b']) openClient(who, { requestsPerSecond: 0.8 }).keepBusy(2);
    await until(() => server.arrivals.length >= 4, { timeoutMs: 15_000 });
    const at = server.arrivals.map((arrival) => arrival.at);
    for (let index = 1; index < at.length; index += 1) {
      expect((at[index] ?? 0) - (at[index - 1] ?? 0)).toBeGreaterThan(1_150);
    }
  });

  test('a pause that one client was asked for holds the others back', async () => {
    const clients = ['a', 'b'].map((who) => openClient(who, limits));
    for (const client of clients) client.keepBusy(4);
    await until(() => Object.keys(countBy(server.arrivals)).length === 2);
    server.retryAfterS = 2;
    await until(() => server.retryAfterS === undefined);
    // The answer is on its way, and turns that were taken before it may be used.
    const pausedAt = performance.now();
    await until(() => performance.now() - pausedAt > 2_500 && server.arrivals.length > 0);
    const late = server.arrivals.filter(({ at }) => at > pausedAt + 400 && at < pausedAt + 1_800);
    expect(late).toEqual([]);
    const after = server.arrivals.filter(({ at }) => at > pausedAt + 1_800);
    expect(after.length).toBeGreaterThan(0);
  });

  test('hold for each client by itself while the database is away', async () => {
    const client = openClient('a', limits);
    await client.send();
    await sql`alter table limit_windows rename to limit_windows_away`.execute(database.db);
    server.forget();
    client.keepBusy(8);
    await seconds(2);
    expect(mostInASecond(server.arrivals)).toBeLessThanOrEqual(60 * 1.2 + 1);
    expect(server.arrivals.length).toBeGreaterThan(60);
    expect(client.faults).toEqual([]);
  });

  test('hold between processes whose clocks differ by a minute', { timeout: 40_000 }, async () => {
    startProcess('slow', { limits, aheadMs: 0 });
    startProcess('fast', { limits, aheadMs: 60_000 });
    await until(() => Object.keys(countBy(server.arrivals)).length === 2, { timeoutMs: 20_000 });
    server.forget();
    await seconds(4);
    expect(mostInASecond(server.arrivals)).toBeLessThanOrEqual(60 * 1.2 + 1);
    const counts = countBy(server.arrivals);
    for (const who of ['slow', 'fast']) expect(counts[who]).toBeGreaterThan(20);
  });
});

describe('requests under way', () => {
  test('are never more than allowed over three clients, and each has its share', async () => {
    const clients = ['a', 'b', 'c'].map((who) => openClient(who, { concurrency: 6 }));
    clients[0]?.keepBusy(10);
    // Alone, it has all of them at once.
    await until(() => server.underWay.get('a') === 6);
    clients[1]?.keepBusy(10);
    clients[2]?.keepBusy(10);
    await until(() => ['a', 'b', 'c'].every((who) => server.underWay.get(who) === 2));
    expect(server.most()).toBe(6);
    await clients[0]?.stop();
    await until(() => ['b', 'c'].every((who) => server.underWay.get(who) === 3));
    expect(server.most()).toBe(6);
    expect(clients.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test('go round where there are more clients than slots', { timeout: 40_000 }, async () => {
    const names = ['a', 'b', 'c'];
    for (const who of names) openClient(who, { concurrency: 1 }).keepBusy(3);
    // Twice round at least: nobody has to wait for another to have finished.
    const turns = () => server.arrivals.filter(({ who }, index, all) => who !== all[index - 1]?.who);
    await until(() => names.every((name) => turns().filter(({ who }) => who === name).length >= 2), {
      timeoutMs: 20_000,
    });
    expect(server.most()).toBe(1);
  });

  test('leave what one has no use for to the other', async () => {
    const [light, heavy] = ['light', 'heavy'].map((who) => openClient(who, { concurrency: 5 }));
    light?.keepBusy(1);
    heavy?.keepBusy(10);
    await until(() => server.underWay.get('heavy') === 4 && server.underWay.get('light') === 1);
    expect(server.most()).toBe(5);
  });

  test('are given back by who needs them no longer, and nothing is left behind', async () => {
    const client = openClient('a', { concurrency: 4 });
    await Promise.all([client.send(), client.send()]);
    expect(await takenSlots()).toBe(4);
    await until(async () => (await takenSlots()) === 0);
    await client.send();
    await client.stop();
    expect(await takenSlots()).toBe(0);
  });

  test('wait while the database cannot confirm them, and end when they are stopped', async () => {
    const client = openClient('a', { concurrency: 2 });
    client.keepBusy(4);
    await until(() => server.arrivals.length > 10);
    await sql`alter table limit_slots rename to limit_slots_away`.execute(database.db);
    await until(() => performance.now() - (server.arrivals.at(-1)?.at ?? 0) > 500);
    const sent = server.arrivals.length;
    await sql`alter table limit_slots_away rename to limit_slots`.execute(database.db);
    await until(() => server.arrivals.length > sent);
    await sql`alter table limit_slots rename to limit_slots_away`.execute(database.db);
    await until(() => performance.now() - (server.arrivals.at(-1)?.at ?? 0) > 500);
    await client.stop();
    expect(client.faults).toEqual([]);
    expect(server.most()).toBe(2);
  });

  test('of a process that was killed come free', { timeout: 60_000 }, async () => {
    const limits = { concurrency: 4 };
    const [killed] = ['killed', 'other'].map((who) => startProcess(who, { limits, aheadMs: 0 }));
    await until(() => server.underWay.get('killed') === 2 && server.underWay.get('other') === 2, {
      timeoutMs: 20_000,
    });
    expect(server.most()).toBeLessThanOrEqual(4);
    await killed?.end('SIGKILL');
    await until(() => server.underWay.get('killed') === 0);
    server.forget();
    await until(() => server.most() === 4, { timeoutMs: 15_000 });
  });
});

test('a connection without limits never asks the database', async () => {
  const away = await openDatabase(database.url, { connections: 1 });
  await away.destroy();
  const client = openBusyClient(away, { url: server.url, who: 'a', limits: {} });
  opened.push(client);
  await Promise.all(Array.from({ length: 40 }, () => client.send()));
  expect(server.most()).toBe(16);
});

function openClient(who: string, limits: ConnectionLimits): BusyClient {
  const client = openBusyClient(database.db, { url: server.url, who, limits });
  opened.push(client);
  return client;
}

function startProcess(who: string, options: { readonly limits: ConnectionLimits; readonly aheadMs: number }) {
  const script = fileURLToPath(new URL('busy-process.ts', import.meta.url));
  const settings = { ...options, who, url: server.url, databaseUrl: database.url, atOnce: 8 };
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], { stdio: 'inherit' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await gone;
  };
  opened.push({ [Symbol.asyncDispose]: () => end('SIGKILL') });
  return { end };
}

async function takenSlots(): Promise<number> {
  const { rows } = await sql<{ taken: number }>`
    select count(*) as taken from limit_slots where until > now()`.execute(database.db);
  return rows[0]?.taken ?? 0;
}

/** The time that is measured over. */
async function seconds(count: number): Promise<void> {
  const end = performance.now() + count * 1_000;
  await until(() => performance.now() >= end, { timeoutMs: count * 1_000 + 5_000 });
}
