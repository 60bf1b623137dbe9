import { afterEach, beforeEach, expect, it } from 'vitest';
import { request, type SimulatedAccount, startAccount } from './simulated-account.ts';

let account: SimulatedAccount;

beforeEach(async () => {
  account = await startAccount();
});

afterEach(() => account.simulator.close());

const contacts = '/crm/v3/objects/contacts';

it('refuses a wrong token in the words of HubSpot', async () => {
  const { status, body } = await request(account.simulator.url + contacts, { method: 'GET', token: 'wrong' });
  expect(status).toBe(401);
  expect(body).toMatchObject({ status: 'error', category: 'INVALID_AUTHENTICATION' });
  expect(body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
});

it('creates, reads, changes and archives a contact', async () => {
  const created = await account.call('POST', contacts, {
    properties: { email: 'Ada@Example.com', firstname: 'Ada', hs_language: null },
    associations: [],
  });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    id: '51',
    properties: {
      email: 'ada@example.com',
      hs_object_id: '51',
      lastmodifieddate: '2026-01-05T08:00:00.000Z',
    },
    createdAt: '2026-01-05T08:00:00.000Z',
    archived: false,
  });
  account.clock.advance(1000);
  const patched = await account.call('PATCH', `${contacts}/ada@example.com?idProperty=email`, {
    properties: { phone: 4711 },
  });
  expect(patched.body.properties.phone).toBe('4711');
  const read = await account.call('GET', `${contacts}/51?properties=phone,lastname,nonsense`);
  expect(read.body.properties).toEqual({
    createdate: '2026-01-05T08:00:00.000Z',
    hs_object_id: '51',
    lastmodifieddate: '2026-01-05T08:00:01.000Z',
    lastname: null,
    phone: '4711',
  });
  expect((await account.call('DELETE', `${contacts}/51`)).status).toBe(204);
  expect((await account.call('GET', `${contacts}/51`)).status).toBe(404);
  const archived = await account.call('GET', `${contacts}?archived=true`);
  expect(archived.body.results).toMatchObject([
    { id: '51', archived: true, archivedAt: '2026-01-05T08:00:01.000Z' },
  ]);
  expect(account.simulator.effects.entries().map(({ action, key }) => [action, key])).toEqual([
    ['create', 'ada@example.com'],
    ['update', 'ada@example.com'],
    ['delete', 'ada@example.com'],
  ]);
});

it('answers 409 with the existing id to a second contact with the same e-mail', async () => {
  await account.call('POST', contacts, { properties: { email: 'ada@example.com' } });
  const { status, body } = await account.call('POST', contacts, { properties: { email: 'ADA@example.com' } });
  expect(status).toBe(409);
  expect(body).toMatchObject({ category: 'CONFLICT', message: 'Contact already exists. Existing ID: 51' });
});

it('frees the e-mail of an archived contact and of one that changed it', async () => {
  await account.call('POST', contacts, { properties: { email: 'ada@example.com' } });
  await account.call('PATCH', `${contacts}/51`, { properties: { email: 'ada2@example.com' } });
  expect((await account.call('POST', contacts, { properties: { email: 'ada@example.com' } })).status).toBe(
    201,
  );
  await account.call('DELETE', `${contacts}/51`);
  expect((await account.call('POST', contacts, { properties: { email: 'ada2@example.com' } })).status).toBe(
    201,
  );
});

it.each([
  ['an e-mail that is none', { email: 'ada at example' }, 'INVALID_EMAIL', 'email'],
  ['a property that does not exist', { shoesize: '39' }, 'PROPERTY_DOESNT_EXIST', 'shoesize'],
  ['a property that HubSpot keeps itself', { lastmodifieddate: '1' }, 'READ_ONLY_VALUE', 'lastmodifieddate'],
])('refuses %s and names it', async (_case, properties, error, name) => {
  const { status, body } = await account.call('POST', contacts, { properties });
  expect(status).toBe(400);
  expect(body.category).toBe('VALIDATION_ERROR');
  expect(JSON.parse(body.message.replace('Property values were not valid: ', ''))).toMatchObject([
    { isValid: false, error, name },
  ]);
});

it('refuses a second product with the same SKU and a price that is no number', async () => {
  const products = '/crm/v3/objects/products';
  await account.call('POST', products, { properties: { hs_sku: 'TL-1', price: '12.50' } });
  const second = await account.call('POST', products, { properties: { hs_sku: 'TL-1' } });
  expect(second.status).toBe(400);
  expect(second.body.message).toContain('CONFLICTING_UNIQUE_VALUE');
  const priced = await account.call('POST', products, { properties: { hs_sku: 'TL-2', price: '12,50' } });
  expect(priced.body.message).toContain('INVALID_NUMBER');
});

it('lists ten at a time by default and says where the next page starts', async () => {
  for (let index = 0; index < 12; index += 1)
    await account.call('POST', contacts, { properties: { lastname: `L${index}` } });
  const first = await account.call('GET', contacts);
  expect(first.body.results).toHaveLength(10);
  expect(first.body.paging.next.after).toBe('551');
  const second = await account.call('GET', `${contacts}?after=551`);
  expect(second.body.results.map(({ id }: { id: string }) => id)).toEqual(['551', '601']);
  expect(second.body.paging).toBeUndefined();
  expect((await account.call('GET', `${contacts}?limit=101`)).status).toBe(400);
});

it('serves the dated paths and the singular names as well', async () => {
  await account.call('POST', '/crm/objects/2026-09/contact', { properties: { email: 'ada@example.com' } });
  const { body } = await account.call('GET', '/crm/objects/2026-03/0-1/51');
  expect(body.properties.email).toBe('ada@example.com');
  expect((await account.call('GET', '/crm/v3/objects/spaceships')).status).toBe(404);
});

it('takes custom properties, which may be unique', async () => {
  const properties = '/crm/v3/properties/contacts';
  const custom = { name: 'customer_number', label: 'Customer', type: 'string', hasUniqueValue: true };
  expect((await account.call('POST', properties, custom)).status).toBe(201);
  expect((await account.call('POST', properties, custom)).status).toBe(409);
  await account.call('POST', contacts, { properties: { customer_number: 'C1' } });
  const { body } = await account.call('GET', `${contacts}/C1?idProperty=customer_number`);
  expect(body.id).toBe('51');
});

it('answers a body that is not JSON with an error of its own kind', async () => {
  const { status, body } = await account.call('POST', contacts, '{"properties":');
  expect(status).toBe(400);
  expect(body).toMatchObject({ status: 'error', category: 'VALIDATION_ERROR' });
});
