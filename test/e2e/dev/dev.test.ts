import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/json.ts';
import type { LoggedEffect } from '../../../src/simulator/simulator.ts';
import { openConnection } from '../../../src/workspace/compile/open-connection.ts';
import { loadWorkspace } from '../../../src/workspace/load/load-workspace.ts';
import { startCli, startSimulatorProcess } from '../../support/cli.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';

/** How often business goes on, once a second: orders come for about 40 seconds. */
const advances = 35;

test('carries each order once while files are edited, well and badly, and ends cleanly', {
  timeout: 120_000,
}, async () => {
  await using database = await createTestDatabase();
  await using shop = await startSimulatorProcess('ordercloud', ['orders=20', 'customers=15', 'products=50']);
  await using erp = await startSimulatorProcess('business-central', ['items=50']);
  await using workspace = await createWorkspace();
  const env = { DATABASE_URL: database.url, COMMERCE_URL: shop.url, ERP_URL: erp.url };
  await using customers = startCli(['run', 'customers-to-erp', '-w', workspace.dir], { env });
  expect(await customers.ended(), customers.stderr()).toMatchObject({ code: 0 });

  await using dev = startCli(['dev', '-w', workspace.dir], { env });
  await dev.said('2 flows, 1 on schedule');
  await using business = startBusiness(shop.url);
  const created = async () => (await effectsOf(erp.url)).filter(isOrderCreated).length;
  const atFirst = await until(created, { timeoutMs: 20_000 });
  await until(async () => (await created()) > atFirst, { timeoutMs: 20_000 });

  // A good edit takes effect without a restart.
  const good = `${await workspace.read()}set: { customer.phone: '"+49 30 5550000"' }\n`;
  await workspace.write(good);
  await dev.said('files have changed');
  await until(async () => (await erpOrders(workspace.dir, env)).some(hasNewPhone), { timeoutMs: 20_000 });

  // A broken one is reported with its place, and the last good version goes on.
  await workspace.write(good.replace('filter: status = "open"', 'filter: status = = "open"'));
  await dev.said('the edit is not taken: the last good version goes on');
  expect(dev.stderr()).toMatch(/^flows\/orders-to-erp\.yaml:5:\d+ {2}TLW_EXPRESSION_SYNTAX {2}/m);
  const meanwhile = await created();
  await until(async () => (await created()) > meanwhile, { timeoutMs: 20_000 });
  await workspace.write(good);
  await until(() => dev.stderr().match(/^files have changed$/gm)?.length === 2);

  await until(() => business.advances() >= advances, { timeoutMs: 60_000 });
  await business.stop();
  const open = await openOrders(workspace.dir, env);
  await until(async () => (await created()) >= open.length, { timeoutMs: 20_000 });
  const { code, ms } = await dev.end('SIGTERM');
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5_000);
  const [, said = ''] = dev.stderr().split('TLW_EXPRESSION_SYNTAX');
  // The end may come into a tick's reading, which is told, and goes on with the next.
  const others = said.replace(/^.*"code":"TL_RUN_STOPPED".*\n/gm, '');
  expect(others).not.toMatch(/error|warn|TL_/i);
  expect(others).toMatch(/stopping: finishing what is under way\n$/);

  const arrived = (await effectsOf(erp.url)).filter(isOrderCreated).map(({ key }) => key);
  expect(new Set(arrived).size).toBe(arrived.length);
  expect(arrived.toSorted()).toEqual(open.toSorted());
  expect(arrived.length).toBeGreaterThan(atFirst + 20);
  // Every line that `dev` prints about a run speaks of success.
  const lines = dev.stdout().trim().split('\n');
  expect(lines.length).toBeGreaterThan(10);
  expect(
    lines.filter((line) => !/^\d\d:\d\d:\d\d {2}orders-to-erp {2}(succeeded|skipped) {2}/.test(line)),
  ).toEqual([]);
});

async function createWorkspace() {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-dev-'));
  const example = fileURLToPath(new URL('../../../config/connections.yaml', import.meta.url));
  const flow = join(dir, 'flows/orders-to-erp.yaml');
  await mkdir(join(dir, 'flows'));
  await mkdir(join(dir, 'config'));
  // The first two connections of the example workspace; the others are not used here.
  const [used = ''] = (await readFile(example, 'utf8')).split('  crm:');
  await writeFile(join(dir, 'config/connections.yaml'), used);
  await writeFile(join(dir, 'flows/customers-to-erp.yaml'), customersFlow);
  await writeFile(flow, ordersFlow);
  return {
    dir,
    read: () => readFile(flow, 'utf8'),
    write: (text: string) => writeFile(flow, text),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

const customersFlow = `flow: customers-to-erp
source: { connection: commerce, resource: customers, as: customer }
target: { connection: erp, resource: customers, as: customer, write: upsert }
`;

const ordersFlow = `flow: orders-to-erp
trigger:
  schedule: { cron: "*/2 * * * * *", timezone: Europe/Berlin }
source: { connection: commerce, resource: orders, as: order }
filter: status = "open"
target: { connection: erp, resource: salesOrders, as: order, write: upsert }
`;

/** Lets the shop take orders, until it is stopped. */
function startBusiness(url: string) {
  let done = 0;
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    last = fetch(`${url}/_simulator/advance`, { method: 'POST' }).then(() => {
      done += 1;
    });
  }, 1_000);
  const stop = async () => {
    clearInterval(timer);
    await last;
  };
  return { advances: () => done, stop, [Symbol.asyncDispose]: stop };
}

async function effectsOf(url: string): Promise<readonly LoggedEffect[]> {
  const answer = await fetch(`${url}/_simulator/effects`);
  return ((await answer.json()) as { readonly effects: readonly LoggedEffect[] }).effects;
}

function isOrderCreated({ resource, action }: LoggedEffect): boolean {
  return resource === 'salesOrders' && action === 'create';
}

type Env = Readonly<Record<string, string>>;

/** Numbers of the orders that are open in the shop, asked of the shop itself. */
async function openOrders(dir: string, env: Env): Promise<readonly string[]> {
  const orders = await readAll(dir, env, { connection: 'commerce', resource: 'orders' });
  return orders.filter((order) => order['Status'] === 'Open').map((order) => String(order['ID']));
}

async function erpOrders(dir: string, env: Env): Promise<readonly JsonObject[]> {
  return await readAll(dir, env, { connection: 'erp', resource: 'salesOrders' });
}

function hasNewPhone(order: JsonObject): boolean {
  return order['phoneNumber'] === '+49 30 5550000';
}

async function readAll(
  dir: string,
  env: Env,
  of: { readonly connection: string; readonly resource: string },
): Promise<readonly JsonObject[]> {
  const builtinDir = fileURLToPath(new URL('../../..', import.meta.url));
  const workspace = await loadWorkspace(dir, { env, builtinDir });
  const connection = openConnection(workspace, of.connection, {
    clock: { now: () => Date.now() },
    log: { debug: () => {}, warn: () => {} },
  });
  try {
    const records: JsonObject[] = [];
    const request = { where: {}, signal: new AbortController().signal };
    for await (const page of connection.resources[of.resource]!.read!(request)) {
      for (const one of page.records) if ('record' in one) records.push(one.record as JsonObject);
    }
    return records;
  } finally {
    await connection.close();
  }
}
