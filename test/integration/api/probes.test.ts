import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveProbes } from '../../../src/api/serve-probes.ts';
import { type Heartbeat, startHeartbeat } from '../../../src/app/health/heartbeat.ts';
import type { Probes } from '../../../src/app/health/probes.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { useApi } from '../../support/servers/api.ts';
import { until } from '../../support/until.ts';

const log = createLogger('silent', process.stderr);
let workspace: TestWorkspace;
let heartbeat: Heartbeat | undefined;

beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections,
    'config/tables/countries.yaml': 'values: { DE: Germany }\n',
    'flows/orders.yaml': `flow: orders
source: { connection: in, resource: lines }
map: { id: id, country: '$lookup("countries", country)' }
target: { connection: out, resource: orders, write: upsert }
`,
  });
  await workspace.drop(
    'orders.jsonl',
    '{"id":"anna@example.org","country":"AT"}\n{"id":"B","country":"DE"}\n',
  );
  expect((await workspace.json(['run', 'orders'])).document.counts).toMatchObject({ failed: 1 });
});
afterAll(async () => {
  await heartbeat?.close();
  await workspace[Symbol.asyncDispose]();
});
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks as `Bearer AS`; `host`: what the request says it was sent to. */
async function ask(
  url: string,
  { as, host }: { readonly as?: string; readonly host?: string } = {},
): Promise<Answer> {
  const headers = { ...(as && { authorization: `Bearer ${as}` }), ...(host && { host }) };
  return await new Promise((resolve, reject) => {
    const asking = request(url, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asking.on('error', reject).end();
  });
}

describe('/readyz', () => {
  it('is 503 while nobody works, and 200 once somebody does', async () => {
    const before = await ask(`${api.url}/readyz`);
    expect(before.status).toBe(503);
    expect(expectDocument('health', before.text)).toMatchObject({ ok: false });
    const { engine } = api.runtime;
    const own = { db: engine.db, id: engine.owner, version: '9.9.9', log };
    heartbeat = await startHeartbeat({ ...own, roles: ['worker', 'scheduler'] });
    const after = await until(async () => {
      const answer = await ask(`${api.url}/readyz`);
      return answer.status === 200 ? answer : undefined;
    });
    expect(expectDocument('health', after.text)).toMatchObject({ ok: true });
    expect(after.text).not.toContain('9.9.9');
  });

  it('tells which processes there are to those who may look at all flows', async () => {
    const whole = await ask(`${api.url}/readyz?details=true`, { as: 'viewer' });
    expect(expectDocument('health', whole.text)).toMatchObject({ ok: true });
    expect(whole.text).toContain('"version":"9.9.9"');
    expect((await ask(`${api.url}/readyz?details=true`)).status).toBe(401);
    expect((await ask(`${api.url}/readyz?details=true`, { as: 'viewer@orders' })).status).toBe(403);
  });
});

it('/healthz is answered to anybody', async () => {
  const life = await ask(`${api.url}/healthz`);
  expect(life.status).toBe(200);
  expect(expectDocument('health', life.text)).toMatchObject({ ok: true, checks: [{ name: 'event loop' }] });
});

describe('/metrics', () => {
  it('is for those who may look at all flows, wherever they ask from', async () => {
    expect((await ask(`${api.url}/metrics`)).status).toBe(401);
    expect((await ask(`${api.url}/metrics`, { as: 'viewer@orders' })).status).toBe(403);
    expect((await ask(`${api.url}/metrics`, { as: 'none' })).status).toBe(403);
    expect((await ask(`${api.url}/metrics`, { as: 'viewer' })).status).toBe(200);
  });

  it('has what the database knows of each flow and connection, and nothing of a record', async () => {
    const { text } = await ask(`${api.url}/metrics`, { as: 'admin' });
    const lines = text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'tradelane_database_up 1',
        'tradelane_open_errors{flow="orders"} 1',
        'tradelane_muted_errors{flow="orders"} 0',
        'tradelane_flow_needs{flow="orders",kind="errors"} 1',
        'tradelane_flow_needs{flow="orders",kind="held"} 0',
        'tradelane_queue_depth{flow="orders"} 0',
        'tradelane_schedule_lag_seconds{flow="orders"} 0',
        'tradelane_flow_paused{flow="orders"} 0',
        'tradelane_circuit_state{connection="in"} 0',
        'tradelane_circuit_state{connection="out"} 0',
        'tradelane_unbalanced_runs_total 0',
        'tradelane_records_total{flow="orders",outcome="delivered"} 0',
      ]),
    );
    expect(text).toMatch(/^tradelane_source_lag_seconds\{flow="orders"\} \d/m);
    expect(text).not.toMatch(/anna|example\.org/);
  });

  it('costs the database one look, however many read it at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => ask(`${api.url}/metrics`, { as: 'viewer' })),
    );
    const lags = all.map(({ text }) => /^tradelane_source_lag_seconds.*$/m.exec(text)?.[0]);
    expect(new Set(lags).size).toBe(1);
  });
});

describe('an address of their own', () => {
  const probes: Probes = {
    life: async () => ({ ok: true, at: new Date(0), checks: [] }),
    readiness: async () => ({ ok: true, at: new Date(0), checks: [] }),
    metrics: async () => ({ contentType: 'text/plain', text: 'figures 1\n' }),
  };
  const serve = async (listen: string) => {
    const served = await serveProbes({
      ...{ probes, listen, log },
      authenticate: async ({ headers }) => {
        if (headers.authorization !== 'Bearer good') throw new Fault('TL_UNAUTHENTICATED', 'who are you?');
        return { name: 'prometheus', via: 'token', grants: [{ role: 'viewer', flows: '*' }] };
      },
    });
    onTestFinished(() => served.close());
    return served.url;
  };

  it('on the machine itself gives the figures to anybody there, but to no page of somebody else in a browser', async () => {
    const url = await serve('127.0.0.1:0');
    const { port } = new URL(url);
    for (const host of [undefined, `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
      expect(await ask(`${url}/metrics`, { ...(host && { host }) })).toEqual({
        status: 200,
        text: 'figures 1\n',
      });
    for (const host of ['evil.example', 'localhost.evil.example', `127.0.0.1.evil.example:${port}`])
      expect((await ask(`${url}/metrics`, { host })).status).toBe(401);
    expect((await ask(`${url}/metrics`, { host: 'prometheus.lan', as: 'good' })).status).toBe(200);
  });

  it('beyond the machine gives them for a token only; of its health it tells anybody', async () => {
    const { port } = new URL(await serve('0.0.0.0:0'));
    const url = `http://127.0.0.1:${port}`;
    expect((await ask(`${url}/metrics`)).status).toBe(401);
    expect((await ask(`${url}/metrics`, { as: 'bad' })).status).toBe(401);
    expect((await ask(`${url}/metrics`, { as: 'good' })).status).toBe(200);
    for (const path of ['/healthz', '/readyz']) expect((await ask(`${url}${path}`)).status).toBe(200);
    expect((await ask(`${url}/api/v1/errors`)).status).toBe(404);
  });

  it('that is none, or taken, is told', async () => {
    const url = await serve('127.0.0.1:0');
    await expect(serve('9464')).rejects.toThrow('must be HOST:PORT such as 127.0.0.1:7400, got "9464"');
    await expect(serve(new URL(url).host)).rejects.toThrow(/is taken by another process: .*--metrics/);
  });
});
