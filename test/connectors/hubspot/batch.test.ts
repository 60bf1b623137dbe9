import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SimulatedAccount, startAccount, upsertInput } from './simulated-account.ts';

let account: SimulatedAccount;

beforeEach(async () => {
  account = await startAccount();
});

afterEach(() => account.simulator.close());

const batch = '/crm/v3/objects/contacts/batch';

it('upserts by e-mail: new the first time, changed the second, in an order of its own', async () => {
  const inputs = ['a@example.com', 'b@example.com'].map((email) =>
    upsertInput(email, { firstname: 'X' }, email),
  );
  const first = await account.call('POST', `${batch}/upsert`, { inputs });
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({
    status: 'COMPLETE',
    results: [
      { new: true, objectWriteTraceId: 'b@example.com', properties: { email: 'b@example.com' } },
      { new: true, objectWriteTraceId: 'a@example.com', properties: { email: 'a@example.com' } },
    ],
  });
  const second = await account.call('POST', `${batch}/upsert`, { inputs });
  expect(second.body.results.map((result: { new: boolean }) => result.new)).toEqual([false, false]);
  expect(account.simulator.effects.entries().map(({ action }) => action)).toEqual([
    'create',
    'create',
    'update',
    'update',
  ]);
});

it('refuses all of a batch without trace ids for one bad input, and writes nothing', async () => {
  const inputs = [upsertInput('a@example.com'), upsertInput('not an e-mail')];
  const { status, body } = await account.call('POST', `${batch}/upsert`, { inputs });
  expect(status).toBe(400);
  expect(body.message).toContain('INVALID_EMAIL');
  expect(account.simulator.effects.entries()).toEqual([]);
});

it('answers 207 to a batch with trace ids: the good ones are written, the bad ones named', async () => {
  const inputs = [upsertInput('a@example.com', {}, 't1'), upsertInput('not an e-mail', {}, 't2')];
  const { status, body } = await account.call('POST', `${batch}/upsert`, { inputs });
  expect(status).toBe(207);
  expect(body.results).toMatchObject([{ objectWriteTraceId: 't1', new: true }]);
  expect(body).toMatchObject({
    numErrors: 1,
    errors: [{ status: 'error', category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['t2'] } }],
  });
});

it('names the existing contact in a 207 of batch/create', async () => {
  const inputs = ['t1', 't2'].map((objectWriteTraceId) => ({
    properties: { email: `${objectWriteTraceId}@example.com` },
    associations: [],
    objectWriteTraceId,
  }));
  expect((await account.call('POST', `${batch}/create`, { inputs: inputs.slice(0, 1) })).status).toBe(201);
  const { status, body } = await account.call('POST', `${batch}/create`, { inputs });
  expect(status).toBe(207);
  expect(body.errors).toMatchObject([
    { category: 'CONFLICT', context: { objectWriteTraceId: ['t1'], existingId: ['51'] } },
  ]);
});

it('refuses the same id twice in one batch, whatever its case', async () => {
  const inputs = [upsertInput('a@example.com', {}, 't1'), upsertInput('A@example.com', {}, 't2')];
  const { status, body } = await account.call('POST', `${batch}/upsert`, { inputs });
  expect(status).toBe(400);
  expect(body.message).toContain('Duplicate IDs found in batch input');
});

it('refuses 101 inputs and an idProperty that is not unique', async () => {
  const many = Array.from({ length: 101 }, (_, index) => upsertInput(`a${index}@example.com`));
  expect((await account.call('POST', `${batch}/upsert`, { inputs: many })).status).toBe(400);
  const inputs = [{ id: 'Ada', idProperty: 'firstname', properties: {} }];
  expect((await account.call('POST', `${batch}/upsert`, { inputs })).status).toBe(400);
});

it('reads by e-mail and lists what is not there in one error', async () => {
  await account.call('POST', `${batch}/upsert`, { inputs: [upsertInput('a@example.com')] });
  const inputs = ['A@example.com', 'x@example.com', 'y@example.com'].map((id) => ({ id }));
  const { status, body } = await account.call('POST', `${batch}/read`, {
    idProperty: 'email',
    properties: ['email'],
    inputs,
  });
  expect(status).toBe(207);
  expect(body.results).toMatchObject([{ id: '51', properties: { email: 'a@example.com' } }]);
  expect(body.errors).toMatchObject([
    { category: 'OBJECT_NOT_FOUND', context: { ids: ['x@example.com', 'y@example.com'] } },
  ]);
});

it('updates by id, goes on past an id that is not there, and archives', async () => {
  await account.call('POST', `${batch}/upsert`, { inputs: [upsertInput('a@example.com')] });
  const inputs = [
    { id: '51', properties: { phone: '1' } },
    { id: '999', properties: { phone: '2' } },
  ];
  const updated = await account.call('POST', `${batch}/update`, { inputs });
  expect(updated.status).toBe(207);
  expect(updated.body.results).toMatchObject([{ id: '51', properties: { phone: '1' } }]);
  expect(updated.body.errors).toMatchObject([{ category: 'OBJECT_NOT_FOUND', context: { ids: ['999'] } }]);
  const archived = await account.call('POST', `${batch}/archive`, { inputs: [{ id: '51' }, { id: '999' }] });
  expect(archived).toMatchObject({ status: 204, body: undefined });
  expect(account.simulator.system.counts?.()).toMatchObject({ contacts: 0 });
});
