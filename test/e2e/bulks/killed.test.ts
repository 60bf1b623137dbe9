import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import {
  connections,
  createTestWorkspace,
  httpConnection,
  type TestWorkspace,
} from '../bad-input/workspace.ts';

const size = 2_200;
const orders = Array.from({ length: size }, (_, nth) => JSON.stringify({ id: `A-${nth}`, country: 'AT' }));

/** An ERP that counts what it is told to create, and takes some milliseconds for it. */
const erp = { orders: new Map<string, string>(), creates: 0 };
let server: Server;
let workspace: TestWorkspace;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.method === 'GET') {
      const found = erp.orders.get(decodeURIComponent(request.url?.split('/').at(-1) ?? ''));
      return found === undefined ? answer(404, {}) : answer(200, JSON.parse(found));
    }
    let text = '';
    request.on('data', (bytes) => {
      text += String(bytes);
    });
    request.on('end', () => {
      erp.creates += 1;
      const { id } = JSON.parse(text) as { id: string };
      erp.orders.set(id, text);
      setTimeout(() => answer(201, { id }), 5);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection(`http://127.0.0.1:${port}`).slice(1),
    'config/tradelane.yaml': 'lease: 2s\n',
    'config/tables/countries.yaml': 'values: { DE: Germany }\n',
    'flows/to-erp.yaml':
      'flow: to-erp\nsource: { connection: in, resource: lines }\nmap: { id: id, country: \'$lookup("countries", country)\' }\ntarget: { connection: erp, resource: orders, write: create }\n',
  });
  await workspace.drop('orders.jsonl', `${orders.join('\n')}\n`);
  const { document, stdout } = await workspace.json(['run', 'to-erp']);
  expect(document.counts, stdout).toMatchObject({ read: size, failed: size });
  await workspace.write('config/tables/countries.yaml', 'values: { AT: Austria }\n');
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Shown {
  readonly bulk: { readonly state: string; readonly waiting: number; readonly ended: number };
}

const show = async () => (await workspace.json(['bulk', 'show', '1'])).document as unknown as Shown;
const child = (...args: readonly string[]) => startCli(args, { cwd: workspace.dir, env: workspace.env });

interface Planned {
  readonly plan: string;
  readonly flows: readonly { readonly duplicates: number }[];
}

const plan = async () =>
  (await workspace.json(['replay', '--plan', '--key', 'A-7'])).document as unknown as Planned;

test('a plan is not true any more once somebody has created one of its records by hand', async () => {
  const before = await plan();
  erp.orders.set('A-7', '{"id":"A-7"}');
  const refused = await workspace.run(['replay', '--key', 'A-7', '--expect', before.plan]);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('0 would be created, not 1; 1 would be failing again, not 0');
  expect((await plan()).flows).toMatchObject([{ duplicates: 1 }]);
  erp.orders.delete('A-7');
  expect((await plan()).plan).toBe(before.plan);
  expect(erp.creates).toBe(0);
});

test('a bulk replay that is paused, killed and resumed by two processes sends each record once', async () => {
  await using replay = child('replay', '--flow', 'to-erp', '--by', 'anna');
  await until(async () => erp.creates >= 100);
  expect((await workspace.run(['bulk', 'pause', '1', '--by', 'bob'])).code).toBe(0);
  // What was sent comes to its end, and so does the command.
  await replay.ended();
  expect(replay.stderr()).toContain('set 1 is paused; tradelane bulk resume 1 goes on with it');
  const paused = await show();
  expect(paused).toMatchObject({ bulk: { state: 'paused', ended: erp.creates } });
  expect(paused.bulk.waiting).toBe(size - erp.creates);
  expect(paused.bulk.waiting).toBeGreaterThan(0);

  const before = erp.creates;
  await using resumed = child('bulk', 'resume', '1');
  await until(async () => erp.creates >= before + 100);
  await resumed.end('SIGKILL');
  expect(await show()).toMatchObject({ bulk: { state: 'running' } });
  expect(erp.orders.size).toBeLessThan(size);

  const both = await Promise.all([
    workspace.json(['bulk', 'resume', '1', '--by', 'bob']),
    workspace.json(['bulk', 'resume', '1', '--by', 'carla']),
  ]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await show()).toMatchObject({
    bulk: { state: 'done', ended: size, waiting: 0, left: 0, underWay: 0 },
  });
  expect(erp.orders.size).toBe(size);
  expect(erp.creates).toBe(size);
});
