import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  PlanAnswer,
  RunsListAnswer,
  RunsRecordsAnswer,
  RunsShowAnswer,
} from '../../../src/contract/generated/endpoints.ts';
import { createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { callCli } from '../../support/call-cli.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { useApi } from '../../support/servers/api.ts';

const flow = (name: string, resource: string, more = '') => `flow: ${name}
source: { connection: in, resource: ${resource} }
map: { id: id, price: price, country: '$lookup("countries", country)' }
target: { connection: out, resource: orders, write: upsert }
${more}`;

let workspace: TestWorkspace;
let held: number;
beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/tables/countries.yaml': 'values: { DE: Germany }\n',
    'flows/orders.yaml': flow('prices', 'orders', 'guards: { maxChange: { of: price, by: 30% } }'),
    'flows/returns.yaml': flow('returns', 'lines'),
  });
  await drop(1, ['A,10.00,DE', 'B,20.00,DE', 'C,5.00,AT']);
  await workspace.drop('lines.jsonl', '{"id":"R-1","price":"1.00","country":"DE"}\n');
  expect((await workspace.json(['run', 'prices'])).document).toMatchObject({ status: 'errors' });
  expect((await workspace.json(['run', 'returns'])).document).toMatchObject({ status: 'succeeded' });
  await drop(2, ['A,0,DE', 'B,0,DE']);
  const { document } = await workspace.json(['run', 'prices']);
  expect(document.status).toBe('held');
  held = document.run;
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

const drop = (nth: number, lines: readonly string[]) =>
  workspace.drop(`orders-${nth}.csv`, ['id,price,country', ...lines, ''].join('\n'));
const list = async (query: string, as = 'viewer') => {
  const { status, body } = await api.ask('GET', `/runs?${query}`, { as });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as RunsListAnswer;
};
const idsOf = ({ runs }: RunsListAnswer) => runs.map(({ run }) => run);

describe('GET /runs', () => {
  it('gives runs, the newest first, page by page, and only those of the flows that one may see', async () => {
    const all = idsOf(await list(''));
    expect(all).toEqual([...all].sort((a, b) => b - a));
    const first = await list('limit=2');
    const rest = await list(`limit=2&cursor=${first.next}`);
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(all);
    expect(rest.next).toBeUndefined();
    expect((await list('', 'viewer@ret*')).runs.map((run) => run.flow)).toEqual(['returns']);
    expect((await list('', 'viewer@ret*')).waiting).toBe(0);
    expect((await list('')).waiting).toBeGreaterThan(0);
  });

  it('finds them by flow, state, who asked and when', async () => {
    expect(idsOf(await list('statuses=held'))).toEqual([held]);
    expect((await list('statuses=held&statuses=errors')).runs.length).toBe(2);
    expect(idsOf(await list('flow=returns&triggers=manual')).length).toBe(1);
    expect(await list('triggers=schedule')).toMatchObject({ runs: [] });
    expect(idsOf(await list('since=2020-01-01T00:00:00Z')).length).toBe(3);
    expect(idsOf(await list('until=2020-01-01T00:00:00Z'))).toEqual([]);
  });

  it('does not know a flow that one may not see, as it does not know one that is not there', async () => {
    const unseen = await api.ask('GET', '/runs?flow=prices', { as: 'viewer@ret*' });
    const missing = await api.ask('GET', '/runs?flow=nothing', { as: 'viewer@ret*' });
    expect([unseen.status, missing.status]).toEqual([400, 400]);
    expect(JSON.stringify(unseen.body)).toContain('returns');
  });

  it.each(['statuses=gone', 'limit=0', 'cursor=abc', 'since=monday', 'flwo=x'])(
    'refuses %s',
    async (query) => {
      expect((await api.ask('GET', `/runs?${query}`)).status).toBe(400);
    },
  );
});

describe('GET /runs/{run}', () => {
  it('says what a held run waits to do', async () => {
    const { body } = await api.ask('GET', `/runs/${held}`, { as: 'viewer' });
    const run = body as RunsShowAnswer;
    expect(run.held).toMatchObject({ guard: { code: 'TL_GUARD_TRIPPED' }, waiting: 2 });
    expect([...(run.held?.keys ?? [])].sort()).toEqual(['A', 'B']);
    const { read, ...rest } = run.counts;
    expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(read);
  });

  it('is not there for whoever may not see its flow', async () => {
    expect((await api.ask('GET', `/runs/${held}`, { as: 'admin@ret*' })).status).toBe(404);
    expect((await api.ask('GET', '/runs/999', { as: 'admin@ret*' })).status).toBe(404);
    const missing = await api.ask('GET', '/runs/999');
    expect(missing.body).toMatchObject({
      code: 'TL_NOT_FOUND',
      detail: expect.stringContaining('the newest is'),
    });
    expect((await api.ask('GET', '/runs/last')).status).toBe(400);
  });
});

describe('GET /runs/{run}/records', () => {
  const recordsOf = async (query = '') => {
    const run = (await list('flow=prices&statuses=errors')).runs[0]?.run;
    const { status, body } = await api.ask('GET', `/runs/${run}/records?${query}`, { as: 'viewer' });
    expect(status).toBe(200);
    return body as RunsRecordsAnswer;
  };

  it('says what became of each, by outcome and page by page', async () => {
    const { records } = await recordsOf();
    expect(Object.fromEntries(records.map(({ key, outcome }) => [key, outcome]))).toEqual({
      A: 'delivered',
      B: 'delivered',
      C: 'failed',
    });
    expect((await recordsOf('outcomes=failed')).records).toMatchObject([{ key: 'C', code: 'TL_MAP_FAILED' }]);
    const paged: string[] = [];
    for (let cursor = '', page = 0; page < 10; page += 1) {
      const { records: some, next } = await recordsOf(`limit=1${cursor}`);
      paged.push(...some.map(({ key }) => key));
      if (next === undefined) break;
      cursor = `&cursor=${next}`;
    }
    expect(paged).toEqual(records.map(({ key }) => key));
  });

  it('takes no cursor of another run', async () => {
    const { next } = await recordsOf('limit=1');
    expect((await api.ask('GET', `/runs/${held}/records?cursor=${next}`)).status).toBe(400);
  });
});

describe('POST /flows/{flow}/plan', () => {
  it('says what a run would do, and gives so many records of each kind', async () => {
    await drop(3, ['D,7.00,DE', 'E,8.00,FR', 'F,7.00,DE', 'G,8.00,FR']);
    const body = { full: true, samples: 1 };
    const plan = await api.ask('POST', '/flows/prices/plan', { as: 'integrator', body });
    expect(plan.status).toBe(200);
    expect(plan.body).toMatchObject({ counts: { read: 4, upsert: 2, fails: 2 }, leftOut: 2 });
    expect((plan.body as PlanAnswer).records.map(({ effect }) => effect).sort()).toEqual(['fails', 'upsert']);
    expect((await list('')).runs.length).toBe(3);
  });

  it('is made only so often at once', async () => {
    const plan = () => api.ask('POST', '/flows/prices/plan', { body: { full: true } });
    const statuses = (await Promise.all(Array.from({ length: 12 }, plan))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect((await plan()).status).toBe(200);
  });

  it('is for whoever may run the flow', async () => {
    expect((await api.ask('POST', '/flows/prices/plan', { as: 'support', body: {} })).status).toBe(403);
    expect((await api.ask('POST', '/flows/prices/plan', { as: 'integrator@ret*', body: {} })).status).toBe(
      404,
    );
    expect((await api.ask('POST', '/flows/nothing/plan', { body: {} })).status).toBe(404);
    const late = { since: '2026-99-01' };
    expect((await api.ask('POST', '/flows/prices/plan', { body: late })).status).toBe(400);
  });
});

describe('commands over the server', () => {
  const there = (args: readonly string[], as = 'integrator') =>
    callCli(args, { cwd: '/', env: { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: as } });

  it.each([
    ['runs', 'runs-list'],
    ['runs --flow prices --status held,errors', 'runs-list'],
    ['runs show 1', 'runs-show'],
    ['runs records 1 --outcome failed,delivered', 'runs-records'],
    ['plan prices --full', 'plan'],
    ['plan prices --full --samples 1', 'plan'],
  ])('prints for `%s` what it prints here', async (line, name) => {
    // How long a held run has taken goes on.
    const steady = (text: string) => text.replaceAll(/"durationMs": ?\d+|\d+\.\d s/g, '');
    // A plan that takes long tells how far it is, here.
    const settled = (text: string) => text.replaceAll(/^prices {2}read .*\n/gm, '');
    for (const args of [line.split(' '), [...line.split(' '), '--json']]) {
      const [here, far] = [await workspace.run(args), await there(args)];
      expect(steady(far.stdout)).toEqual(steady(here.stdout));
      expect([far.code, far.stderr]).toEqual([here.code, settled(here.stderr)]);
      if (args.includes('--json')) expectDocument(name, far.stdout);
    }
  });

  it('refuses what cannot be meant, with its exit code', async () => {
    for (const line of [
      'runs show 0',
      'runs show 999',
      'runs --status gone',
      'run nothing',
      'runs approve 1',
    ])
      expect((await there(line.split(' '))).code, line).toBe(2);
    const refused = await there(['run', 'prices'], 'viewer');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('TL_FORBIDDEN') });
  });
});

describe('deciding about a held run', () => {
  it('is for whoever runs the flow, and is done once', async () => {
    const path = `/runs/${held}/reject`;
    const body = { reason: 'broken export' };
    expect((await api.ask('POST', path, { as: 'support', body })).status).toBe(403);
    expect((await api.ask('POST', path, { as: 'integrator@ret*', body })).status).toBe(404);
    expect((await api.ask('POST', path, { body: {} })).status).toBe(400);
    expect((await api.ask('POST', path, { body: { reason: '' } })).status).toBe(400);
    const headers = { 'idempotency-key': 'reject-once' };
    const first = await api.ask('POST', path, { as: 'integrator', body, headers });
    expect(first).toMatchObject({ status: 200, body: { run: held, rejected: 2 } });
    const again = await api.ask('POST', path, { as: 'integrator', body, headers });
    expect(again.body).toEqual(first.body);
    const late = await api.ask('POST', path, { as: 'integrator', body });
    expect(late).toMatchObject({ status: 409, body: { code: 'TL_CONFLICT' } });
    const { body: shown } = await api.ask('GET', `/runs/${held}`);
    expect((shown as RunsShowAnswer).audit.at(-1)).toMatchObject({ by: 'integrator', deed: 'reject' });
  });
});

describe('running a flow at the server', () => {
  const there = (args: readonly string[]) =>
    callCli(args, { cwd: '/', env: { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: 'integrator' } });

  it('goes on when whoever follows it stops', async () => {
    const stopped = await callCli(['run', 'returns'], {
      cwd: '/',
      env: { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: 'integrator' },
      stop: AbortSignal.timeout(500),
    });
    const [newest] = (await list('flow=returns')).runs;
    expect(newest?.status).toBe('queued');
    expect(stopped).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`run ${newest?.run} goes on: tradelane runs show ${newest?.run}`),
    });
  });

  it('writes the run down, which a worker takes up', async () => {
    const body = { full: true };
    expect((await api.ask('POST', '/flows/returns/runs', { as: 'support', body })).status).toBe(403);
    expect((await api.ask('POST', '/flows/nothing/runs', { body })).status).toBe(404);
    const begun = await api.ask('POST', '/flows/returns/runs', { as: 'integrator', body });
    expect(begun).toMatchObject({ status: 202, body: { flow: 'returns', status: 'queued' } });
    const { run } = begun.body as { readonly run: number };
    expect((await api.ask('GET', `/runs/${run}`)).body).toMatchObject({
      status: 'queued',
      options: { full: true, by: 'integrator' },
    });
    api.runtime.startWorking();
    await expect
      .poll(
        async () => ((await api.ask('GET', `/runs/${run}/progress`)).body as { isOver: boolean }).isOver,
        {
          timeout: 20_000,
        },
      )
      .toBe(true);
  });

  it('is followed to its end by the command, which prints and ends as here', async () => {
    const ran = await callCli(['run', 'prices', '--json', '--server', api.url], {
      cwd: '/',
      env: { TRADELANE_TOKEN: 'integrator' },
    });
    expect(ran.code).toBe(1);
    expect(expectDocument('run-ended', ran.stdout)).toMatchObject({
      status: 'errors',
      counts: { delivered: 2, failed: 2 },
    });
    const command = `tradelane errors list --server ${api.url} --flow prices`;
    expect(ran.stderr).toContain(`2 failed: ${command}`);
    const clean = await there(['run', 'returns']);
    expect(clean.code).toBe(0);
    expect(clean.stdout).toMatch(/^flow +status/);
    const resynced = await there(['resync', 'returns']);
    expect(resynced.stderr).toContain('reads all of in.lines and writes each record again to out.orders');
    expect(resynced.code).toBe(0);
  });
});
