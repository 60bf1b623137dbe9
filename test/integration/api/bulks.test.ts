import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  BulkMadeAnswer,
  BulkShowAnswer,
  ErrorPreviewAnswer,
  ReplayPlanAnswer,
} from '../../../src/contract/generated/endpoints.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { callCli } from '../../support/call-cli.ts';
import { useApi } from '../../support/servers/api.ts';
import { until } from '../../support/until.ts';

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
  const lines = Array.from({ length: 6 }, (_, nth) => JSON.stringify({ id: `A-${nth}`, country: 'AT' }));
  for (const name of ['orders', 'returns']) {
    await workspace.drop(`${name}.jsonl`, `${lines.join('\n')}\nno json\n`);
    expect((await workspace.json(['run', name])).document.counts).toMatchObject({ failed: 7 });
  }
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

interface Refused {
  readonly code: string;
  readonly detail: string;
}
const post = async <Body>(path: string, body: unknown, as = 'support') => {
  const answer = await api.ask('POST', path, { as, body });
  return { status: answer.status, body: answer.body as Body & Refused };
};
const make = (body: object, as?: string) => post<BulkMadeAnswer>('/bulk', body, as);
const plan = (body: object, as?: string) => post<ReplayPlanAnswer>('/replay-plans', body, as);
const show = async (id: number | undefined, query = '', as = 'viewer') => {
  const { status, body } = await api.ask('GET', `/bulk/${id}${query}`, { as });
  return { status, ...(body as BulkShowAnswer & Refused) };
};
const ended = async (id: number | undefined) =>
  await until(async () => {
    const shown = await show(id);
    return shown.bulk.state === 'done' ? shown : undefined;
  });
const idOf = async (key: string, name: string) => {
  const { body } = await api.ask('GET', `/errors?flow=${name}&key=${key}&states=open&states=resolved`);
  return (body as { errors: readonly { id: number }[] }).errors[0]?.id ?? 0;
};
const patch = [{ kind: 'document', document: { country: 'DE' } }];

describe('POST /errors/{error}/preview', () => {
  it('says what the flow would make of a record, edited, and keeps nothing', async () => {
    const id = await idOf('A-0', 'orders');
    const preview = (body: object, as?: string) =>
      post<ErrorPreviewAnswer>(`/errors/${id}/preview`, body, as);
    expect((await preview({})).body).toMatchObject({
      outcome: 'failed',
      fault: { code: 'TL_MAP_FAILED', stage: 'map' },
      explanation: { sentence: expect.stringContaining('countries') },
      changes: [],
    });
    expect((await preview({ patch })).body).toMatchObject({
      ...{ error: id, flow: 'orders', key: 'A-0', outcome: 'through', findings: [] },
      changes: [{ path: 'country', before: 'AT', after: 'DE' }],
      input: { id: 'A-0', country: 'DE' },
      payload: { id: 'A-0', country: 'Germany' },
    });
    const mistyped = await preview({ patch: [{ kind: 'set', path: 'coutnry', value: 'DE' }] });
    expect(mistyped.body.notes.join()).toContain('did you mean "country"');
    const table = [{ kind: 'table', text: 'key,country\nA-1,DE\n' }];
    expect((await preview({ patch: table })).status).toBe(200);
    expect((await preview({ patch: [{ kind: 'expression', expression: '{' }] })).status).toBe(400);
    expect((await preview({ patch: [{ kind: 'set', path: 'a[', value: 1 }] })).status).toBe(400);
    expect((await preview({ patch: [{ kind: 'other' }] })).status).toBe(400);
    expect((await preview({ patch: [{ kind: 'document', document: 'DE' }] })).status).toBe(400);
    expect((await preview({ patch }, 'viewer')).status).toBe(403);
    expect((await preview({ patch }, 'support@returns')).status).toBe(404);
    expect((await post('/errors/9999/preview', {})).status).toBe(404);
    const { body } = await api.ask('GET', `/errors/${id}`);
    expect(body).toMatchObject({ record: { country: 'AT' }, state: 'open' });
  });

  it('tells of what is no record what is missing to make it one', async () => {
    const { body } = await api.ask('GET', '/errors?code=TL_SOURCE_RECORD&flow=orders');
    const [unread] = (body as { errors: readonly { id: number }[] }).errors;
    const first = await post<ErrorPreviewAnswer>(`/errors/${unread?.id}/preview`, {});
    expect(first.body).toMatchObject({ outcome: 'unread', reason: expect.stringContaining('patch') });
    const whole = [{ kind: 'document', document: { id: 'A-9', country: 'DE' } }];
    const second = await post<ErrorPreviewAnswer>(`/errors/${unread?.id}/preview`, { patch: whole });
    expect(second.body).toMatchObject({ outcome: 'through', key: 'A-9', payload: { country: 'Germany' } });
  });
});

describe('POST /replay-plans', () => {
  it('says what would become of each, and writes nothing', async () => {
    const before = await plan({ filter: { flow: 'orders', code: 'TL_MAP_FAILED' }, samples: 2 });
    expect(before.status).toBe(200);
    expect(before.body.flows).toMatchObject([
      { flow: 'orders', counts: { fails: 6 }, failing: [{ count: 6 }] },
    ]);
    expect(before.body.flows[0]?.records.length).toBe(2);
    const after = await plan({ filter: { flow: 'orders', code: 'TL_MAP_FAILED' }, patch });
    expect(after.body.flows).toMatchObject([{ counts: { fails: 0 } }]);
    expect(after.body.patched?.length).toBe(6);
    expect(after.body.notes?.join()).toContain('14 open errors');
    expect(
      (await plan({ filter: { key: 'A-0' } }, 'support@returns')).body.flows.map((each) => each.flow),
    ).toEqual(['returns']);
    expect(await plan({ filter: { key: 'nothing' } }, 'support@returns')).toMatchObject({
      body: { flows: [], open: 7 },
    });
    expect((await plan({})).status).toBe(400);
    expect((await plan({ filter: {} })).status).toBe(400);
    expect((await plan({ ids: [9999] })).status).toBe(404);
    expect((await plan({ ids: [1], from: 'stage', patch })).status).toBe(400);
    expect((await plan({ filter: { flow: 'orders' } }, 'viewer')).status).toBe(403);
    expect((await plan({ filter: { flow: 'orders' } }, 'support@returns')).status).toBe(404);
  });
});

describe('POST /bulk/{bulk}/pause, resume and stop', () => {
  it('turn a set, as far as it is not over, for whoever may', async () => {
    // No engine works it yet.
    const made = await make({ kind: 'replay', filter: { flow: 'returns', code: 'TL_MAP_FAILED' } });
    const id = made.body.bulk?.bulk;
    const turn = (name: string, as?: string) =>
      post<BulkMadeAnswer>(`/bulk/${id}/${name}`, { reason: 'the ERP is being updated' }, as);
    expect((await turn('pause', 'viewer')).status).toBe(403);
    expect((await turn('pause', 'support@orders')).status).toBe(404);
    expect((await turn('pause')).body.bulk).toMatchObject({ state: 'paused', waiting: 6 });
    expect(await turn('pause')).toMatchObject({ status: 409, body: { code: 'TL_CONFLICT' } });
    expect((await turn('resume')).body.bulk?.state).toBe('waiting');
    expect((await turn('stop')).body.bulk?.state).toBe('stopped');
    for (const name of ['pause', 'resume', 'stop']) expect((await turn(name)).status).toBe(409);
    const { bulk } = await show(id);
    expect(bulk.audit.map(({ deed }) => deed)).toEqual(['make set', 'pause set', 'resume set', 'stop set']);
    expect((await post('/bulk/9999/stop', {})).status).toBe(404);
    expect((await post('/bulk/x/stop', {})).status).toBe(400);
  });
});

describe('POST /bulk', () => {
  beforeAll(() => api.runtime.startWorking());

  it('replays a frozen set with a patch, by the plan that was looked at', async () => {
    const which = { filter: { flow: 'orders', code: 'TL_MAP_FAILED' }, patch };
    const { body: planned } = await plan(which);
    const settled = await idOf('A-5', 'orders');
    await api.ask('POST', '/errors/resolve', { body: { ids: [settled] } });
    const moved = await make({ kind: 'replay', ...which, expect: planned.plan });
    expect(moved).toMatchObject({ status: 409, body: { code: 'TL_CONFLICT' } });
    expect(moved.body.detail).toContain('5 errors fit, not 6');
    const again = (await plan(which)).body.plan;
    const made = await make({ kind: 'replay', ...which, expect: again, reason: 'it is Germany' });
    expect(made.status).toBe(202);
    expect(made.body).toMatchObject({
      bulk: {
        kind: 'replay',
        by: 'support',
        reason: 'it is Germany',
        errors: 5,
        wish: which.filter,
        plan: again,
      },
      // One that could not be read, and all of the other flow.
      outside: 8,
    });
    expect(made.body.bulk?.wish).not.toHaveProperty('flows');
    const done = await ended(made.body.bulk?.bulk);
    expect(done.bulk.results).toEqual([{ result: 'delivered', count: 5 }]);
    expect(done.bulk.patch).toBeUndefined();
    expect((await show(made.body.bulk?.bulk, '', 'support')).bulk.patch).toBeDefined();
    expect(done.bulk.audit.map(({ deed, by }) => `${deed} ${by}`)).toContain('make set support');
    const first = await show(made.body.bulk?.bulk, '?limit=3&states=ended');
    const rest = await show(made.body.bulk?.bulk, `?limit=3&cursor=${first.next}`);
    expect([first.items.length, rest.items.length, rest.next]).toEqual([3, 2, undefined]);
    const sent = (await workspace.delivered()).map(({ id }) => id);
    expect(sent.toSorted()).toEqual(['A-0', 'A-1', 'A-2', 'A-3', 'A-4']);
    expect((await make({ kind: 'replay', ...which, expect: 'x' })).body.bulk).toBeUndefined();
  });

  it('makes none where nothing fits, and says what is open', async () => {
    const none = await make({ kind: 'replay', filter: { key: 'nothing' } }, 'support@returns');
    expect(none).toMatchObject({ status: 202, body: { open: 7 } });
    expect(none.body.bulk).toBeUndefined();
    expect((await make({ kind: 'discard', filter: { key: 'nothing' } })).body.bulk).toBeUndefined();
  });

  it('settles and reopens all that fit, and leaves what has moved', async () => {
    const made = await make({
      kind: 'discard',
      filter: { flow: 'returns', message: 'has no row' },
      reason: 'gone',
    });
    expect(made.body).toMatchObject({ bulk: { kind: 'discard', errors: 6 }, outside: 2 });
    expect((await ended(made.body.bulk?.bulk)).bulk.results).toEqual([{ result: 'discarded', count: 6 }]);
    const id = await idOf('A-1', 'orders');
    const back = await make({ kind: 'reopen', filter: { flow: 'returns' } });
    expect((await ended(back.body.bulk?.bulk)).bulk.results).toEqual([{ result: 'reopened', count: 6 }]);
    expect(await make({ kind: 'resolve', ids: [id] })).toMatchObject({ status: 409 });
    expect((await make({ kind: 'resolve', ids: [9999] })).status).toBe(404);
  });

  it('shows sets to whoever sees all of their flows', async () => {
    const list = async (as: string, query = '') =>
      (await api.ask('GET', `/bulk${query}`, { as })).body as {
        readonly bulks: readonly { readonly bulk: number; readonly wish: unknown }[];
        readonly next?: string;
      };
    const all = await list('viewer');
    expect(all.bulks.length).toBe(4);
    const own = await list('viewer@orders');
    expect(own.bulks.map(({ wish }) => wish)).toEqual([{ flow: 'orders', code: 'TL_MAP_FAILED' }]);
    expect((await show(all.bulks[0]?.bulk, '', 'viewer@orders')).status).toBe(404);
    const { next } = await list('viewer', '?limit=3');
    expect((await list('viewer', `?limit=3&cursor=${next}`)).bulks.length).toBe(1);
  });

  it.each([
    [{}],
    [{ kind: 'replay' }],
    [{ kind: 'replay', filter: {} }],
    [{ kind: 'delete', ids: [1] }],
    [{ kind: 'replay', ids: [] }],
    [{ kind: 'replay', ids: [1.5] }],
    [{ kind: 'replay', filter: { flow: 'ordres' } }],
    [{ kind: 'replay', filter: { code: 'TL_MAP_FAILD' } }],
    [{ kind: 'replay', filter: { since: 'yesterday' } }],
    [{ kind: 'replay', filter: { text: ' ' } }],
    [{ kind: 'resolve', filter: { flow: 'returns' }, patch }],
    [{ kind: 'discard', filter: { flow: 'returns' }, from: 'stage' }],
    [{ kind: 'replay', filter: { flow: 'returns', code: 'TL_MAP_FAILED' }, expect: 'nonsense' }],
    [
      {
        kind: 'replay',
        filter: { flow: 'returns', code: 'TL_MAP_FAILED' },
        patch: [{ kind: 'set', path: 'a' }],
      },
    ],
  ])('refuses %j', async (body) => {
    expect((await make(body)).status).toBe(400);
  });
});

it('is what replay and bulk do over a server', async () => {
  const env = { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: 'support' };
  const there = (...args: string[]) => callCli(args, { cwd: workspace.dir, env });
  const planned = await there('replay', '--key', 'A-3', '--plan', '--set', 'country=DE', '--flow', 'returns');
  expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('country: "AT" → "DE"') });
  const local = ['replay', '--key', 'A-3', '--plan', '--set', 'country=DE', '--flow', 'returns'];
  expect(planned).toEqual(await callCli(local, { cwd: workspace.dir, env: workspace.env }));
  const expected = /plan (\S+):/.exec(planned.stdout)?.[1] ?? '';
  const replayed = await there('replay', ...local.slice(1, 3), ...local.slice(4), '--expect', expected);
  expect(replayed).toMatchObject({ code: 0, stdout: expect.stringContaining('1 delivered') });
  const detached = await there('replay', '--key', 'A-2', '--detach', '--json', '--flow', 'returns');
  const { bulk } = JSON.parse(detached.stdout) as BulkMadeAnswer;
  await ended(bulk?.bulk);
  const shown = ['bulk', 'show', String(bulk?.bulk)];
  expect(await there(...shown)).toEqual(await callCli(shown, { cwd: workspace.dir, env: workspace.env }));
  expect(await there('bulk')).toEqual(await callCli(['bulk'], { cwd: workspace.dir, env: workspace.env }));
  const gone = await there('replay', '--key', 'nothing');
  expect(gone.stdout).toContain('nothing to replay: no open error fits');
  expect(await there('replay', '99999')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('TL_NOT_FOUND'),
  });
});
