import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningCli, startCli } from '../../support/cli.ts';
import { useDatabase } from '../../support/database.ts';
import {
  countBy,
  type GaugeServer,
  mostInASecond,
  startGaugeServer,
} from '../../support/servers/gauge-server.ts';
import { until } from '../../support/until.ts';

const orders = Array.from({ length: 240 }, (_, index) => ({ number: `SO-${index}` }));

const database = useDatabase('test');
let server: GaugeServer;
let dir: string;
let engines: readonly RunningCli[];

beforeEach(async () => {
  let made = 0;
  server = await startGaugeServer(50, (path) =>
    path === '/orders' ? { value: orders } : { id: `n${++made}` },
  );
  dir = await mkdtemp(join(tmpdir(), 'tradelane-limits-'));
  for (const [path, text] of Object.entries(files(server.url))) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  engines = [];
});

afterEach(async () => {
  for (const engine of engines) await engine[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

test('two engines together keep to the limits of a connection', { timeout: 90_000 }, async () => {
  engines = ['one', 'two'].map((who) =>
    startCli(['start', '--workspace', dir], { env: { DATABASE_URL: database.url, CLIENT: who } }),
  );
  await until(() => server.arrivals.length >= orders.length, { timeoutMs: 60_000 });
  expect(server.most()).toBeLessThanOrEqual(3);
  expect(mostInASecond(server.arrivals)).toBeLessThanOrEqual(40 * 1.2 + 1);
  const counts = countBy(server.arrivals);
  expect(counts['one']).toBeGreaterThan(10);
  expect(counts['two']).toBeGreaterThan(10);

  const ended = await Promise.all(engines.map((engine) => engine.end('SIGTERM')));
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  const { rows } = await sql`select from limit_slots union all select from limit_waiters`.execute(
    database.db,
  );
  expect(rows).toEqual([]);
});

const files = (url: string) => ({
  'config/connections.yaml': `connections:
  shop:
    connector: http
    config: { baseUrl: "${url}" }
    resources:
      orders: { key: number, read: { path: /orders, records: value } }
  erp:
    connector: http
    config: { baseUrl: "${url}", headers: { x-client: "\${CLIENT}" } }
    limits: { requestsPerSecond: 40, concurrency: 3 }
    resources:
      salesOrders: { key: number, create: { method: POST, path: /salesOrders, id: id } }
`,
  'flows/orders-to-erp.yaml': `flow: orders-to-erp
trigger: { schedule: { cron: "* * * * * *" } }
source: { connection: shop, resource: orders }
target: { connection: erp, resource: salesOrders, write: create, allowDuplicates: true }
delivery: { batch: 10, lanes: 8 }
`,
});
