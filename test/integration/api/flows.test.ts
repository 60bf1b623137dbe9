import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connections, createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { useApi } from '../../support/servers/api.ts';

const flow = (name: string, more = '') => `flow: ${name}
${more}source: { connection: in, resource: lines }
filter: id != "skip"
target: { connection: out, resource: orders, write: upsert }
`;
const secret = 'canary-4711';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': `${connections}
  erp:
    connector: http
    config: { baseUrl: "http://anna:${secret}@127.0.0.1:1/api", auth: { type: bearer, token: ${secret} }, timeout: 300ms }
    limits: { concurrency: 3 }
    resources:
      orders: { key: id, read: { path: /orders } }
  unused:
    connector: file
    config: { path: ./data/in }
    resources: { orders: { key: id, read: { files: "*.csv", format: csv } } }
`,
    'config/tradelane.yaml': 'lease: 45s\n',
    'flows/orders.yaml': flow(
      'orders',
      'summary: Orders of the shop\ntrigger: { schedule: { cron: "0 3 * * *", timezone: Europe/Berlin } }\n',
    ),
    'flows/returns.yaml': flow('returns'),
    'flows/stock.yaml': flow('stock').replace(
      'connection: in, resource: lines',
      'connection: erp, resource: orders',
    ),
    'flows/broken.yaml':
      'flow: broken\nsource: { connection: in, resource: nothing }\ntarget: { connection: out, resource: orders, write: upsert }\n',
  });
  await workspace.drop('a.jsonl', '{"id":"A"}\n{"id":"skip"}\n');
  await workspace.json(['run', 'orders']);
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

const get = async (path: string, as = 'viewer') => (await api.ask('GET', path, { as })).body;
const post = (path: string, body: object, as = 'integrator') => api.ask('POST', path, { as, body });

describe('flows', () => {
  it('are told at a glance, those that the caller may see', async () => {
    const { flows } = (await get('/flows')) as { flows: readonly { flow: string }[] };
    expect(flows.map((each) => each.flow)).toEqual(['broken', 'orders', 'returns', 'stock']);
    expect(flows[1]).toMatchObject({
      ...{ summary: 'Orders of the shop', source: { connection: 'in', resource: 'lines' } },
      ...{
        schedule: { words: 'At 03:00', timezone: 'Europe/Berlin' },
        status: { files: 'fine', pauses: [] },
      },
    });
    expect(await get('/flows', 'viewer@ret*')).toMatchObject({ flows: [{ flow: 'returns' }] });
    expect(await get('/status', 'viewer@ret*')).toMatchObject({
      ok: true,
      flows: [{ flow: 'returns' }],
      runs: [],
    });
    expect(await get('/status')).toMatchObject({ ok: false });
  });

  it('are shown with their files, findings, versions and picture, and with no secret', async () => {
    const shown = await get('/flows/orders');
    expect(shown).toMatchObject({ flow: 'orders', file: 'flows/orders.yaml', findings: [] });
    expect((shown as { files: readonly object[] }).files).toContainEqual({ path: 'config/connections.yaml' });
    expect(await get('/flows/broken')).toMatchObject({
      findings: [{ file: 'flows/broken.yaml', severity: 'error' }],
      status: { files: 'broken' },
    });
    const { versions } = (await get('/flows/orders/versions')) as {
      versions: readonly { hash: string; runs: number }[];
    };
    expect(versions).toMatchObject([{ runs: 1 }]);
    const version = await get(`/flows/orders/versions/${versions[0]?.hash}`);
    expect(JSON.stringify(version)).toContain('Orders of the shop');
    for (const document of [shown, version]) expect(JSON.stringify(document)).not.toContain(secret);
    expect(await get('/flows/orders/picture')).toMatchObject({
      ...{ runs: 1, counts: { read: 2, filtered: 1, delivered: 1 } },
      nodes: [
        { id: 'source', title: 'in.lines' },
        { id: 'filter' },
        { id: 'map' },
        { id: 'target', title: 'out.orders' },
      ],
      edges: [{ records: 2 }, { records: 1 }, { records: 1 }],
    });
    for (const path of ['/flows/nothing', '/flows/orders/versions/nothing', '/flows/nothing/picture'])
      expect((await api.ask('GET', path, { as: 'viewer' })).status).toBe(404);
    expect((await api.ask('GET', '/flows/orders', { as: 'viewer@ret*' })).status).toBe(404);
  });

  it('have a schedule of the coming day, in their zone', async () => {
    const { ticks, schedules } = (await get('/schedule?hours=25')) as {
      ticks: readonly object[];
      schedules: readonly object[];
    };
    expect(schedules).toHaveLength(1);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks[0]).toMatchObject({ flow: 'orders', local: expect.stringMatching(/T03:00:00\+0[12]:00$/) });
    expect(await get('/schedule', 'viewer@ret*')).toMatchObject({ ticks: [], schedules: [] });
  });
});

describe('connections', () => {
  it('are told with their health, and configured without secrets', async () => {
    const { connections: all } = (await get('/connections')) as {
      connections: readonly { connection: string }[];
    };
    expect(all.map((each) => each.connection)).toEqual(['in', 'out', 'erp', 'unused']);
    const erp = await get('/connections/erp');
    expect(erp).toMatchObject({
      ...{ limits: { concurrency: 3 }, uses: [{ resource: 'orders', does: 'read', flows: ['stock'] }] },
      config: { baseUrl: 'http://127.0.0.1:1/api', timeout: '300ms', auth: { type: 'bearer' } },
    });
    expect(JSON.stringify([erp, await get('/connections')])).not.toContain(secret);
    expect(await get('/connections', 'viewer@stock')).toMatchObject({
      connections: [{ connection: 'out' }, { connection: 'erp' }],
    });
    expect((await api.ask('GET', '/connections/unused', { as: 'viewer@stock' })).status).toBe(404);
  });

  it('are checked by whoever has the role over all flows that use them', async () => {
    const { body } = await post('/connections/check', { connections: ['in', 'erp'] });
    expect(body).toMatchObject({
      ok: false,
      connections: [
        {
          connection: 'in',
          uses: expect.arrayContaining([expect.objectContaining({ resource: 'lines', ok: true })]),
        },
        { connection: 'erp', ok: false },
      ],
    });
    expect(JSON.stringify(body)).not.toContain(secret);
    const check = async (as: string, ...names: readonly string[]) =>
      (await post('/connections/check', { connections: names }, as)).status;
    expect(await check('integrator@stock', 'erp')).toBe(200);
    expect(await check('integrator@stock', 'in')).toBe(404);
    expect(await check('viewer', 'erp')).toBe(403);
    expect(await check('integrator@*s', 'unused')).toBe(403);
    expect(await check('integrator', 'nothing')).toBe(404);
  });
});

describe('pauses', () => {
  it('are made and ended by whoever has the role over the flow, and told to who sees it', async () => {
    expect((await post('/pauses', { name: 'orders', reason: 'x' }, 'support')).status).toBe(403);
    expect((await post('/pauses', { name: 'orders', reason: 'x' }, 'integrator@ret*')).status).toBe(404);
    expect((await post('/pauses', { name: 'nothing', reason: 'x' })).status).toBe(404);
    expect((await post('/pauses', { name: 'orders' })).status).toBe(400);
    expect(
      (await post('/pauses', { name: 'orders', reason: 'x', until: '2020-01-01T00:00:00Z' })).status,
    ).toBe(400);
    const { body } = await post('/pauses', { name: 'orders', reason: 'ERP upgrade' }, 'integrator@orders');
    expect(body).toMatchObject({
      paused: { kind: 'flow', name: 'orders', reason: 'ERP upgrade', until: null },
    });
    expect(await get('/pauses')).toMatchObject({ pauses: [{ name: 'orders', flows: ['orders'] }] });
    expect(await get('/pauses', 'viewer@ret*')).toEqual({ pauses: [] });
    expect(await get('/schedule?hours=25')).toMatchObject({ ticks: [{ isPaused: true }] });
    const run = await post('/flows/orders/runs', {});
    expect(run).toMatchObject({ status: 409, body: { code: 'TL_PAUSED' } });
    expect((await post('/pauses/resume', { name: 'orders' }, 'integrator@orders')).status).toBe(200);
    expect((await post('/pauses/resume', { name: 'orders' })).status).toBe(409);
  });

  it('of a connection take the role over all flows that use it', async () => {
    expect((await post('/pauses', { name: 'in', reason: 'x' }, 'integrator@orders')).status).toBe(404);
    expect((await post('/pauses', { name: 'erp', reason: 'x' }, 'integrator@stock')).status).toBe(200);
    expect(await get('/connections/erp')).toMatchObject({ pause: { reason: 'x' } });
    expect((await post('/pauses/resume', { name: 'erp' }, 'integrator@stock')).status).toBe(200);
    expect((await post('/pauses', { name: 'unused', reason: 'x' }, 'integrator@*s')).status).toBe(403);
  });
});

describe('the workspace', () => {
  it('tells its settings to admins, without secrets, and what is wrong with its files', async () => {
    expect((await api.ask('GET', '/settings', { as: 'integrator' })).status).toBe(403);
    expect(await get('/settings', 'admin')).toMatchObject({
      settings: { lease: '45s', logLevel: 'info', history: { keep: 'changes' } },
    });
    expect(await get('/findings')).toMatchObject({
      ok: false,
      findings: expect.arrayContaining([expect.objectContaining({ file: 'flows/broken.yaml' })]),
    });
    expect(await get('/findings', 'viewer@ret*')).toEqual({ ok: true, findings: [] });
  });

  it('tells drifts, and closes those of flows over which one has the role', async () => {
    await sql`
      insert into drifts (flow, side, connection, resource, entity, kind, path, rule, segments, expected, got, count, run_id)
      select name, 'source', 'in', 'lines', '', 'new', 'x', '', '{}', 'nothing', 'a text', 1, (select min(id) from runs)
      from unnest(array['orders', 'returns']) as name`.execute(workspace.database.db);
    const { drifts } = (await get('/drifts')) as { drifts: readonly { id: number; flow: string }[] };
    expect(drifts.map((drift) => drift.flow)).toEqual(['orders', 'returns']);
    expect(await get('/drifts', 'viewer@ret*')).toMatchObject({ drifts: [{ flow: 'returns' }] });
    const ids = drifts.map(({ id }) => id);
    expect((await post('/drifts/accept', { ids }, 'integrator@returns')).status).toBe(404);
    expect((await post('/drifts/accept', {})).status).toBe(400);
    expect((await post('/drifts/accept', { flow: 'returns' }, 'integrator@returns')).body).toEqual({
      accepted: [ids[1]],
    });
    expect((await post('/drifts/resolve', { ids: [ids[0]] })).body).toEqual({ resolved: [ids[0]] });
    expect(await get('/drifts?states=accepted&states=resolved')).toMatchObject({
      drifts: [{ state: 'resolved' }, { state: 'accepted' }],
    });
  });
});
