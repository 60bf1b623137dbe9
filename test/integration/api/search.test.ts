import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JourneyAnswer, SearchAnswer } from '../../../src/contract/generated/endpoints.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { callCli } from '../../support/call-cli.ts';
import { useApi } from '../../support/servers/api.ts';

const flow = (name: string) => `flow: ${name}
source: { connection: in, resource: lines }
map: { id: id, country: '$lookup("countries", country)', email: email }
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
  const record = (nth: number, country: string) =>
    JSON.stringify({ id: `A-${nth}`, country, email: `a${nth}@example.org` });
  const text = `${record(1, 'DE')}\n${record(2, 'AT')}\n${record(3, 'AT')}\n`;
  for (const name of ['orders', 'returns']) {
    await workspace.drop(`${name}.jsonl`, text);
    expect((await workspace.json(['run', name])).document.counts).toMatchObject({ failed: 2, delivered: 1 });
  }
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

const search = async (text: string, as = 'viewer', more = '') => {
  const { status, body } = await api.ask('GET', `/search?text=${encodeURIComponent(text)}${more}`, { as });
  expect(status).toBe(200);
  return body as SearchAnswer;
};
const journey = async (query: string, as = 'viewer') => {
  const { status, body } = await api.ask('GET', `/journeys?${query}`, { as });
  return { status, body: body as JourneyAnswer & { readonly code?: string } };
};

describe('GET /search', () => {
  it('finds everything that has a business id, by kind', async () => {
    const found = await search('A-2');
    expect(found.records).toMatchObject({ count: 2, items: [{ key: 'A-2', match: 'key' }, { key: 'A-2' }] });
    expect(found.errors).toMatchObject({ count: 2, items: [{ key: 'A-2', state: 'open' }, { key: 'A-2' }] });
    expect(found.causes.items.map(({ count }) => count)).toEqual([1, 1]);
    expect(found.runs.items.map((run) => run.flow).toSorted()).toEqual(['orders', 'returns']);
    expect(found.flows.count).toBe(0);
    expect((await search('a1@example.org')).records.items.map(({ key }) => key)).toEqual(['A-1', 'A-1']);
    expect((await search('a1@example.org')).errors.count).toBe(0);
  });

  it('gives the first few of each kind, and how many there are', async () => {
    const found = await search('AT', 'viewer', '&limit=1');
    expect([found.errors.count, found.errors.items.length]).toEqual([4, 1]);
    expect([found.causes.count, found.causes.items.length]).toEqual([2, 1]);
    expect(found.causes.items[0]?.count).toBe(2);
  });

  it('finds causes, errors and runs by their numbers, and flows by their names', async () => {
    expect((await search('C1')).causes.items).toMatchObject([{ cause: 1 }]);
    expect((await search('1')).errors.items[0]).toMatchObject({ id: 1 });
    expect((await search('1')).runs.items).toMatchObject([{ run: 1 }]);
    expect((await search('ORD')).flows.items).toEqual([{ flow: 'orders' }]);
  });

  it('tells nothing of flows that the caller may not see', async () => {
    const found = await search('A-2', 'viewer@ret*');
    expect(JSON.stringify(found)).not.toContain('orders');
    expect([found.records.count, found.errors.count, found.runs.count, found.causes.count]).toEqual([
      1, 1, 1, 1,
    ]);
    for (const text of ['C1', '1', 'orders', 'AT'])
      expect(JSON.stringify(await search(text, 'viewer@ret*')), text).not.toContain('"flow":"orders"');
    expect((await api.ask('GET', '/search?text=A-2', { as: 'none' })).status).toBe(403);
    for (const query of [
      '',
      'text=',
      'text=%20',
      'text=A-2&limit=0',
      'text=a&limit=51',
      'text=%00',
      'text=a&flow=orders',
    ])
      expect((await api.ask('GET', `/search?${query}`)).status, query).toBe(400);
  });
});

describe('GET /journeys', () => {
  it('tells the way of a record through the flows that the caller may see', async () => {
    const all = await journey('text=A-1');
    expect(all.body.journey?.records.map((record) => record.flow)).toEqual(['orders', 'returns']);
    expect(all.body.journey?.records[0]?.steps.map(({ what }) => what)).toEqual(['read', 'outcome']);
    const own = await journey('text=A-2', 'viewer@ret*');
    expect(own.body).toMatchObject({
      ending: 'open',
      journey: { records: [{ flow: 'returns', key: 'A-2' }] },
    });
    expect(JSON.stringify(own.body)).not.toContain('"flow":"orders"');
    expect((await journey('text=A-2&flow=orders', 'viewer@ret*')).status).toBe(400);
    expect((await journey('text=A-1&flow=orders')).body.journey?.records.length).toBeGreaterThan(0);
    expect((await journey('text=nothing')).body).toMatchObject({ ending: 'nothing', candidates: [] });
    for (const query of [
      '',
      'text=%20',
      'text=a&flow=ordres',
      'text=a&payloads=all',
      `text=${'x'.repeat(2_001)}`,
    ])
      expect((await journey(query)).status, query).toBe(400);
  });

  it('shows private values to support alone, and only where they are asked for', async () => {
    const said = async (query: string, as: string) => JSON.stringify((await journey(query, as)).body);
    expect(await said('text=A-1', 'support')).not.toContain('a1@example.org');
    expect(await said('text=A-1&payloads=covered', 'viewer')).not.toContain('a1@example.org');
    expect(await said('text=A-1&payloads=covered', 'viewer')).toContain('Germany');
    expect(await said('text=A-1&payloads=values', 'support')).toContain('a1@example.org');
    expect(await journey('text=A-1&payloads=values', 'viewer')).toMatchObject({
      status: 403,
      body: { code: 'TL_FORBIDDEN' },
    });
  });

  it('is what the command prints, here and over the server', async () => {
    const env = { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: 'support' };
    for (const line of [
      ['A-2'],
      ['A-1', '--payloads'],
      ['A-1', '--values', '--json'],
      ['nothing'],
      ['a2@example.org'],
    ]) {
      const there = await callCli(['journey', ...line], { cwd: '/', env });
      const here = await callCli(['journey', ...line], { cwd: workspace.dir, env: workspace.env });
      expect(there, line.join(' ')).toEqual(here);
    }
  });
});
