import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointPlaces } from '../../../src/client/generated/endpoints.ts';
import { type RunningCli, startCli } from '../../support/cli.ts';
import { findInClear } from '../../support/encryption/find-in-clear.ts';
import { until } from '../../support/until.ts';
import { type OddServer, sendJson, startOddServer } from '../bad-input/odd-server.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

/**
 * Secrets and a person planted wherever data enters, looked for wherever something comes out: logs of a process that
 * tells all it can, what commands print, answers of the API, figures, and the database itself.
 */
const secrets = {
  environment: 'canary-env-4f1b9c7e',
  file: 'canary-file-8d02a6b1',
  command: 'canary-exec-91c3e5f7',
  encryption: randomBytes(32).toString('base64'),
};
const person = { name: 'Zebulon Quackenbush', email: 'zebulon@canary.example', phone: '+49-170-5550199-77' };

let workspace: TestWorkspace;
let erp: OddServer;
let engine: RunningCli;
let token: string;
let viewer: string;
let url: string;
let env: Record<string, string>;

beforeAll(async () => {
  // Repeats what it was sent, credentials and all, as some systems do.
  erp = await startOddServer(({ method, headers, body }, response) => {
    if (method === 'GET') return sendJson(response, 404, {});
    const said = `${headers.authorization} ${headers['x-file']} ${headers['x-command']} ${body}`;
    const { id } = JSON.parse(body) as { readonly id: string };
    if (id.includes('OK')) return sendJson(response, 201, { id: `E-${id}` });
    sendJson(response, id.includes('LATER') ? 503 : 400, { error: said });
  });
  workspace = await createTestWorkspace(files(erp.url));
  await workspace.write('secret.txt', `${secrets.file}\n`);
  await workspace.write('secret.mjs', `console.log(${JSON.stringify(secrets.command)})\n`);
  env = {
    ...workspace.env,
    ERP_TOKEN: secrets.environment,
    TRADELANE_ENCRYPTION_KEY: secrets.encryption,
    TRADELANE_LISTEN: '127.0.0.1:0',
  };
  const made = await workspace.json(['token', 'create', '--role', 'admin', '--name', 'canary'], env);
  token = String((made.document as unknown as { readonly token: string }).token);
  const looking = await workspace.json(['token', 'create', '--role', 'viewer', '--name', 'looks'], env);
  viewer = String((looking.document as unknown as { readonly token: string }).token);
  for (const kind of ['OK', 'REFUSED', 'LATER', 'UNMAPPED']) {
    const country = kind === 'UNMAPPED' ? `country of ${person.name}` : 'DE';
    await workspace.drop(`${kind}.jsonl`, `${JSON.stringify({ id: `${kind}-1`, ...person, country })}\n`);
  }
  engine = startCli(['start', '--json'], { cwd: workspace.dir, env });
  await engine.said('"url"');
  url = /"url": ?"([^"]+)"/.exec(engine.stdout())?.[1] ?? '';
  const begun = await ask('POST', '/flows/orders/runs', { body: {} });
  expect(begun.status, begun.text).toBe(202);
  await until(async () => (await ask('GET', '/errors?states=open')).text.includes('UNMAPPED-1'), {
    timeoutMs: 30_000,
  });
  await until(async () => (await ask('GET', '/pending')).text.includes('orders'), { timeoutMs: 30_000 });
}, 120_000);

afterAll(async () => {
  await engine?.end('SIGTERM');
  for (const each of [workspace, erp]) await each?.[Symbol.asyncDispose]();
});

const files = (erpUrl: string) => ({
  'config/tradelane.yaml': 'logLevel: debug\n',
  'config/connections.yaml': `${connections}
  erp:
    connector: http
    config: { baseUrl: "${erpUrl}", auth: { type: bearer, token: "\${ERP_TOKEN}" }, headers: { x-file: "\${file:secret.txt}", x-command: "\${exec:${process.execPath} secret.mjs}" } }
    settle: 3s
    resources:
      orders: { key: id, create: { method: POST, path: /orders, id: id }, find: { method: GET, path: "/orders/{{key}}", key: "$key" } }
`,
  'config/tables/countries.yaml': 'values: { DE: Germany }\n',
  'flows/orders.yaml': `flow: orders
source: { connection: in, resource: lines }
map: { id: id, name: name, email: email, phone: phone, country: '$lookup("countries", country)' }
target: { connection: erp, resource: orders, write: create }
retry: { attempts: 3, delay: 1h, maxDelay: 2h, jitter: false }
history: full
`,
});

interface Told {
  readonly status: number;
  readonly text: string;
}

async function ask(
  method: string,
  path: string,
  { as = token, body }: { as?: string; body?: unknown } = {},
): Promise<Told> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${as}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: `${[...answer.headers].join('\n')}\n${await answer.text()}` };
}

/** Where one of these values can be read, percent-encoded or as base64 as well. */
function leaks(texts: Readonly<Record<string, string>>, values: readonly string[]): readonly string[] {
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
  ]);
  return Object.entries(texts).flatMap(([place, text]) =>
    forms
      .filter((form) => text.toLowerCase().includes(form.toLowerCase()))
      .map((form) => `${place}: ${form}`),
  );
}

/** What all there is to look at says, with ids that are there. */
async function everythingToldTo(as: string): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  const ids: Readonly<Record<string, string>> = {
    flow: 'orders',
    error: '1',
    cause: '1',
    run: '1',
    kind: 'held',
  };
  for (const [id, { method, path }] of Object.entries(endpointPlaces)) {
    if (method !== 'GET') continue;
    const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '1');
    const needsText = /search|journeys/.test(path) ? '?text=REFUSED-1' : '';
    texts[`${as === viewer ? 'viewer' : 'admin'} ${id}`] = (
      await ask('GET', `${place}${needsText}`, { as })
    ).text;
  }
  return texts;
}

const commands = [
  ['errors', 'list', '--state', 'all'],
  ['errors', 'causes'],
  ['errors', 'show', 'REFUSED-1'],
  ['runs'],
  ['runs', 'show', '1'],
  ['pending'],
  ['status'],
  ['drift'],
  ['journey', 'REFUSED-1', '--payloads'],
  ['plan', 'orders'],
  ['validate'],
  ['check'],
  ['audit', 'list'],
  ['token', 'list'],
  ['replay', '--plan', '--flow', 'orders'],
];

test('no secret is in anything that comes out', { timeout: 120_000 }, async () => {
  const values = [...Object.values(secrets), token.slice(-20), viewer.slice(-20)];
  const texts: Record<string, string> = {
    ...(await everythingToldTo(token)),
    ...(await everythingToldTo(viewer)),
  };
  for (const args of commands) {
    for (const form of [[], ['--json']]) {
      const { stdout, stderr } = await workspace.run([...args, ...form], env);
      texts[args.join(' ')] = `${texts[args.join(' ')] ?? ''}${stdout}${stderr}`;
    }
  }
  const bad = await ask('POST', '/flows/orders/runs', { body: { token: secrets.environment } });
  texts['metrics'] = await figures();
  texts['log'] = `${engine.stdout()}${engine.stderr()}`;
  expect(bad.status).toBe(400);
  // What was refused quotes the record, so it is not empty.
  expect(texts['errors list --state all']).toMatch(/REFUSED-1.*Bearer \*\*\* \*\*\* \*\*\*/);
  expect(texts['check']).toContain('erp');
  expect(texts['log']).toContain('"level":"debug"');
  expect(leaks(texts, values)).toEqual([]);
  expect(await findInClear(workspace.database.db, values)).toEqual([]);
});

test('nobody of whom records speak is in a log, a figure, or in clear in the database', async () => {
  const texts = { log: `${engine.stdout()}${engine.stderr()}`, metrics: await figures() };
  expect(leaks(texts, Object.values(person))).toEqual([]);
  expect(await findInClear(workspace.database.db, Object.values(person))).toEqual([]);
});

async function figures(): Promise<string> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  expect(text).toContain('tradelane_');
  return text;
}
