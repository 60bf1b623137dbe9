import { afterEach, expect, it } from 'vitest';
import { type SimulatedAccount, startAccount } from './simulated-account.ts';

let account: SimulatedAccount;

afterEach(() => account.simulator.close());

const path = '/crm/v3/objects/contacts/search';

function filter(propertyName: string, operator: string, value?: string | string[], highValue?: string) {
  const values = Array.isArray(value) ? { values: value } : value === undefined ? {} : { value };
  return { propertyName, operator, ...values, ...(highValue === undefined ? {} : { highValue }) };
}

async function createPeople(): Promise<void> {
  const people = [
    { email: 'ada@example.com', firstname: 'Ada', city: 'Berlin' },
    { email: 'bob@example.org', firstname: 'Bob', city: 'Bremen' },
    { email: 'cleo@example.com', firstname: 'Cleo' },
  ];
  for (const properties of people) {
    await account.call('POST', '/crm/v3/objects/contacts', { properties });
    account.clock.advance(60_000);
  }
}

it.each([
  ['nothing', [], ['Ada', 'Bob', 'Cleo']],
  ['EQ, whatever the case', [[filter('firstname', 'EQ', 'ADA')]], ['Ada']],
  ['NEQ, only where there is a value', [[filter('city', 'NEQ', 'Berlin')]], ['Bob']],
  ['IN', [[filter('firstname', 'IN', ['ada', 'cleo'])]], ['Ada', 'Cleo']],
  ['NOT_IN', [[filter('firstname', 'NOT_IN', ['ada', 'cleo'])]], ['Bob']],
  ['HAS_PROPERTY', [[filter('city', 'HAS_PROPERTY')]], ['Ada', 'Bob']],
  ['NOT_HAS_PROPERTY', [[filter('city', 'NOT_HAS_PROPERTY')]], ['Cleo']],
  ['CONTAINS_TOKEN', [[filter('email', 'CONTAINS_TOKEN', 'org')]], ['Bob']],
  ['CONTAINS_TOKEN with a star', [[filter('city', 'CONTAINS_TOKEN', 'b*')]], ['Ada', 'Bob']],
  ['NOT_CONTAINS_TOKEN', [[filter('email', 'NOT_CONTAINS_TOKEN', 'org')]], ['Ada', 'Cleo']],
  ['GT on ids, as numbers', [[filter('hs_object_id', 'GT', '51')]], ['Bob', 'Cleo']],
  [
    'GTE on a time in milliseconds',
    [[filter('lastmodifieddate', 'GTE', String(Date.UTC(2026, 0, 5, 8, 1)))]],
    ['Bob', 'Cleo'],
  ],
  ['BETWEEN', [[filter('hs_object_id', 'BETWEEN', '51', '101')]], ['Ada', 'Bob']],
  [
    'groups as alternatives',
    [[filter('firstname', 'EQ', 'Ada')], [filter('firstname', 'EQ', 'Cleo')]],
    ['Ada', 'Cleo'],
  ],
  [
    'filters of a group together',
    [[filter('city', 'HAS_PROPERTY'), filter('firstname', 'EQ', 'Bob')]],
    ['Bob'],
  ],
])('finds by %s', async (_case, groups, names) => {
  account = await startAccount();
  await createPeople();
  const { body } = await account.call('POST', path, { filterGroups: groups.map((filters) => ({ filters })) });
  expect(
    body.results.map((result: { properties: { firstname: string } }) => result.properties.firstname),
  ).toEqual(names);
  expect(body.total).toBe(names.length);
});

it('sorts, pages and takes both forms of a sort', async () => {
  account = await startAccount({ contacts: 25 });
  const first = await account.call('POST', path, {
    sorts: [{ propertyName: 'hs_object_id', direction: 'DESCENDING' }],
    limit: 20,
  });
  expect(first.body).toMatchObject({ total: 25, paging: { next: { after: '20' } } });
  expect(first.body.results[0].id).toBe('1251');
  const second = await account.call('POST', path, { sorts: ['-hs_object_id'], limit: 20, after: '20' });
  expect(second.body.results.map(({ id }: { id: string }) => id)).toEqual(['251', '201', '151', '101', '51']);
  expect(second.body.paging).toBeUndefined();
});

const one = { filters: [filter('city', 'HAS_PROPERTY')] };

it.each([
  ['more than 200 a page', { limit: 201 }],
  ['paging beyond 10,000', { limit: 100, after: '9901' }],
  ['an after that is no integer', { after: 'NTI1' }],
  ['six groups', { filterGroups: Array(6).fill(one) }],
  ['seven filters in a group', { filterGroups: [{ filters: Array(7).fill(one.filters[0]) }] }],
  ['two sorts', { sorts: ['email', 'city'] }],
  ['an unknown operator', { filterGroups: [{ filters: [filter('city', 'LIKE', 'x')] }] }],
  ['an unknown property', { filterGroups: [{ filters: [filter('shoesize', 'EQ', '1')] }] }],
  ['BETWEEN without an upper end', { filterGroups: [{ filters: [filter('hs_object_id', 'BETWEEN', '1')] }] }],
])('refuses %s', async (_case, body) => {
  account = await startAccount();
  const reply = await account.call('POST', path, body);
  expect(reply.status).toBe(400);
  expect(reply.body.category).toBe('VALIDATION_ERROR');
});

it('does not show a change in search before the index has caught up, and archived ones never', async () => {
  account = await startAccount({ searchLagMs: 5000 });
  await account.call('POST', '/crm/v3/objects/contacts', { properties: { email: 'ada@example.com' } });
  expect((await account.call('POST', path, {})).body.total).toBe(0);
  expect((await account.call('GET', '/crm/v3/objects/contacts')).body.results).toHaveLength(1);
  account.clock.advance(5000);
  expect((await account.call('POST', path, {})).body.total).toBe(1);
  await account.call('DELETE', '/crm/v3/objects/contacts/51');
  account.clock.advance(5000);
  expect((await account.call('POST', path, {})).body.total).toBe(0);
});

it('throttles search by the second and everything else by ten seconds', async () => {
  account = await startAccount({ requestsPerTenSeconds: 2, searchesPerSecond: 1 });
  const search = await account.call('POST', path, {});
  expect(search.status).toBe(200);
  expect(search.headers.get('x-hubspot-ratelimit-max')).toBeNull();
  expect(await account.call('POST', path, {})).toMatchObject({
    status: 429,
    body: { policyName: 'SECONDLY', message: 'You have reached your secondly limit.' },
  });
  const first = await account.call('GET', '/crm/v3/objects/contacts');
  expect(first.headers.get('x-hubspot-ratelimit-remaining')).toBe('1');
  await account.call('GET', '/crm/v3/objects/contacts');
  const third = await account.call('GET', '/crm/v3/objects/contacts');
  expect(third.status).toBe(429);
  expect(third.body).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' });
  expect(third.headers.get('retry-after')).toBeNull();
  account.clock.advance(10_000);
  expect((await account.call('GET', '/crm/v3/objects/contacts')).status).toBe(200);
});

it('is seeded from the shared world and lets business happen without counting it as an effect', async () => {
  account = await startAccount({ contacts: 30, companies: 3, products: 4 });
  expect(account.simulator.system.counts?.()).toEqual({ contacts: 30, companies: 3, products: 4, orders: 0 });
  account.clock.advance(1000);
  account.simulator.system.advance?.();
  const changed = filter('lastmodifieddate', 'GTE', String(account.clock.now()));
  const { body } = await account.call('POST', path, { filterGroups: [{ filters: [changed] }] });
  expect(body.total).toBeGreaterThan(0);
  expect(account.simulator.effects.entries()).toEqual([]);
});
