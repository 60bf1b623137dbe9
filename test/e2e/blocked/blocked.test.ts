import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Counts } from '../../../src/contract/outcome.ts';
import { callCli } from '../../support/call-cli.ts';
import { type RunningCli, startCli, startSimulatorProcess } from '../../support/cli.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';

/** The example workspace: its orders require that the ERP knows their customers. */
const cwd = fileURLToPath(new URL('../../..', import.meta.url));

let shop: RunningCli & { readonly url: string };

beforeAll(async () => {
  shop = await startSimulatorProcess('ordercloud', ['orders=60', 'customers=30', 'products=50']);
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

interface Document {
  readonly run: number;
  readonly status: string;
  readonly counts: Counts;
  readonly earlier?: readonly Document[];
}

/** An ERP without a customer, and a database of its own. */
async function setUp() {
  const [erp, database] = await Promise.all([
    startSimulatorProcess('business-central', ['items=50']),
    createTestDatabase(),
  ]);
  const options = { cwd, env: { DATABASE_URL: database.url, COMMERCE_URL: shop.url, ERP_URL: erp.url } };
  return {
    options,
    run: async (flow: string) => {
      const result = await callCli(['run', flow, '--json'], options);
      return { ...result, document: JSON.parse(result.stdout) as Document };
    },
    load: async (id: number) => {
      const { stdout } = await callCli(['runs', '--json'], options);
      return (JSON.parse(stdout) as { readonly runs: readonly Document[] }).runs.find(
        ({ run }) => run === id,
      );
    },
    ordersOfErp: async () => {
      const response = await fetch(`${erp.url}/_simulator/effects`);
      const { effects } = (await response.json()) as {
        readonly effects: readonly { readonly resource: string; readonly key: string }[];
      };
      return effects.filter(({ resource }) => resource === 'salesOrders').map(({ key }) => key);
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of [erp, database]) await each[Symbol.asyncDispose]();
    },
  };
}

const slow = { timeout: 120_000 };

describe.concurrent('orders that come before their customers', () => {
  test('are blocked, and go by themselves when the customers are there', slow, async ({ expect }) => {
    await using world = await setUp();
    const early = await world.run('orders-to-erp');
    const { counts } = early.document;
    expect(early.code).toBe(1);
    expect(early.stderr).toContain(`${counts.blocked} blocked`);
    expect(early.document).toMatchObject({
      status: 'errors',
      counts: { delivered: 0, failed: 0, pending: 0 },
    });
    expect(counts.blocked).toBeGreaterThan(40);
    expect(await world.ordersOfErp()).toEqual([]);

    // A worker fires no ticks: nobody asks for the orders again.
    await using worker = startCli(['start', '--role', 'worker'], world.options);
    await worker.said('"msg":"started"');
    expect((await world.run('customers-to-erp')).document.status).toBe('succeeded');
    const after = await until(
      async () => {
        const run = await world.load(early.document.run);
        return run?.counts.blocked === 0 && run;
      },
      { timeoutMs: 60_000, what: 'the blocked orders to be delivered' },
    );
    expect(after).toMatchObject({
      status: 'succeeded',
      counts: { ...counts, blocked: 0, delivered: counts.blocked },
    });
    const taken = await world.ordersOfErp();
    expect(taken).toHaveLength(counts.blocked);
    expect(new Set(taken).size).toBe(taken.length);
    expect((await worker.end('SIGTERM')).code).toBe(0);
  });

  test('are delivered by the next run of their flow where no engine runs', slow, async ({ expect }) => {
    await using world = await setUp();
    const early = await world.run('orders-to-erp');
    await world.run('customers-to-erp');
    // That command may have delivered some of them already, while it was at work.
    const later = await world.run('orders-to-erp');
    expect(later, later.stderr).toMatchObject({ code: 0 });
    const { counts } = early.document;
    expect(await world.load(early.document.run)).toMatchObject({
      status: 'succeeded',
      counts: { ...counts, blocked: 0, delivered: counts.blocked },
    });
    expect(await world.ordersOfErp()).toHaveLength(counts.blocked);
  });
});
