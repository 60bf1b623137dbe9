import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import simulator from '../../../connectors/ordercloud/simulator.ts';
import { describeConformance } from '../../../src/conformance/describe-conformance.ts';
import {
  loadSchema,
  neverAborted,
  openSubject,
  readAll,
  resourceOf,
  toConnector,
} from '../../../src/conformance/subject.ts';
import type { OpenConnection } from '../../../src/contract/connector.ts';
import { type OrderCloud, startOrderCloud } from './client.ts';

const customer = {
  number: 'N-1',
  firstName: 'Ada',
  lastName: 'Roth',
  company: 'Elm Works',
  email: 'ada.roth@example.com',
  addresses: [{ line1: 'Lindenweg 1', city: 'Wien', postalCode: '1010', country: 'AT', primary: true }],
};
const price = { sku: 'TL-10001', price: { amount: '12.34', currency: 'EUR' } };

const manifest = new URL('../../../connectors/ordercloud/connector.yaml', import.meta.url);

describeConformance('ordercloud', {
  connector: manifest,
  simulator,
  size: { orders: 250, customers: 230, products: 240 },
  wrongConfig: { clientSecret: 'wrong' },
  resources: {
    orders: {
      count: 250,
      change: async ({ connection }) => {
        const payload = { xp: { erpNumber: 'ERP-1' } };
        const item = { key: 'SO-100003', id: 'SO-100003', payload, idempotencyKey: 'x' };
        const results = await resourceOf(connection, 'orders').update?.([item], neverAborted());
        expect(results).toMatchObject([{ ok: true }]);
        return 'SO-100003';
      },
    },
    customers: {
      // Index 223 of the shared world is a guest, and guests are no customers.
      count: 229,
      // Index 123 has a country that is none.
      invalid: ['C10124'],
      writes: [
        {
          operation: 'create',
          key: 'N-1',
          value: customer,
          holds: { ID: 'N-1', CompanyID: 'tradelane-shop', xp: { company: 'Elm Works' } },
        },
        {
          operation: 'create',
          key: 'N-2',
          value: { ...customer, number: 'N-2' },
          holds: { Username: 'N-2' },
          replyLost: true,
        },
        {
          operation: 'update',
          key: 'C10002',
          value: { ...customer, number: 'C10002' },
          holds: { ID: 'C10002', FirstName: 'Ada' },
        },
      ],
    },
    addresses: {
      writes: [
        { operation: 'upsert', key: 'N-1', value: customer, holds: { ID: 'N-1', City: 'Wien', State: '-' } },
        {
          operation: 'update',
          key: 'C10001',
          value: { ...customer, number: 'C10001' },
          holds: { City: 'Wien' },
        },
      ],
    },
    products: { count: 240 },
    stock: {
      count: 240,
      writes: [
        {
          operation: 'update',
          key: 'TL-10002',
          value: { sku: 'TL-10002', quantityAvailable: '17.5' },
          holds: { Inventory: { Enabled: true, QuantityAvailable: 17 } },
        },
      ],
    },
    prices: {
      count: 240,
      writes: [
        {
          operation: 'upsert',
          key: 'TL-10001',
          value: price,
          holds: { PriceBreaks: [{ Quantity: 1, Price: 12.34 }], Currency: 'EUR' },
        },
        { operation: 'upsert', key: 'NEW-1', value: { ...price, sku: 'NEW-1' }, holds: { ID: 'NEW-1' } },
        {
          operation: 'update',
          key: 'TL-10003',
          value: { ...price, sku: 'TL-10003' },
          holds: { PriceBreaks: [{ Price: 12.34 }] },
        },
      ],
    },
  },
});

describe('the OrderCloud manifest', () => {
  let cloud: OrderCloud;
  let connection: OpenConnection;
  beforeAll(async () => {
    cloud = await startOrderCloud();
    connection = openSubject(toConnector(manifest), cloud);
  });
  afterAll(async () => {
    await connection.close();
    await cloud.close();
  });
  const update = async (resource: string, key: string, payload: unknown) =>
    (
      await resourceOf(connection, resource).update?.(
        [{ key, id: key, payload, idempotencyKey: key }],
        neverAborted(),
      )
    )?.[0];

  it('attaches more line items than one page holds', async () => {
    for (let line = 1; line <= 120; line += 1) {
      const item = { ID: `x-${String(line).padStart(3, '0')}`, ProductID: 'TL-10001', Quantity: 1 };
      await cloud.call('POST', '/v1/orders/Incoming/SO-100002/lineitems', item);
    }
    const { records } = await readAll(resourceOf(connection, 'orders'), undefined, { ID: 'SO-100002' });
    const order = await resourceOf(connection, 'orders').entity?.from?.(records[0]);
    expect(order).toMatchObject({
      number: 'SO-100002',
      lines: expect.objectContaining({ length: expect.any(Number) }),
    });
    expect((order as { lines: unknown[] }).lines.length).toBeGreaterThan(120);
    expect(loadSchema('order')(order)).toEqual([]);
  });

  it('leaves everything else in xp where a flow writes back', async () => {
    const before = (await cloud.call('GET', '/v1/orders/Incoming/SO-100005')).body;
    expect(await update('orders', 'SO-100005', { xp: { erpNumber: 'ERP-5' } })).toMatchObject({ ok: true });
    const after = (await cloud.call('GET', '/v1/orders/Incoming/SO-100005')).body;
    expect(after.xp).toEqual({ ...before.xp, erpNumber: 'ERP-5' });
  });

  it('does not make a product of a stock level', async () => {
    const result = await update('stock', 'NO-SUCH', { Inventory: { Enabled: true, QuantityAvailable: 1 } });
    expect(result).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_NOT_FOUND' } });
    expect(Object.keys(resourceOf(connection, 'stock'))).not.toContain('upsert');
  });

  it('hands over the words of the vendor', async () => {
    const result = await update('products', 'TL-10001', { Name: 'x'.repeat(101) });
    expect(result).toMatchObject({
      ok: false,
      fault: {
        code: 'TL_TARGET_REJECTED',
        answer: { status: 400, code: 'ValidationFailure', message: expect.stringContaining('Product.Name') },
      },
    });
  });

  it('lets a flow choose whose users it reads', async () => {
    const users = await readAll(resourceOf(connection, 'customers'), undefined, {
      CompanyID: 'trade-accounts',
    });
    expect(users.records).toHaveLength(4);
  });

  it('adds up: lines, charges and taxes make the total', async () => {
    const orders = resourceOf(connection, 'orders');
    const cents = (money?: { amount: string }): number => Math.round(Number(money?.amount ?? 0) * 100);
    for (const record of (await readAll(orders, undefined, { ID: '!SO-100002' })).records) {
      // biome-ignore lint/suspicious/noExplicitAny: checked against its schema elsewhere
      const order = (await orders.entity?.from?.(record)) as any;
      const lines = order.lines.reduce(
        (sum: number, line: { total: { amount: string } }) => sum + cents(line.total),
        0,
      );
      const { shipping, fees, discounts } = order.charges;
      expect(lines).toBe(cents(order.subtotal));
      expect(lines + cents(shipping) + cents(fees) - cents(discounts) + cents(order.taxes?.[0]?.amount)).toBe(
        cents(order.total),
      );
    }
  });

  it('gets a new token when the old one has ended', async () => {
    cloud.tick(11 * 60 * 60_000);
    expect((await readAll(resourceOf(connection, 'products'))).records).toHaveLength(50);
  });
});
