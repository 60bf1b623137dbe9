import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import businessCentral from '../../../connectors/business-central/simulator.ts';
import hubspot from '../../../connectors/hubspot/simulator.ts';
import ordercloud from '../../../connectors/ordercloud/simulator.ts';
import { startSimulator } from '../../../src/simulator/start-simulator.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { type Answer, type OddServer, sendJson, startOddServer } from '../bad-input/odd-server.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

const slow = { timeout: 120_000 };

let answer: Answer;
let system: OddServer;
let workspace: TestWorkspace;
let closed: string;

const http = (name: string, baseUrl: string, more = '') => `
  ${name}:
    connector: http
    config: { baseUrl: "${baseUrl}", timeout: 500ms${more} }
    resources:
      orders: { key: id, read: { path: /orders, records: items, paging: { type: page, param: page, size: { param: size, value: 100 } } } }
      sent: { key: id, create: { method: POST, path: /sent, id: id }, find: { method: GET, path: "/sent/{{key}}", key: "$key" } }
      both: { key: id, read: { path: /both, records: items }, create: { method: POST, path: /both, id: id }, find: { method: GET, path: "/both/{{key}}", key: "$key" } }
      blind: { key: id, create: { method: POST, path: /blind, id: id } }
`;

const flow = (name: string, source: string, target: string, more = '') => `flow: ${name}
source: { ${source} }
target: { ${target}, write: create, allowDuplicates: true }
${more}`;

beforeAll(async () => {
  system = await startOddServer((request, response) => answer(request, response));
  closed = await closedPort();
  workspace = await createTestWorkspace({
    'config/connections.yaml':
      connections +
      http('shop', system.url) +
      http('away', closed) +
      http('unset', `\${NOWHERE_URL}`) +
      `
  gone:
    connector: file
    config: { path: ./data/nowhere }
    resources: { orders: { key: id, read: { files: "*.csv", format: csv } } }
`,
    'flows/orders.yaml': flow(
      'orders',
      'connection: shop, resource: orders, where: { state: open }',
      'connection: out, resource: orders',
    ),
    'flows/sent.yaml': flow('sent', 'connection: in, resource: orders', 'connection: shop, resource: sent'),
    'flows/both.yaml': flow('both', 'connection: in, resource: orders', 'connection: shop, resource: both'),
    'flows/blind.yaml': flow(
      'blind',
      'connection: in, resource: orders',
      'connection: shop, resource: blind',
    ),
    'flows/away.yaml': flow(
      'away',
      'connection: away, resource: orders',
      'connection: out, resource: orders',
    ),
    'flows/gone.yaml': flow(
      'gone',
      'connection: gone, resource: orders',
      'connection: out, resource: orders',
    ),
  });
});
afterAll(async () => {
  for (const each of [workspace, system]) await each[Symbol.asyncDispose]();
});

interface CheckDocument {
  readonly ok: boolean;
  readonly connections: readonly {
    readonly connection: string;
    readonly ok: boolean;
    readonly trouble?: { readonly kind: string; readonly message: string };
    readonly uses: readonly {
      readonly resource: string;
      readonly ok: boolean;
      readonly proved?: string;
      readonly trouble?: { readonly kind: string; readonly message: string };
    }[];
  }[];
}

async function check(...args: readonly string[]) {
  const { code, stdout, stderr } = await workspace.run(['check', ...args, '--json']);
  expect(stdout, stderr).not.toBe('');
  const document = expectDocument('check', stdout) as CheckDocument;
  const of = (connection: string, resource: string) =>
    document.connections
      .find((each) => each.connection === connection)
      ?.uses.find((use) => use.resource === resource);
  return { code, document, of };
}

const good: Answer = ({ path: url }, response) => {
  if (/^\/(orders|both)(\?|$)/.test(url)) return sendJson(response, 200, { items: [{ id: 'A1' }] });
  if (url === '/both/A1') return sendJson(response, 200, { id: 'A1' });
  return sendJson(response, 404, { message: 'no such record' });
};

test('says of each use what was proved, with nothing written', slow, async () => {
  answer = good;
  const { code, document, of } = await check('shop');
  expect(document).toMatchObject({
    ok: true,
    connections: [{ connection: 'shop', connector: 'http', limits: {} }],
  });
  expect(code).toBe(0);
  expect(of('shop', 'orders')?.proved).toBe('read a record');
  expect(of('shop', 'sent')?.proved).toMatch(/^looked for a record that cannot be there/);
  expect(of('shop', 'both')?.proved).toMatch(/^found a record by its key/);
  expect(of('shop', 'blind')?.proved).toMatch(/^signed in; whether it may be written/);
  const asked = system.received.map(({ method, path }) => `${method} ${path}`);
  const read = new URL(asked.find((each) => each.includes('state=open'))?.slice(4) ?? '', system.url);
  expect(Object.fromEntries(read.searchParams)).toEqual({ state: 'open', page: '1', size: '1' });
  expect(asked.filter((each) => !each.startsWith('GET '))).toEqual([]);
  const { stdout } = await workspace.run(['check', 'shop']);
  expect(stdout).toMatch(/^shop +both +written +both +yes/m);
  expect(stdout).toContain('all of it works');
});

const status =
  (code: number, body: object = { message: 'no' }): Answer =>
  (_request, response) =>
    sendJson(response, code, body);

test.each<readonly [string, Answer, string]>([
  ['a wrong secret', status(401), 'secret'],
  ['a missing right', status(403), 'right'],
  ['a path that is not there', status(404), 'path'],
  ['a way that is not allowed', status(405), 'path'],
  ['a request that is refused', status(400), 'request'],
  [
    'a redirect',
    (_request, response) => response.writeHead(302, { location: 'https://login.example' }).end(),
    'host',
  ],
  [
    'a page in place of JSON',
    (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
    'answer',
  ],
  ['an answer without its list', status(200, { data: [] }), 'answer'],
  ['a system that is down', status(503), 'away'],
  [
    'a system that is asked too much',
    (_request, response) => response.writeHead(429, { 'retry-after': '40' }).end(),
    'busy',
  ],
])('tells %s', slow, async (_name, given, kind) => {
  answer = given;
  const { code, of } = await check('shop');
  expect(code).toBe(1);
  expect(of('shop', 'orders')).toMatchObject({
    ok: false,
    trouble: { kind, message: expect.stringContaining('GET /orders') },
  });
  expect((await workspace.run(['check', 'shop'])).stdout).toMatch(
    new RegExp(`^shop +orders +read +orders +no .* ${kind}: TL_`, 'm'),
  );
});

test('tells a path that names another thing by a record that is not found under its key', slow, async () => {
  answer = (request, response) =>
    request.path === '/both/A1' ? sendJson(response, 404, {}) : good(request, response);
  const { of } = await check('shop');
  expect(of('shop', 'both')?.trouble).toMatchObject({
    kind: 'path',
    message: expect.stringContaining('is not found by its key'),
  });
});

test('a right to write only is enough for a flow that writes', slow, async () => {
  answer = (request, response) =>
    request.path === '/both'
      ? sendJson(response, 403, {})
      : sendJson(response, 404, { message: 'no such record' });
  expect((await check('shop')).of('shop', 'both')).toMatchObject({ ok: true });
});

test(
  'tells a host that is not there, a variable that is not set and a folder that is missing',
  slow,
  async () => {
    answer = good;
    const { code, document, of } = await check();
    expect(code).toBe(1);
    expect(of('away', 'orders')?.trouble).toMatchObject({
      kind: 'host',
      message: expect.stringContaining('refuses connections'),
    });
    expect(of('gone', 'orders')?.trouble).toMatchObject({
      kind: 'settings',
      message: expect.stringContaining('does not exist'),
    });
    const unset = document.connections.find(({ connection }) => connection === 'unset');
    expect(unset?.trouble).toMatchObject({
      kind: 'settings',
      message: expect.stringContaining('NOWHERE_URL is not set'),
    });
    expect(of('in', 'orders')).toMatchObject({ ok: true });
    expect(of('out', 'orders')).toMatchObject({ ok: true });
    expect(await workspace.run(['check', 'shpo'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "shop"?'),
    });
  },
);

test(
  'proves the connections of the example workspace to the simulators, and tells a wrong secret of each',
  slow,
  async () => {
    const [shop, erp, crm] = await Promise.all(
      [ordercloud, businessCentral, hubspot].map((each) => startSimulator(each)),
    );
    const env = {
      ...{ COMMERCE_URL: shop?.url ?? '', ERP_URL: erp?.url ?? '', CRM_URL: crm?.url ?? '' },
      ...{ DATABASE_URL: workspace.database.url, WAREHOUSE_DIR: workspace.dir },
    };
    const run = (more: Readonly<Record<string, string>> = {}) =>
      workspace.run(['check', '--workspace', process.cwd(), '--json'], { ...env, ...more });
    try {
      const fine = await run();
      expect(expectDocument('check', fine.stdout), fine.stdout).toMatchObject({ ok: true });
      const wrong = { COMMERCE_CLIENT_SECRET: 'x', ERP_CLIENT_SECRET: 'x', CRM_TOKEN: 'x' };
      const refused = JSON.parse((await run(wrong)).stdout) as CheckDocument;
      const kinds = refused.connections.flatMap(({ connection, uses }) =>
        uses.map((use) => `${connection} ${use.trouble?.kind ?? 'works'}`),
      );
      expect([...new Set(kinds)].sort()).toEqual([
        'commerce secret',
        'crm secret',
        'erp secret',
        'warehouse works',
      ]);
      expect(fine.stdout + JSON.stringify(refused)).not.toContain('simulated-secret');
    } finally {
      for (const each of [shop, erp, crm]) await each?.close();
    }
  },
);

async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
