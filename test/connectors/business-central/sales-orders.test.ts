import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenConnection, Resource } from '../../../src/contract/connector.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { createWorld } from '../../../src/simulator/world.ts';
import { createClock, type Erp, startErp } from './erp.ts';
import {
  entityCheck,
  item,
  loadConnector,
  money,
  openConnection,
  readAll,
  resourceOf,
  signal,
} from './open-connection.ts';

const connector = loadConnector();
const clock = createClock('2026-11-20T08:00:00Z');
const world = createWorld(1);

let erp: Erp;
let connection: OpenConnection;

beforeAll(async () => {
  erp = await startErp({ items: 600 }, clock);
  connection = openConnection(connector, erp.simulator.config, clock);
});

afterAll(async () => {
  await connection.close();
  await erp.close();
});

function resource(name: string): Required<Resource> {
  return resourceOf(connection, name);
}

async function toPayload(name: string, entity: unknown): Promise<unknown> {
  return resource(name).entity.to?.(entity);
}

function createOrder(number: string, changes: JsonObject = {}): JsonObject {
  const { sku } = world.product(0);
  return {
    number,
    currency: 'EUR',
    placedAt: '2026-11-19T22:30:00Z',
    customer: { number: 'C10001', email: 'buyer@example.com' },
    shipTo: {
      company: 'Elm Trading',
      firstName: 'Ida',
      lastName: 'Roth',
      line1: 'Ringstrasse 1',
      country: 'DE',
    },
    lines: [{ number: '1', sku, quantity: '3', unitPrice: money('0.10'), discount: money('0.05') }],
    charges: { shipping: money('4.90') },
    total: money('5.15'),
    ...changes,
  };
}

async function writeOrder(number: string, changes: JsonObject = {}) {
  const payload = await toPayload('salesOrders', createOrder(number, changes));
  return (await resource('salesOrders').create([item(number, payload)], signal))[0];
}

describe('sales orders', () => {
  it('are created from canonical orders, found, and changed with their ETag', async () => {
    const orders = resource('salesOrders');
    expect(entityCheck('order')(createOrder('SO-1'))).toEqual([]);
    const payload = await toPayload('salesOrders', createOrder('SO-1'));
    expect(compileSchema(orders.schema)(payload)).toEqual([]);
    const [created] = await orders.create([item('SO-1', payload)], signal);
    const [found, missing] = await orders.find(['SO-1', 'SO-2'], signal);
    expect(created).toEqual({ ok: true, id: found?.id, etag: found?.etag });
    expect(missing).toBeUndefined();
    expect(found?.record).toMatchObject({
      externalDocumentNumber: 'SO-1',
      orderDate: '2026-11-19',
      shipToName: 'Elm Trading',
      shipToContact: 'Ida Roth',
      totalAmountExcludingTax: 5.15,
      salesOrderLines: [{ lineObjectNumber: world.product(0).sku }, { lineType: 'Account', unitPrice: 4.9 }],
    });
    const change = await toPayload('salesOrders', createOrder('SO-1', { customer: { number: 'C10002' } }));
    const [updated] = await orders.update(
      [item('SO-1', change, { id: found!.id, etag: found!.etag! })],
      signal,
    );
    expect(updated).toMatchObject({ ok: true, id: found?.id });
    expect(updated).not.toMatchObject({ etag: found?.etag });
  });

  it('come back as valid canonical orders, money to the cent', async () => {
    await writeOrder('SO-10', { charges: { discounts: money('0.10') } });
    const [found] = await resource('salesOrders').find(['SO-10'], signal);
    const order = await resource('salesOrders').entity.from?.(found?.record);
    expect(entityCheck('order')(order)).toEqual([]);
    expect(order).toMatchObject({
      number: 'SO-10',
      status: 'draft',
      customer: { number: 'C10001' },
      lines: [{ quantity: '3', unitPrice: money('0.10'), discount: money('0.05'), total: money('0.25') }],
      charges: { discounts: money('0.10') },
      total: money('0.18'),
    });
  });

  it('are found whatever the case of their number, 20 to a request', async () => {
    const numbers = Array.from({ length: 45 }, (_, at) => `web-${at}`);
    const results = await Promise.all(numbers.map((number) => writeOrder(number)));
    expect(results.every((result) => result?.ok)).toBe(true);
    const found = await resource('salesOrders').find([...numbers, "o'neil"], signal);
    expect(found.slice(0, 45).every((order) => order !== undefined)).toBe(true);
    expect(found[45]).toBeUndefined();
    expect(resource('salesOrders').keyOf(found[3]?.record)).toBe('WEB-3');
  });

  it('are looked up first where the ETag is not known, and conflict where it is stale', async () => {
    const orders = resource('salesOrders');
    await writeOrder('SO-20');
    const [found] = await orders.find(['SO-20'], signal);
    const change = { externalDocumentNumber: 'SO-20', shipToCity: 'Gent' };
    const [stale] = await orders.update(
      [item('SO-20', change, { id: found!.id, etag: 'W/"stale"' })],
      signal,
    );
    expect(stale).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_CONFLICT', kind: 'transient' } });
    const [fresh] = await orders.update([item('SO-20', change, { id: found!.id })], signal);
    expect(fresh).toMatchObject({ ok: true });
    const [deleted] = await orders.delete([item('SO-20', undefined, { id: found!.id })], signal);
    expect(deleted).toMatchObject({ ok: true });
    expect(await orders.find(['SO-20'], signal)).toEqual([undefined]);
  });

  it('are unknown after a lost reply, and then found instead of written twice', async () => {
    erp.simulator.faults.next('lostReply', 1, { method: 'POST', path: '/v2.0' });
    expect(await writeOrder('SO-30')).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } });
    const [found] = await resource('salesOrders').find(['SO-30'], signal);
    expect(found?.record).toMatchObject({ externalDocumentNumber: 'SO-30' });
  });

  it.each([
    [{ customer: { number: 'C99999' } }, 'The sell-to customer cannot be found.'],
    [
      { lines: [{ number: '1', sku: 'TL-10038', quantity: '1' }] },
      "Blocked must be equal to 'No' in Item: No.=TL-10038.",
    ],
    [
      { lines: [{ number: '1', sku: 'NONE', quantity: '1' }] },
      'The field No. of table Sales Line contains a value (NONE)',
    ],
  ])('with %j are refused in the words of the ERP', async (changes, words) => {
    const result = await writeOrder('SO-40', changes);
    expect(result).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_REJECTED', kind: 'rejected' } });
    const answer = result?.ok === false ? result.fault.answer : undefined;
    expect(answer?.message).toContain(words);
    expect(answer?.message).not.toContain('CorrelationId');
  });

  it('that are too long for the ERP fail before the call', async () => {
    const payload = await toPayload('salesOrders', createOrder('x'.repeat(36)));
    expect(compileSchema(resource('salesOrders').schema)(payload)).toMatchObject([
      { path: 'externalDocumentNumber' },
    ]);
  });

  it('with charges or taxed prices are refused where the connection does not say what to do with them', async () => {
    const bare = openConnection(connector, { ...erp.simulator.config, shippingAccount: undefined }, clock);
    const to = (changes: JsonObject) =>
      resourceOf(bare, 'salesOrders').entity.to?.(createOrder('SO-50', changes));
    await expect(to({})).rejects.toMatchObject({ code: 'TL_MAP_REFUSED' });
    await expect(to({ charges: undefined, taxIncluded: true })).rejects.toMatchObject({
      code: 'TL_MAP_REFUSED',
    });
    expect(await to({ charges: undefined })).toBeDefined();
    await bare.close();
  });

  it('are read in pages, then from the cursor on, filtered as the flow says', async () => {
    const first = await readAll(resource('salesOrders'));
    expect(first.cursor).toBe('2026-11-20T08:00:00.000Z');
    clock.forward(60_000);
    await writeOrder('SO-60');
    await writeOrder('SO-61', { customer: { number: 'C10003' } });
    const since = await readAll(resource('salesOrders'), { cursor: '2026-11-20T08:00:30Z' });
    expect(since.records.map(resource('salesOrders').keyOf)).toEqual(['SO-60', 'SO-61']);
    expect(since.cursor).toBe('2026-11-20T08:01:00.000Z');
    const where = { $filter: "customerNumber eq 'C10003'" };
    const some = await readAll(resource('salesOrders'), {
      cursor: '2026-11-20T08:00:30Z',
      until: '2026-11-20T09:00:00Z',
      where,
    });
    expect(some.records.map(resource('salesOrders').keyOf)).toEqual(['SO-61']);
    const before = await readAll(resource('salesOrders'), { until: '2026-11-20T08:00:30Z' });
    expect(before.records).toHaveLength(first.records.length);
  });
});
