import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  PendingAnswer,
  PendingListAnswer,
  XrefForgetAnswer,
  XrefsPageAnswer,
} from '../../../src/contract/generated/endpoints.ts';
import { createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { callCli } from '../../support/call-cli.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { useApi } from '../../support/servers/api.ts';

/** Each of its records waits for its customer. */
const flow = (name: string, resource: string) => `flow: ${name}
source: { connection: in, resource: ${resource} }
set: { customer: '$xref("customer", customer)' }
requires: { xref: [customer] }
target: { connection: out, resource: orders, write: upsert }
`;

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await createTestWorkspace({
    'flows/orders.yaml': flow('orders', 'orders'),
    'flows/returns.yaml': flow('returns', 'lines'),
  });
  const orders = Array.from({ length: 5 }, (_, nth) => `A-${nth},C-${nth}`);
  await workspace.drop('orders-1.csv', ['id,customer', ...orders, ''].join('\n'));
  await workspace.drop('lines.jsonl', '{"id":"R-1","customer":"C-1"}\n');
  for (const name of ['orders', 'returns']) {
    const { document } = await workspace.json(['run', name]);
    expect(document.counts.blocked).toBeGreaterThan(0);
  }
  // What the target of `orders` knows of customers, and one create in doubt.
  await sql`
    with space as (
      insert into key_spaces (entity, source, target) values ('customer', 'in', 'out') returning id
    )
    insert into known_records (space, key, link, target_id, run_id)
    select id, 'C-' || nth, 'k'::"char", (nth + 100)::text, 1 from space, generate_series(10, 14) as nth
    union all select id, 'C-90', 'r', null, 1 from space`.execute(workspace.database.db);
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));
const there = (args: readonly string[], as = 'integrator') =>
  callCli(args, { cwd: '/', env: { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: as } });

describe('GET /pending', () => {
  const pending = async (query = '', as = 'viewer') => {
    const { status, body } = await api.ask('GET', `/pending?${query}`, { as });
    expect(status).toBe(200);
    return body as PendingAnswer;
  };

  it('says what waits in the flows that one may see', async () => {
    expect(await pending()).toMatchObject({ waiting: 6, blocked: { length: 6 } });
    const some = await pending('', 'viewer@ret*');
    expect(some).toMatchObject({ waiting: 1, blocked: [{ flow: 'returns', key: 'R-1' }], connections: [] });
    expect(some.blocked[0]?.reason).toBe('waits for customer C-1, which out does not have yet');
    expect((await api.ask('GET', '/pending?flow=orders', { as: 'viewer@ret*' })).status).toBe(400);
  });

  it('gives the rest of a kind page by page', async () => {
    const { blocked, next } = await pending('limit=2&flow=orders');
    const keys = blocked.map(({ key }) => key);
    for (let cursor = next?.blocked; cursor !== undefined; ) {
      const page = await api.ask('GET', `/pending/blocked?limit=2&flow=orders&cursor=${cursor}`);
      const list = page.body as PendingListAnswer;
      keys.push(...(list.blocked ?? []).map(({ key }) => key));
      cursor = list.next;
    }
    expect(keys.sort()).toEqual(['A-0', 'A-1', 'A-2', 'A-3', 'A-4']);
    for (const kind of ['batches', 'in-doubt', 'retried'])
      expect((await api.ask('GET', `/pending/${kind}`)).status).toBe(200);
    expect((await api.ask('GET', '/pending/everything')).status).toBe(400);
    expect((await api.ask('GET', `/pending/retried?cursor=${next?.blocked}`)).status).toBe(400);
  });

  it.each(['pending', 'pending --flow orders --limit 2'])(
    'is what `%s` prints, here and there',
    async (line) => {
      for (const more of [['--json'], []]) {
        const [here, far] = [
          await workspace.run([...line.split(' '), ...more]),
          await there([...line.split(' '), ...more]),
        ];
        expect(far).toEqual(here);
        if (more.length > 0) expectDocument('pending', far.stdout);
      }
    },
  );
});

describe('POST /pending/take', () => {
  const take = (body: unknown, as = 'integrator') => api.ask('POST', '/pending/take', { as, body });
  const wish = { flow: 'orders', key: 'A-4', reason: 'entered by hand' };

  it('takes out what is named, once, for whoever runs the flow', async () => {
    expect((await take(wish, 'support')).status).toBe(403);
    expect((await take(wish, 'integrator@ret*')).status).toBe(404);
    expect((await take(wish)).body).toEqual({ taken: 1 });
    expect(await take(wish)).toMatchObject({ status: 404, body: { code: 'TL_NOT_FOUND' } });
    const taken = await there([
      'pending',
      'take',
      '--flow',
      'orders',
      '--key',
      'A-3',
      '--reason',
      'x',
      '--json',
    ]);
    expect(expectDocument('pending-take', taken.stdout)).toEqual({ taken: 1 });
  });

  it.each([
    { reason: 'x' },
    { flow: 'orders', reason: 'x' },
    { key: 'A-1', reason: 'x' },
    { flow: 'orders', key: 'A-1', lane: 1, reason: 'x' },
    { flow: 'orders', key: 'A-1' },
    { run: 0, reason: 'x' },
  ])('refuses %o', async (body) => {
    expect(await take(body)).toMatchObject({ status: 400, body: { code: 'TL_ARGUMENT_INVALID' } });
  });
});

describe('ids at the target', () => {
  const xrefs = async (query: string, as = 'viewer') => {
    const { status, body } = await api.ask('GET', `/xrefs?${query}`, { as });
    expect(status).toBe(200);
    return body as XrefsPageAnswer;
  };
  const said = { key: 'A-1', id: '4711' };

  it('are listed page by page, as the command does', async () => {
    const { xrefs: first, next } = await xrefs('entity=customer&limit=4');
    const { xrefs: rest } = await xrefs(`entity=customer&limit=4&cursor=${next}`);
    expect([...first, ...rest].map(({ key }) => key)).toEqual([
      'C-10',
      'C-11',
      'C-12',
      'C-13',
      'C-14',
      'C-90',
    ]);
    const lines = ['xref list --entity customer', 'xref list --key C-1', 'xref list --limit 2'];
    for (const line of lines.map((each) => each.split(' ')))
      for (const args of [line, [...line, '--json']]) {
        const far = await there(args);
        expect(far).toEqual(await workspace.run(args));
        if (args.includes('--json')) expectDocument('xref-list', far.stdout);
      }
  });

  it('are seen and corrected by whoever may do so for the flows that keep them', async () => {
    expect((await xrefs('', 'viewer@ret*')).xrefs).toEqual([]);
    const path = '/flows/orders/xrefs';
    expect((await api.ask('POST', path, { as: 'support', body: said })).status).toBe(403);
    expect((await api.ask('POST', path, { as: 'integrator@ret*', body: said })).status).toBe(404);
    // `returns` keeps the same ids.
    const shared = await api.ask('POST', path, { as: 'integrator@orders', body: said });
    expect(shared).toMatchObject({ status: 403, body: { code: 'TL_FORBIDDEN' } });
  });

  it('are said, with what was known before, and forgotten', async () => {
    const path = '/flows/orders/xrefs';
    const plan = await api.ask('POST', `${path}/plan`, { as: 'integrator', body: said });
    expect(plan.body).toMatchObject({ would: 'set', entity: 'orders', key: 'A-1', before: null });
    const moved = await api.ask('POST', path, { as: 'integrator', body: { ...said, before: '17' } });
    expect(moved).toMatchObject({ status: 409, body: { code: 'TL_CONFLICT' } });
    const done = await api.ask('POST', path, { as: 'integrator', body: { ...said, before: null } });
    expect(done.body).toMatchObject({ set: true, id: '4711', before: null });
    const taken = await api.ask('POST', path, { body: { key: 'A-2', id: '4711' } });
    expect(taken).toMatchObject({ status: 409, body: { code: 'TL_CONFLICT' } });
    expect((await xrefs('key=A-1', 'viewer@ret*')).xrefs).toMatchObject([{ id: '4711' }]);
    const again = await there(['xref', 'set', 'A-1', '4711', '--flow', 'orders', '--json']);
    expect(expectDocument('xref-set', again.stdout)).toMatchObject({ set: false });

    const body = { key: 'A-1', count: 2 };
    expect((await api.ask('POST', '/xrefs/forget', { body })).status).toBe(409);
    expect((await api.ask('POST', '/xrefs/forget', { body: {} })).status).toBe(400);
    expect(
      (await api.ask('POST', '/xrefs/forget', { as: 'integrator@orders', body: { key: 'A-1' } })).status,
    ).toBe(403);
    const forget = ['xref', 'forget', '--entity', 'customer', '--json'];
    const look = await there(forget);
    expect(look.code).toBe(1);
    expect(expectDocument('xref-forget', look.stdout)).toMatchObject({
      would: 'forget',
      xrefs: { length: 5 },
    });
    const gone = await there([...forget, '--yes']);
    expect((JSON.parse(gone.stdout) as XrefForgetAnswer).forgotten).toHaveLength(5);
    expect((await xrefs('entity=customer')).xrefs).toMatchObject([{ key: 'C-90', id: null }]);
    expect(await xrefs('key=C-10')).toMatchObject({
      xrefs: [],
      forgotten: { deed: 'forget ids', by: 'integrator' },
    });
    expect((await xrefs('key=C-10', 'viewer@ret*')).forgotten).toBeUndefined();
  });
});
