import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Erp } from '../../connectors/business-central/erp.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { retailFigures } from '../../support/retail-month.ts';
import { type Invoice, isCancellation, isStockMovement, readInvoices, sumOf } from './invoice-file.ts';
import { addCustomer, readOrders, startRetailErp } from './retail-erp.ts';
import { type Command, createRetailWorkspace, type RetailWorkspace } from './retail-workspace.ts';

/**
 * A month of a shop on its way into an ERP, dirt included, through the command line alone. The tests are one
 * story and run in their order.
 */
/** What the integrator puts in the place of `customer` once the accountants have said who pays. */
const givenCustomer = `number: 'CustomerID ? $substringBefore(CustomerID, ".")'`;
const cashCustomer = `number: |-
      CustomerID ? $substringBefore(CustomerID, ".")
      : $number($total([lines.UnitPrice])) = 0 ? $skip("goods moved for nothing and nobody: found, broken, written off")
      : "CASH"`;

const counts = { superseded: 0, blocked: 0, pending: 0 };

describe('a month of invoices', { timeout: 180_000 }, () => {
  let invoices: readonly Invoice[];
  let cancelled: readonly Invoice[];
  let anonymous: readonly Invoice[];
  let wellFormed: readonly Invoice[];
  let database: TestDatabase;
  let erp: Erp;
  let workspace: RetailWorkspace;

  beforeAll(async () => {
    invoices = readInvoices();
    cancelled = invoices.filter(isCancellation);
    anonymous = invoices.filter((invoice) => !isCancellation(invoice) && invoice.customer === '');
    wellFormed = invoices.filter((invoice) => !isCancellation(invoice) && invoice.customer !== '');
    database = await createTestDatabase();
    erp = await startRetailErp(invoices);
    workspace = await createRetailWorkspace(erp, database.url);
  });

  afterAll(async () => {
    await workspace?.remove();
    await erp?.close();
    await database?.[Symbol.asyncDispose]();
  });

  it('is what its description says', () => {
    expect(invoices).toHaveLength(retailFigures.invoices);
    expect(invoices.flatMap(({ lines }) => lines)).toHaveLength(retailFigures.lines);
    expect(cancelled).toHaveLength(retailFigures.cancelled);
    expect(invoices.filter(({ customer }) => customer === '')).toHaveLength(retailFigures.anonymous);
    expect(Math.max(...invoices.map(({ lines }) => lines.length))).toBe(retailFigures.longest);
  });

  it('arrives in the ERP, but for cancellations and invoices without a customer', async () => {
    await workspace.drop('2010-12.csv');
    const { code, json, ...run } = await workspace.tradelane('run', 'invoices-to-erp');
    tell('first run', run);

    expect(json.counts).toEqual({
      ...counts,
      read: retailFigures.invoices,
      delivered: wellFormed.length,
      unchanged: 0,
      filtered: cancelled.length,
      failed: anonymous.length,
    });
    expect(wellFormed.length + cancelled.length + anonymous.length).toBe(retailFigures.invoices);
    expect({ code, status: json.status }).toEqual({ code: 1, status: 'errors' });
    await expectOrders(wellFormed, ({ customer }) => customer);
  });

  it('brings countries as codes, the odd ones too', async () => {
    const orders = await readOrders(erp);
    const codes = wellFormed.map(({ number, country }) => `${country} → ${orders.get(number)?.country}`);
    expect([...new Set(codes)]).toEqual(
      expect.arrayContaining(['United Kingdom → GB', 'EIRE → IE', 'Channel Islands → JE', 'Germany → DE']),
    );
    expect(codes.filter((each) => !/ → [A-Z]{2}$/.test(each))).toEqual([]);
  });

  it('says of each invoice without a customer that the customer is missing', async () => {
    const { code, json } = await workspace.tradelane('errors', 'list', '--limit', '1000');

    expect(code).toBe(1);
    expect(keysOf(json.errors)).toEqual(anonymous.map(({ number }) => number).sort());
    for (const error of json.errors) {
      expect(error).toMatchObject({ stage: 'validate', code: 'TL_VALIDATE_ENTITY' });
      expect(error.message).toContain('`customer.number` is missing');
    }
  });

  it('delivers nothing when the same file is dropped again', async () => {
    const before = effects();
    await workspace.drop('2010-12-again.csv');
    const { code, json, ...run } = await workspace.tradelane('run', 'invoices-to-erp', '--full');
    tell('second run', run);

    expect(json.counts).toEqual({
      ...counts,
      read: retailFigures.invoices,
      delivered: 0,
      // The same ones fail in the same way: their errors are open already, and are no new failures.
      unchanged: wellFormed.length + anonymous.length,
      filtered: cancelled.length,
      failed: 0,
    });
    expect(json).toMatchObject({ status: 'errors', stillOpen: anonymous.length });
    expect(code).toBe(1);
    expect(effects()).toBe(before);
    const groups = (await workspace.tradelane('errors')).json.causes;
    expect(groups).toEqual([
      expect.objectContaining({ code: 'TL_VALIDATE_ENTITY', count: anonymous.length }),
    ]);
  });

  it('delivers the failed ones by a replay after a rule for missing customers', async () => {
    const movements = anonymous.filter(isStockMovement);
    const sales = anonymous.filter((invoice) => !isStockMovement(invoice));
    await addCustomer(erp, 'CASH');
    await workspace.edit('flows/invoices-to-erp.yaml', givenCustomer, cashCustomer);
    expect(await workspace.tradelane('validate')).toMatchObject({ code: 0, json: { findings: [] } });

    const filter = ['--flow', 'invoices-to-erp', '--code', 'TL_VALIDATE_ENTITY'];
    const { code, json, ...replay } = await workspace.tradelane('replay', ...filter);
    tell('replay', replay);

    expect(json.runs.map((run: { counts: unknown }) => run.counts)).toEqual([
      {
        ...counts,
        read: anonymous.length,
        delivered: sales.length,
        unchanged: 0,
        filtered: movements.length,
        failed: 0,
      },
    ]);
    expect(code).toBe(0);
    await expectOrders([...wellFormed, ...sales], ({ customer }) => customer || 'CASH');
    expect(await workspace.tradelane('errors')).toMatchObject({ code: 0, json: { causes: [] } });
  });

  it('is all delivered or filtered in the end', async () => {
    const before = effects();
    await workspace.drop('2010-12-once-more.csv');
    const { code, json } = await workspace.tradelane('run', 'invoices-to-erp');

    const movements = anonymous.filter(isStockMovement).length;
    expect(json.counts).toEqual({
      ...counts,
      read: retailFigures.invoices,
      delivered: 0,
      unchanged: retailFigures.invoices - cancelled.length - movements,
      filtered: cancelled.length + movements,
      failed: 0,
    });
    expect(code).toBe(0);
    expect(effects()).toBe(before);
  });

  /** Exactly these orders, line by line as in the file, and the same sum to the penny. */
  async function expectOrders(
    expected: readonly Invoice[],
    customerOf: (invoice: Invoice) => string,
  ): Promise<void> {
    const orders = await readOrders(erp);
    expect([...orders.keys()].sort()).toEqual(expected.map(({ number }) => number).sort());
    for (const invoice of expected) {
      const order = orders.get(invoice.number)!;
      expect(order).toMatchObject({ customer: customerOf(invoice), currency: 'GBP', date: invoice.date });
      expect(order.lines.map(essence)).toEqual(invoice.lines.map(essence));
    }
    const delivered = sumOf([...orders.values()].flatMap(({ lines }) => lines));
    expect(delivered).toBe(sumOf(expected.flatMap(({ lines }) => lines)));
    expect(delivered).toBeGreaterThan(0n);
  }

  function effects(): number {
    return erp.simulator.effects.entries().length;
  }
});

function essence({ code, quantity, price }: Invoice['lines'][number]) {
  return `${code.toUpperCase()} ${quantity} × ${price}`;
}

function keysOf(errors: readonly { readonly key: string }[]): readonly string[] {
  return errors.map(({ key }) => key).sort();
}

function tell(what: string, { ms, peakMb }: Pick<Command, 'ms' | 'peakMb'>): void {
  process.stderr.write(`online retail, ${what}: ${(ms / 1000).toFixed(1)} s, at most ${peakMb} MB\n`);
}
