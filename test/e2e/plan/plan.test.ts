import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import businessCentral from '../../../connectors/business-central/simulator.ts';
import hubspot from '../../../connectors/hubspot/simulator.ts';
import ordercloud from '../../../connectors/ordercloud/simulator.ts';
import type { Forecast, ForecastEffect } from '../../../src/engine/forecast/forecast-record.ts';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/start-simulator.ts';
import { callCli } from '../../support/call-cli.ts';
import { runCli, startCli } from '../../support/cli.ts';
import { useDatabase } from '../../support/database.ts';
import { dumpTables } from '../../support/dump-tables.ts';

/** The root workspace with the simulators of its three systems. */
const root = join(import.meta.dirname, '../../..');
const size = { orders: 12, customers: 10, products: 5, items: 5 };
let simulators: readonly RunningSimulator[];
const database = useDatabase();
let warehouse: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  simulators = await Promise.all(
    [ordercloud, businessCentral, hubspot].map((each) => startSimulator(each, { size })),
  );
  const [shop = '', erp = '', crm = ''] = simulators.map(({ url }) => url);
  warehouse = await mkdtemp(join(tmpdir(), 'tradelane-plan-'));
  const counts = ['SKU,Location,Quantity,CountedAt', 'TL-10001,main,7,2026-01-01T00:00:00Z'];
  await writeFile(
    join(warehouse, 'stock-1.csv'),
    [...counts, 'TL-10002,main,many,2026-01-01T00:00:00Z', ''].join('\n'),
  );
  await writeFile(join(warehouse, 'stock-1.csv.done'), '');
  env = {
    DATABASE_URL: database.url,
    COMMERCE_URL: shop,
    ERP_URL: erp,
    CRM_URL: crm,
    WAREHOUSE_DIR: warehouse,
  };
});
afterAll(async () => {
  await Promise.all(simulators.map((each) => each.close()));
  await rm(warehouse, { recursive: true, force: true });
});

interface PlanDocument {
  readonly flow: string;
  readonly counts: Readonly<Record<ForecastEffect | 'read', number>>;
  readonly records: readonly Forecast[];
  readonly error?: { readonly code: string; readonly message: string };
}

const tradelane = (...args: readonly string[]) => callCli([...args, '--workspace', root], { env });

async function plan(...args: readonly string[]) {
  const { code, stdout, stderr } = await tradelane('plan', ...args, '--json');
  return { code, stderr, document: JSON.parse(stdout) as PlanDocument };
}

/** What of the world could have been changed. */
async function everything() {
  const effects = simulators.map((each) => each.effects.entries().length);
  return { effects, tables: await dumpTables(database.db), files: (await readdir(warehouse)).sort() };
}

test('plans of all flows say what a run would do, and change nothing anywhere', {
  timeout: 400_000,
}, async () => {
  const before = await everything();
  const plans = [
    await plan('customers-to-erp'),
    await plan('customers-to-crm'),
    await plan('orders-to-erp'),
    await plan('prices-to-commerce', '--limit', '4'),
    await plan('stock-to-commerce'),
  ];
  expect(await everything()).toEqual(before);
  expect(before.effects).toEqual([0, 0, 0]);
  const [toErp, toCrm, orders, prices, stock] = plans;
  expect(plans.map(({ code }) => code)).toEqual([0, 0, 1, 0, 1]);
  for (const { document } of plans) {
    const { read, ...effects } = document.counts;
    expect(Object.values(effects).reduce((sum, count) => sum + count, 0)).toBe(read);
    expect(document.records).toHaveLength(read);
  }
  expect(toErp?.document.counts.read).toBe(10);
  expect(toCrm?.document.counts.create).toBeGreaterThan(5);
  expect(orders?.document.counts.blocked).toBeGreaterThan(0);
  expect(orders?.document.records.find(({ effect }) => effect === 'blocked')?.reason).toMatch(
    /^waits for customer C\d+, which erp does not have yet$/,
  );
  expect(prices?.document.counts.read).toBe(4);
  expect(stock?.document.records).toMatchObject([
    { key: 'TL-10001', effect: 'update', differences: [{ path: 'Inventory.QuantityAvailable', after: 7 }] },
    {
      key: 'TL-10002',
      effect: 'fails',
      fault: { code: 'TL_MAP_FAILED', at: 'flows/stock-to-commerce.yaml:10:22' },
    },
  ]);

  // What a plan foresees is what a run then does.
  const run = await tradelane('run', 'customers-to-crm', '--json');
  const delivered = JSON.parse(run.stdout).counts.delivered;
  expect(delivered).toBe(toCrm?.document.counts.create);
  const again = await plan('customers-to-crm', '--full');
  expect(again.document.counts).toMatchObject({ create: 0, unchanged: delivered });
});

test('a plan on a screen has totals first, then samples, and mistakes are explained', {
  timeout: 200_000,
}, async () => {
  const shown = await tradelane('plan', 'stock-to-commerce', '--samples', '1');
  expect(shown.code).toBe(1);
  expect(shown.stdout).toMatch(/^flow +read +create +update +upsert +delete +unchanged/);
  expect(shown.stdout).toMatch(
    /\nupdate: 1\n {2}TL-10001\n {4}Inventory\.QuantityAvailable\n {6}- \d+\n {6}\+ 7\n/,
  );
  expect(shown.stdout).toMatch(
    /\nfails: 1\n {2}TL-10002 {2}TL_MAP_FAILED {2}.*stock-to-commerce\.yaml:10:22/,
  );

  const mistakes = [
    ['plan orders-to-rep', 2, 'did you mean orders-to-erp?'],
    ['plan orders-to-erp --since yesterday', 2, '--since must be a time such as'],
    ['plan orders-to-erp --samples some', 2, '--samples must be a whole number, got "some"'],
    ['plan orders-to-erp --limit 0', 2, '--limit must be 1 or more'],
    ['plan customers-to-erp --key nobody --limit 3', 2, 'no record with the key "nobody" among the 3'],
  ] as const;
  for (const [args, code, message] of mistakes) {
    const refused = await tradelane(...args.split(' '));
    expect({ args, code: refused.code }).toEqual({ args, code });
    expect(refused.stderr.replaceAll('"', '')).toContain(message.replaceAll('"', ''));
  }
  const away = await runCli(['plan', 'customers-to-erp', '--workspace', root], {
    env: { ...env, ERP_URL: 'http://127.0.0.1:9' },
  });
  expect(away).toMatchObject({ code: 3, stdout: '' });
  expect(away.stderr).toContain('TL_SYSTEM_UNREACHABLE');
});

test('Ctrl-C ends a plan with what had been read by then', { timeout: 120_000 }, async () => {
  const [shop] = simulators;
  shop?.faults.next('hang', 1, { method: 'GET', path: '/v1/orders' });
  await using running = startCli(['plan', 'orders-to-erp', '--json', '--workspace', root], { env });
  await expect.poll(() => shop?.faults.injected().hang ?? 0, { timeout: 60_000 }).toBe(1);
  expect((await running.end('SIGINT')).code).toBe(3);
  expect(JSON.parse(running.stdout())).toMatchObject({ counts: { read: 0 }, stopped: true, records: [] });
});
