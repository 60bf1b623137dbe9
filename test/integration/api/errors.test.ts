import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ErrorAnswer,
  ErrorsCausesAnswer,
  ErrorsListAnswer,
  ErrorsSettledAnswer,
} from '../../../src/contract/generated/endpoints.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { callCli } from '../../support/call-cli.ts';
import { useApi } from '../../support/servers/api.ts';

const flow = (name: string) => `flow: ${name}
source: { connection: in, resource: lines }
map: { id: id, country: '$lookup("countries", country)' }
target: { connection: out, resource: orders, write: upsert }
`;

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections,
    'config/tables/countries.yaml': 'values: { DE: Germany }\n',
    'flows/orders.yaml': flow('orders'),
    'flows/returns.yaml': flow('returns'),
  });
  const lines = Array.from({ length: 5 }, (_, nth) =>
    JSON.stringify({ id: `A-${nth}`, country: 'AT', email: `a${nth}@example.org` }),
  );
  const text = `${lines.join('\n')}\n{"country": "no key"}\n`;
  for (const name of ['orders', 'returns']) {
    await workspace.drop(`${name}.jsonl`, text);
    expect((await workspace.json(['run', name])).document.counts).toMatchObject({ failed: 6 });
  }
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

const get = async (path: string, as = 'admin') => {
  const { status, body } = await api.ask('GET', path, { as });
  return {
    status,
    body: body as ErrorAnswer & ErrorsCausesAnswer & ErrorsListAnswer & { readonly code: string },
  };
};
const post = async (path: string, body: unknown, as = 'support') => {
  const answer = await api.ask('POST', path, { as, body });
  return {
    status: answer.status,
    body: answer.body as ErrorsSettledAnswer & { code?: string; detail?: string },
  };
};
const idOf = async (key: string, name = 'orders') =>
  (await get(`/errors?key=${key}&flow=${name}&states=open&states=resolved&states=discarded`)).body.errors[0]
    ?.id ?? 0;

describe('GET /errors/{error}', () => {
  it('finds one by number, key and any text, of flows that the caller may see', async () => {
    const id = await idOf('A-1');
    for (const wanted of [String(id), 'A-1', 'a1@example.org']) {
      const { body } = await get(`/errors/${encodeURIComponent(wanted)}`);
      expect(body.key).toBe('A-1');
      expect(body.explanation.sentence).toContain('countries');
      expect(body.about).toMatchObject({ table: 'countries', value: 'AT' });
    }
    const both = await get('/errors/A-1');
    expect(both.body).toMatchObject({ othersCount: 1, others: [{ key: 'A-1' }] });
    const one = await get('/errors/A-1', 'viewer@ret*');
    expect(one.body.flow).toBe('returns');
    expect(one.body.others).toBeUndefined();
    expect(await get(`/errors/${id}`, 'viewer@ret*')).toMatchObject({
      status: 404,
      body: { code: 'TL_NOT_FOUND' },
    });
    expect((await get(`/errors/${id}`, 'viewer@ret*')).body).not.toMatchObject({
      detail: expect.stringContaining(`open are ${id}`),
    });
    for (const gone of ['99999', 'nothing-like-it', '%20', '9'.repeat(30), '..%2F..'])
      expect((await get(`/errors/${gone}`)).status).toBe(404);
  });

  it('masks private values for whoever only looks', async () => {
    const seen = await get('/errors/A-2', 'support');
    expect(seen.body.record).toMatchObject({ email: 'a2@example.org' });
    const covered = await get('/errors/A-2', 'viewer');
    expect(covered.body.record).toMatchObject({ id: 'A-2', country: 'AT' });
    expect(JSON.stringify(covered.body)).not.toContain('a2@example.org');
    const unread = (await get('/errors?code=TL_KEY_MISSING')).body.errors[0]?.id;
    expect((await get(`/errors/${unread}`, 'support')).body.record).toContain('no key');
    expect(JSON.stringify((await get(`/errors/${unread}`, 'viewer')).body.record)).not.toContain('no key');
    const mixed = await get('/errors/A-2', 'viewer@*');
    expect(JSON.stringify(mixed.body)).not.toContain('a2@example.org');
  });
});

describe('causes', () => {
  it('are listed page by page with values and trend, and shown one by one', async () => {
    const all = (await get('/causes', 'viewer')).body;
    expect(all.causes.length).toBe(4);
    // Whoever only looks sees of values what form they have.
    expect(all.causes[0]).toMatchObject({
      count: 5,
      values: [{ value: 'XX', count: 5 }],
      explanation: { sentence: expect.stringContaining('"…" of the record is not known') },
      trend: { open: 5 },
    });
    const shown = (await get('/causes', 'support')).body;
    expect(shown.causes[0]).toMatchObject({ values: [{ value: 'AT', count: 5 }] });
    const first = (await get('/causes?limit=3')).body;
    const rest = (await get(`/causes?limit=3&cursor=${first.next}`)).body;
    expect([...first.causes, ...rest.causes].map(({ cause }) => cause)).toEqual(
      all.causes.map(({ cause }) => cause),
    );
    expect(rest.next).toBeUndefined();
    const own = (await get('/causes', 'viewer@ret*')).body;
    expect(own.causes.map((cause) => cause.flow)).toEqual(['returns', 'returns']);
    const other = all.causes.find((cause) => cause.flow === 'orders')?.cause;
    expect((await get(`/causes/${other}`)).body).toMatchObject({ states: { open: expect.any(Number) } });
    expect((await get(`/causes/${other}`, 'viewer@ret*')).status).toBe(404);
    expect((await get('/causes/999999999999999')).status).toBe(404);
    expect((await get('/causes/C1')).status).toBe(400);
    expect((await get(`/causes?causes=${other}`, 'viewer@ret*')).status).toBe(404);
    expect((await get('/causes?key=nothing', 'viewer@ret*')).body).toMatchObject({ causes: [], open: 6 });
  });
});

describe('notes', () => {
  it('are kept of errors and causes with who has made them, by whoever may', async () => {
    const errors = [await idOf('A-0')];
    const causes = [(await get('/causes')).body.causes[0]?.cause ?? 0];
    expect(await post('/errors/assign', { errors, causes, to: 'anna' })).toMatchObject({
      status: 200,
      body: { noted: 'assign', errors, causes },
    });
    expect((await post('/errors/tag', { errors, add: ['countries'] })).status).toBe(200);
    expect((await post('/errors/comment', { errors, text: 'the ERP team adds it' })).status).toBe(200);
    expect((await post('/errors/mute', { causes })).status).toBe(200);
    const { body } = await get(`/errors/${errors[0]}`);
    expect(body).toMatchObject({ assignee: 'anna', tags: ['countries'] });
    expect(body.audit?.map(({ deed, by }) => `${deed} ${by}`)).toEqual([
      'assign support',
      'tag support',
      'comment support',
    ]);
    expect((await get('/causes?assignee=anna')).body.causes[0]?.mutedUntil).toContain('9999');
    expect((await post('/errors/unmute', { causes })).status).toBe(200);
  });

  it.each([
    ['assign', {}, 400],
    ['assign', { errors: [], causes: [] }, 400],
    ['assign', { errors: [1], to: ' ' }, 400],
    ['assign', { errors: [1, 999_999], to: 'anna' }, 404],
    ['assign', { causes: [9_007_199_254_740_991], to: 'anna' }, 404],
    ['tag', { errors: [1] }, 400],
    ['comment', { errors: [1], text: '\n' }, 400],
    ['comment', { errors: [1], text: 'a\u0000b' }, 400],
    ['comment', { errors: ['1'], text: 'x' }, 400],
    ['mute', { errors: [1], until: '2020-01-01T00:00:00Z' }, 400],
    ['mute', { errors: [1], until: '2016-12-31T23:59:60Z' }, 400],
    ['mute', [1], 400],
    ['unmute', { errors: [1], more: 1 }, 400],
  ])('are refused where they make no sense: %s %j', async (deed, body, status) => {
    expect((await post(`/errors/${deed}`, body)).status).toBe(status);
  });

  it('are for support over each of their flows', async () => {
    const errors = [await idOf('A-0'), await idOf('A-0', 'returns')];
    const asked = { errors, to: 'ben' };
    expect((await post('/errors/assign', asked, 'viewer')).status).toBe(403);
    expect((await post('/errors/assign', asked, 'support@ret*')).status).toBe(404);
    expect((await get(`/errors/${errors[1]}`)).body.assignee).toBeUndefined();
    expect((await post('/errors/assign', { ...asked, errors: errors.slice(1) }, 'support@ret*')).status).toBe(
      200,
    );
  });
});

describe('settling', () => {
  it('is looked at, done, and taken back', async () => {
    const id = await idOf('A-3');
    const plan = await post('/settle-plans', { deed: 'discard', key: 'A-3' }, 'support@orders');
    expect(plan.body).toMatchObject({
      would: 'discard',
      errors: [id],
      groups: [{ count: 1, flow: 'orders' }],
    });
    expect((await get(`/errors/${id}`)).body.state).toBe('open');
    const done = await post('/errors/discard', { ids: [id], reason: 'cancelled' });
    expect(done).toMatchObject({ status: 200, body: { discarded: [id] } });
    expect((await get(`/errors/${id}`)).body).toMatchObject({
      state: 'discarded',
      settledBy: 'support',
      reason: 'cancelled',
    });
    expect(await post('/errors/discard', { ids: [id] })).toMatchObject({
      status: 409,
      body: { code: 'TL_CONFLICT' },
    });
    expect((await post('/errors/reopen', { ids: [id] })).body).toMatchObject({ reopened: [id] });
    expect(await post('/errors/reopen', { ids: [id] })).toMatchObject({ status: 409 });
    expect((await post('/errors/resolve', { ids: [id] })).body).toMatchObject({ resolved: [id] });
    expect((await post('/errors/reopen', { ids: [id] })).status).toBe(200);
  });

  it('is done once for one Idempotency-Key', async () => {
    const id = await idOf('A-4');
    const headers = { 'idempotency-key': 'settle-a-4' };
    const asked = { as: 'support', body: { ids: [id] }, headers };
    const first = await api.ask('POST', '/errors/resolve', asked);
    const again = await api.ask('POST', '/errors/resolve', asked);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    // Who has had the right and has it no more is told nothing of what was answered then.
    const without = await api.ask('POST', '/errors/resolve', { ...asked, as: 'support@ret*' });
    expect(without.status).toBe(404);
    await post('/errors/reopen', { ids: [id] });
  });

  it('is refused without right, and for what is not there', async () => {
    const id = await idOf('A-3');
    expect((await post('/errors/resolve', { ids: [id] }, 'viewer')).status).toBe(403);
    expect((await post('/errors/resolve', { ids: [id] }, 'support@ret*')).status).toBe(404);
    expect((await post('/errors/resolve', { ids: [id, 99_999] })).status).toBe(404);
    expect((await post('/errors/resolve', { ids: [] })).status).toBe(400);
    expect((await post('/settle-plans', { deed: 'resolve' })).status).toBe(400);
    expect((await post('/settle-plans', { deed: 'replay', key: 'A-3' })).status).toBe(400);
    expect((await post('/settle-plans', { deed: 'resolve', key: 'A-3' }, 'viewer')).status).toBe(403);
    expect((await get(`/errors/${id}`)).body.state).toBe('open');
  });
});

describe('the commands', () => {
  it('print over the server what they print here', async () => {
    const env = { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: 'admin' };
    const lines = [
      ['errors'],
      ['errors', 'causes', '--json'],
      ['errors', 'cause', 'C1'],
      ['errors', 'cause', '1', '--json'],
      ['errors', 'cause', 'C99'],
      ['errors', 'show', 'A-1'],
      ['errors', 'show', 'a1@example.org', '--json'],
      ['errors', 'show', 'nothing'],
      ['errors', 'resolve', '--key', 'A-1'],
      ['errors', 'resolve', '--key', 'A-1', '--json'],
      ['errors', 'resolve', '9999'],
      ['errors', 'reopen', '--key', 'A-1', '--yes'],
    ];
    for (const line of lines) {
      const there = await callCli(line, { cwd: '/', env });
      const here = await callCli(line, { cwd: workspace.dir, env: workspace.env });
      expect(there, line.join(' ')).toEqual(here);
    }
    const assigned = await callCli(['errors', 'assign', 'C1', '1', '--to', 'carla'], { cwd: '/', env });
    expect(assigned).toMatchObject({ code: 0, stdout: 'noted: assign C1 1\n' });
    const settled = await callCli(['errors', 'resolve', '--key', 'A-1', '--yes', '--json'], {
      cwd: '/',
      env,
    });
    expect(JSON.parse(settled.stdout).resolved.length).toBe(2);
    const back = await callCli(['errors', 'reopen', '--key', 'A-1', '--yes'], { cwd: '/', env });
    expect(back.stdout).toBe('2 reopened\n');
  });
});
