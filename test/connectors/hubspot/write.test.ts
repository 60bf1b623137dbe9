import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { OpenConnection, WriteItem } from '../../../src/contract/connector.ts';
import { createWorld } from '../../../src/simulator/world.ts';
import { connectTo, openHubspot, problemsOf, resourceOf, signal, toItem } from './open-hubspot.ts';
import { type SimulatedAccount, startAccount } from './simulated-account.ts';

let account: SimulatedAccount;
let connection: OpenConnection;

afterEach(async () => {
  await connection.close();
  await account.simulator.close();
});

async function open(resource: string, size: Record<string, number> = {}) {
  account = await startAccount(size);
  connection = connectTo(account);
  return resourceOf(connection, resource);
}

/** Customers of the shared world as canonical entities; those without an e-mail are left out. */
function customers(count: number): Record<string, unknown>[] {
  const world = createWorld(7);
  return Array.from({ length: count }, (_, index) => world.customer(index))
    .filter(({ email, country }) => email !== undefined && country !== 'XX')
    .map(
      ({
        number,
        firstName,
        lastName,
        company,
        email,
        phone,
        street,
        city,
        postalCode,
        country,
        currency,
      }) => ({
        number,
        type: 'person',
        name: `${firstName} ${lastName}`,
        ...{ firstName, lastName, company, email, phone, currency },
        addresses: [{ use: 'billing', line1: street, city, postalCode, country }],
      }),
    );
}

it('upserts 300 customers in calls of 100, and the same ones again as updates of the same contacts', async () => {
  const resource = await open('contacts');
  const entities = customers(302);
  expect(entities).toHaveLength(300);
  expect(entities.flatMap((entity) => problemsOf('customer', entity))).toEqual([]);
  const items: WriteItem[] = [];
  for (const entity of entities)
    items.push({
      key: String(entity.email),
      payload: await resource.entity.to?.(entity),
      idempotencyKey: 'x',
    });
  const first = await resource.upsert(items, signal);
  const second = await resource.upsert(items, signal);
  expect(first.filter(({ ok }) => ok)).toHaveLength(300);
  expect(second).toEqual(first);
  expect(account.simulator.system.counts?.()).toMatchObject({ contacts: 300 });
  const actions = account.simulator.effects.entries().map(({ action }) => action);
  expect(actions.filter((action) => action === 'create')).toHaveLength(300);
  expect(actions.filter((action) => action === 'update')).toHaveLength(300);
  const found = await resource.find(
    items.slice(0, 1).map(({ key }) => key),
    signal,
  );
  const back = await resource.entity.from?.(found[0]?.record);
  expect(problemsOf('customer', back)).toEqual([]);
  const { number: _, currency: __, ...rest } = entities[0] ?? {};
  expect(back).toMatchObject(rest);
});

it('gives each result to its record, whatever the order, and lets the good ones of a mixed batch through', async () => {
  const resource = await open('contacts');
  const results = await resource.upsert(
    [
      toItem('a@example.com', { email: 'a@example.com' }),
      toItem('not an e-mail', { lastname: 'X' }),
      toItem('B@Example.com', { lastname: 'B' }),
      toItem('c@example.com', { shoesize: '39' }),
    ],
    signal,
  );
  expect(results[0]).toEqual({ ok: true, id: '51' });
  expect(results[2]).toEqual({ ok: true, id: '101' });
  expect(results[1]).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_REJECTED', kind: 'rejected' } });
  expect(results[3]).toMatchObject({
    ok: false,
    fault: { code: 'TL_TARGET_REJECTED', message: expect.stringContaining('PROPERTY_DOESNT_EXIST') },
  });
  expect(account.simulator.effects.entries().map(({ key }) => key)).toEqual([
    'a@example.com',
    'b@example.com',
  ]);
});

it('goes by the e-mail where the answer does not repeat the trace ids', async () => {
  account = await startAccount();
  const silent = createServer((_request, response) => {
    const results = ['b@example.com', 'a@example.com'].map((email, id) => ({
      id: String(id),
      properties: { email },
    }));
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ status: 'COMPLETE', results }));
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  connection = openHubspot({ accessToken: 'any', baseUrl: `http://127.0.0.1:${port}` });
  const items = ['A@example.com', 'b@example.com', 'c@example.com'].map((email) =>
    toItem(email, { phone: '1' }),
  );
  expect(await resourceOf(connection, 'contacts').upsert(items, signal)).toMatchObject([
    { ok: true, id: '1' },
    { ok: true, id: '0' },
    { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
  ]);
  await new Promise((resolve) => silent.close(resolve));
});

it('creates, says what is a duplicate, updates by id and archives', async () => {
  const resource = await open('contacts');
  const item = toItem('a@example.com', { email: 'a@example.com' });
  const created = await resource.create([item], signal);
  expect(created).toEqual([{ ok: true, id: '51' }]);
  const again = await resource.create([item, toItem('b@example.com', { email: 'b@example.com' })], signal);
  expect(again).toMatchObject([
    { ok: false, fault: { code: 'TL_TARGET_DUPLICATE', message: expect.stringContaining('already exists') } },
    { ok: true, id: '101' },
  ]);
  const updated = await resource.update(
    [toItem('a@example.com', { phone: '1' }, { id: '51' }), toItem('gone', { phone: '2' }, { id: '999' })],
    signal,
  );
  expect(updated).toMatchObject([
    { ok: true, id: '51' },
    { ok: false, fault: { code: 'TL_TARGET_NOT_FOUND' } },
  ]);
  expect(await resource.delete([toItem('a@example.com', {}, { id: '51' })], signal)).toMatchObject([
    { ok: true },
  ]);
  expect(await resource.find(['a@example.com'], signal)).toEqual([undefined]);
});

it('finds 150 contacts by e-mail in the order of the keys', async () => {
  const resource = await open('contacts', { contacts: 100 });
  const world = createWorld(7);
  const known = Array.from(
    { length: 100 },
    (_, index) => world.customer(index).email ?? 'nobody@example.com',
  );
  const keys = known.flatMap((email, index) =>
    index % 2 === 0 ? [email, `x${index}@example.com`] : [email],
  );
  const found = await resource.find(keys, signal);
  expect(found).toHaveLength(150);
  found.forEach((each, index) => {
    const expected =
      keys[index]?.startsWith('x') || keys[index]?.startsWith('nobody') ? undefined : keys[index];
    expect(each && resource.keyOf(each.record)).toBe(expected);
  });
});

it('says that another product has the SKU, also where it is told in a batch', async () => {
  const resource = await open('products', { products: 2 });
  const results = await resource.update([toItem('TL-10002', { hs_sku: 'TL-10001' }, { id: '101' })], signal);
  expect(results).toMatchObject([{ ok: false, fault: { code: 'TL_TARGET_DUPLICATE' } }]);
});

it('writes prices to products by SKU and keeps the name', async () => {
  const resource = await open('products', { products: 1 });
  const entity = { sku: 'TL-10001', price: { amount: '12.50', currency: 'EUR' } };
  expect(problemsOf('price', entity)).toEqual([]);
  const payload = await resource.entity.to?.(entity);
  const results = await resource.upsert([{ key: 'TL-10001', payload, idempotencyKey: 'x' }], signal);
  expect(results).toEqual([{ ok: true, id: '51' }]);
  const [found] = await resource.find(['TL-10001'], signal);
  expect(found?.record).toMatchObject({
    properties: { hs_sku: 'TL-10001', price: '12.50', name: expect.any(String) },
  });
});

it('writes orders by their number and does not write them twice', async () => {
  const resource = await open('orders');
  const entity = {
    number: 'SO-1',
    status: 'open',
    placedAt: '2026-01-05T08:00:00Z',
    currency: 'EUR',
    customer: { number: 'C1', name: 'Ada Lovelace', email: 'ada@example.com' },
    billTo: { name: 'Ada Lovelace', line1: 'Seestr. 1', city: 'Berlin', postalCode: '13347', country: 'DE' },
    lines: [{ number: '1', sku: 'TL-1', quantity: '1', unitPrice: { amount: '10.00', currency: 'EUR' } }],
    charges: { shipping: { amount: '2.50', currency: 'EUR' } },
    taxes: [{ amount: { amount: '1.60', currency: 'EUR' } }],
    total: { amount: '14.10', currency: 'EUR' },
    extensions: { hubspot: { hs_source_store: 'shop' } },
  };
  expect(problemsOf('order', entity)).toEqual([]);
  const item = { key: 'SO-1', payload: await resource.entity.to?.(entity), idempotencyKey: 'x' };
  expect(await resource.upsert([item], signal)).toEqual([{ ok: true, id: '51' }]);
  expect(await resource.upsert([item], signal)).toEqual([{ ok: true, id: '51' }]);
  const { body } = await account.call(
    'GET',
    '/crm/v3/objects/orders/51?properties=hs_tax,hs_source_store,hs_billing_address_city,hs_external_created_date',
  );
  expect(body.properties).toMatchObject({
    hs_tax: '1.60',
    hs_source_store: 'shop',
    hs_billing_address_city: 'Berlin',
    hs_external_created_date: String(Date.UTC(2026, 0, 5, 8)),
  });
});

it('sends an upsert again whose reply was lost, without a second contact', async () => {
  const resource = await open('contacts');
  account.simulator.faults.next('lostReply', 1, { method: 'POST' });
  const results = await resource.upsert([toItem('a@example.com', { email: 'a@example.com' })], signal);
  expect(results).toEqual([{ ok: true, id: '51' }]);
  expect(account.simulator.system.counts?.()).toMatchObject({ contacts: 1 });
});

it('finds and writes companies, whose domain HubSpot does not keep unique', async () => {
  const resource = await open('companies', { companies: 2 });
  const [found, missing] = await resource.find(['c10001.example.com', 'other.example.com'], signal);
  expect(found?.id).toBe('51');
  expect(missing).toBeUndefined();
  expect(resource.keyOf(found?.record)).toBe('c10001.example.com');
  const back = await resource.entity.from?.(found?.record);
  expect(problemsOf('customer', back)).toEqual([]);
  const written = await resource.create(
    [toItem('new.example.com', { name: 'New', domain: 'new.example.com' })],
    signal,
  );
  expect(written).toEqual([{ ok: true, id: '151' }]);
});
