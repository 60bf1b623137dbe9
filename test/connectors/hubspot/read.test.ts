import { afterEach, expect, it } from 'vitest';
import type { OpenConnection } from '../../../src/contract/connector.ts';
import { connectTo, openHubspot, problemsOf, readAll, resourceOf, signal, toItem } from './open-hubspot.ts';
import { type SimulatedAccount, startAccount } from './simulated-account.ts';

let account: SimulatedAccount;
let connection: OpenConnection;

afterEach(async () => {
  await connection.close();
  await account.simulator.close();
});

it('reads all, then what changed, and the boundary once more', async () => {
  account = await startAccount({ contacts: 450 });
  connection = connectTo(account);
  const contacts = resourceOf(connection, 'contacts');
  account.clock.advance(60_000);
  const all = await readAll(contacts);
  expect(all.pages.map(({ records, cursor }) => [records.length, cursor !== undefined])).toEqual([
    [200, false],
    [200, false],
    [50, true],
  ]);
  expect(new Set(all.records.map(({ id }) => id)).size).toBe(450);
  account.clock.advance(60_000);
  await contacts.update(
    ['51', '1001', '20001'].map((id) => toItem(id, { phone: '1' }, { id })),
    signal,
  );
  account.clock.advance(60_000);
  const changed = await readAll(contacts, { cursor: String(all.cursor) });
  // The lower bound is closed: the record that the cursor stands on comes once more.
  expect(changed.records.map(({ id }) => id)).toEqual(['51', '1001', '20001', '22501']);
  expect(changed.cursor).toBe('2026-01-05T08:02:00.000Z');
  const boundary = await readAll(contacts, { cursor: String(changed.cursor) });
  expect(boundary.records.map(({ id }) => id)).toEqual(['51', '1001', '20001']);
  const none = await readAll(contacts, { cursor: '2026-01-05T08:02:00.001Z' });
  expect(none.records).toEqual([]);
});

it('reads more than the 10,000 records that one search shows', async () => {
  account = await startAccount({ contacts: 10_250 });
  connection = connectTo(account);
  const { records, pages } = await readAll(resourceOf(connection, 'contacts'));
  expect(pages).toHaveLength(52);
  expect(new Set(records.map(({ id }) => id)).size).toBe(10_250);
}, 30_000);

it('keeps the filters of a flow on every page and beside the cursor', async () => {
  account = await startAccount({ contacts: 800 });
  connection = connectTo(account);
  const contacts = resourceOf(connection, 'contacts');
  const everyone = await readAll(contacts);
  const countries = ['DE', 'AT'];
  const where = {
    filterGroups: countries.map((value) => ({
      filters: [{ propertyName: 'country', operator: 'EQ', value }],
    })),
  };
  const wanted = everyone.records
    .filter((record) => countries.includes(countryOf(record)))
    .map(({ id }) => id);
  expect(wanted.length).toBeGreaterThan(200);
  expect((await readAll(contacts, { where })).records.map(({ id }) => id)).toEqual(wanted);
  const since = await readAll(contacts, { where, cursor: '2026-01-01T00:00:00.000Z' });
  expect(since.records.map(({ id }) => id)).toEqual(wanted);
});

it('reads no further than until', async () => {
  account = await startAccount({ products: 3 });
  connection = connectTo(account);
  const products = resourceOf(connection, 'products');
  account.clock.advance(60_000);
  await products.update([toItem('TL-10001', { price: '1.00' }, { id: '51' })], signal);
  account.clock.advance(1000);
  const { records } = await readAll(products, { until: '2026-01-05T08:00:30.000Z' });
  expect(records.map(({ id }) => id)).toEqual(['101', '151']);
});

it('makes valid customers of contacts and reads custom properties that the connection names', async () => {
  account = await startAccount({ contacts: 120 });
  await account.call('POST', '/crm/v3/properties/contacts', { name: 'customer_number', type: 'string' });
  await account.call('PATCH', '/crm/v3/objects/contacts/51', { properties: { customer_number: 'C10001' } });
  connection = connectTo(account, { properties: { contacts: ['customer_number', 'lifecyclestage'] } });
  const contacts = resourceOf(connection, 'contacts');
  const { records } = await readAll(contacts);
  const entities = await Promise.all(records.map((record) => contacts.entity.from?.(record)));
  expect(entities.flatMap((entity) => problemsOf('customer', entity))).toEqual([]);
  expect(entities[0]).toMatchObject({ number: 'C10001', type: 'person', addresses: [{ use: 'billing' }] });
  // A contact without an e-mail has no key, but can be read.
  expect(records.map((record) => contacts.keyOf(record)).filter((key) => key === undefined)).toHaveLength(1);
});

it('reads archived contacts from the list, and checks the connection there', async () => {
  account = await startAccount({ contacts: 250 });
  connection = connectTo(account);
  const inputs = Array.from({ length: 100 }, (_, index) => ({ id: String(51 + 50 * index) }));
  for (const from of [0, 100]) {
    const moved = inputs.map(({ id }) => ({ id: String(Number(id) + 50 * from) }));
    await account.call('POST', '/crm/v3/objects/contacts/batch/archive', { inputs: moved });
  }
  const { records } = await readAll(resourceOf(connection, 'archivedContacts'));
  expect(records).toHaveLength(200);
  await connection.check?.(signal);
  const stranger = openHubspot({ ...account.simulator.config, accessToken: 'wrong' }, account.clock);
  await expect(stranger.check?.(signal)).rejects.toMatchObject({ code: 'TL_AUTH_REFUSED' });
  await stranger.close();
});

it('uses the dated paths where the connection says so', async () => {
  account = await startAccount({ contacts: 1 });
  connection = connectTo(account, { apiVersion: '2026-09' });
  expect((await readAll(resourceOf(connection, 'contacts'))).records).toHaveLength(1);
});

it.each([
  ['a wrong token', { accessToken: 'wrong' }, {}, 'TL_AUTH_REFUSED'],
  ['too many searches', {}, { searchesPerSecond: 1 }, 'TL_SYSTEM_THROTTLED'],
])('tells %s by its code', async (_case, config, size, code) => {
  account = await startAccount(size);
  connection = openHubspot({ ...account.simulator.config, ...config }, account.clock);
  const contacts = resourceOf(connection, 'contacts');
  const twice = async () => [await readAll(contacts), await readAll(contacts)];
  await expect(twice()).rejects.toMatchObject({ code });
});

function countryOf({ properties }: Record<string, unknown>): string {
  return String((properties as Record<string, unknown>).country);
}
