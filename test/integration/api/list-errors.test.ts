import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  const lines = Array.from({ length: 7 }, (_, nth) => JSON.stringify({ id: `A-${nth}`, country: 'AT' }));
  for (const name of ['orders', 'returns']) {
    await workspace.drop(`${name}.jsonl`, `${lines.join('\n')}\n`);
    expect((await workspace.json(['run', name])).document.counts).toMatchObject({ failed: 7 });
  }
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

interface Errors {
  readonly errors: readonly { readonly id: number; readonly flow: string; readonly key: string }[];
  readonly next?: string;
}
const list = async (query: string, as = 'viewer') => {
  const { status, body } = await api.ask('GET', `/errors?${query}`, { as });
  expect(status).toBe(200);
  return body as Errors;
};

describe('GET /errors', () => {
  it('is read page by page to its end, each error once', async () => {
    const seen: number[] = [];
    for (let cursor = '', page = 0; page < 10; page += 1) {
      const { errors, next } = await list(`limit=4${cursor}`);
      seen.push(...errors.map(({ id }) => id));
      if (next === undefined) break;
      cursor = `&cursor=${encodeURIComponent(next)}`;
    }
    expect(seen.length).toBe(14);
    expect(new Set(seen).size).toBe(14);
  });

  it('gives only errors of flows that the caller may see', async () => {
    expect(new Set((await list('', 'viewer@ret*')).errors.map((error) => error.flow))).toEqual(
      new Set(['returns']),
    );
    // A flow that they may not see is not there for them.
    const other = await api.ask('GET', '/errors?flow=orders', { as: 'viewer@ret*' });
    expect(other.status).toBe(400);
    expect(other.body).toMatchObject({ detail: expect.stringContaining('there is "returns"') });
    // `_` and `%` are letters of a name, not patterns.
    expect((await list('', 'viewer@return_')).errors).toEqual([]);
    expect((await list('', 'viewer@%')).errors).toEqual([]);
  });

  it('takes lists, times and numbers from the query', async () => {
    const { errors } = await list('key=A-3&states=open&states=resolved&since=2020-01-01T00:00:00Z');
    expect(errors.map(({ key }) => key)).toEqual(['A-3', 'A-3']);
    const one = await list(`ids=${errors[0]?.id}`);
    expect(one.errors.map(({ id }) => id)).toEqual([errors[0]?.id]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=5000', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['ids=x', 'ids[0]'],
    ['since=yesterday', 'since'],
    ['states=gone', 'states[0]'],
    ['flwo=orders', 'flwo'],
    ['text=', 'text'],
    ['text=%00', ''],
    ['text=X3000', 'text'],
  ])('says what is wrong with %s', async (query, path) => {
    const { status, body } = await api.ask('GET', `/errors?${query.replace('X3000', 'x'.repeat(3_000))}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'TL_ARGUMENT_INVALID', problems: [{ path }] });
  });

  it('refuses a cursor that is none, a flow that is none, whoever is unknown, and whoever has no role', async () => {
    expect((await api.ask('GET', '/errors?cursor=abc')).status).toBe(400);
    expect((await api.ask('GET', '/errors?flow=ordres')).status).toBe(400);
    expect((await api.ask('GET', '/errors', { as: null })).status).toBe(401);
    expect((await api.ask('GET', '/errors', { as: 'none' })).status).toBe(403);
  });

  it('is not sent again to whoever has it', async () => {
    const first = await api.ask('GET', '/errors');
    const tag = first.headers.get('etag') ?? '';
    const again = await api.ask('GET', '/errors', { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(304);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
  });

  it('is what the command prints, here and over the server', async () => {
    const here = await callCli(['errors', 'list', '--json'], { cwd: workspace.dir, env: workspace.env });
    const env = { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: 'support' };
    for (const json of [['--json'], []]) {
      const there = await callCli(['errors', 'list', ...json], { cwd: '/', env });
      const local = await callCli(['errors', 'list', ...json], { cwd: workspace.dir, env: workspace.env });
      expect(there).toEqual(local);
    }
    expect(JSON.parse(here.stdout).errors.length).toBe(14);
  });

  it('tells over the server what a command did wrong, as here', async () => {
    const env = { TRADELANE_TOKEN: 'none' };
    const refused = await callCli(['errors', 'list', '--server', api.url], { cwd: '/', env });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('TL_FORBIDDEN');
    const bare = await callCli(['errors', 'list', '--server', api.url], { cwd: '/', env: {} });
    expect(bare.stderr).toContain('set TRADELANE_TOKEN');
    const far = await callCli(['errors', 'list', '--server', 'http://tradelane.example'], { cwd: '/', env });
    expect(far.stderr).toContain('over http everybody on the way reads the token');
    const gone = await callCli(['errors', 'list', '--server', 'http://127.0.0.1:1'], { cwd: '/', env });
    expect(gone.stderr).toContain('TL_SYSTEM_UNREACHABLE');
    expect(gone.code).toBe(3);
  });
});

describe('every answer', () => {
  it('of what is not there is a problem', async () => {
    expect((await api.ask('GET', '/nothing')).body).toMatchObject({ code: 'TL_NOT_FOUND', status: 404 });
    expect((await api.ask('PATCH', '/errors')).status).toBe(404);
    const wrong = await api.ask('POST', '/errors', { body: 'x', headers: { 'content-type': 'text/plain' } });
    expect([404, 415]).toContain(wrong.status);
  });

  it('is told by the document and by its page', async () => {
    expect(api.document.openapi).toBe('3.1.0');
    const page = await (await fetch(`${api.url}/api/v1/docs`)).text();
    expect(page).toContain('GET /api/v1/errors');
    expect(page).not.toContain('<script');
  });
});
