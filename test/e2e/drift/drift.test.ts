import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

let workspace: TestWorkspace;
let parcels: readonly object[] = [];
/** A system that gives whatever parcels there are. */
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ value: parcels }));
});

const parcelSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://tradelane.dev/schemas/parcel.schema.json',
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: { type: 'string' }, weight: { type: 'string', pattern: '^\\d+$' } },
};

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  workspace = await createTestWorkspace({
    'schemas/parcel.schema.json': JSON.stringify(parcelSchema),
    'config/connections.yaml': `connections:
  wms:
    connector: http
    config: { baseUrl: "http://127.0.0.1:${port}" }
    resources:
      parcels:
        key: id
        read: { path: /parcels, records: value }
        entity: { name: parcel, from: { id: id, weight: weight, recipient: recipient } }
  out:
    connector: file
    config: { path: ./data/out }
    resources:
      orders: { key: id, write: { file: "o-{{timestamp}}.jsonl", format: jsonl } }
`,
    'flows/orders.yaml': `flow: orders
source: { connection: wms, resource: parcels, as: parcel }
set: { carrier: '"DHL"' }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
contract: { source: discard_value }
`,
  });
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface DriftDocument {
  readonly drifts: readonly { readonly id: number; readonly kind: string; readonly path: string }[];
}

const drifts = async (...args: readonly string[]) => {
  const { code, document } = await workspace.json(['drift', ...args]);
  const { drifts: all } = document as unknown as DriftDocument;
  return { code, all, lines: all.map(({ kind, path }) => `${kind} ${path}`).sort() };
};

test('a system whose records change is told of, accepted or resolved, and told of no more', {
  timeout: 300_000,
}, async () => {
  const some = (from: number, to: number, more: object = {}) =>
    Array.from({ length: to - from }, (_, index) => ({ id: `P${from + index}`, weight: '1200', ...more }));
  const to = { recipient: 'Lovelace' };

  parcels = some(0, 220);
  const first = await workspace.run(['run', 'orders']);
  expect(first, first.stderr).toMatchObject({ code: 0 });
  expect(first.stderr).not.toContain('not as before');
  expect(await workspace.run(['drift'])).toMatchObject({ code: 0, stdout: 'every field is as before\n' });

  // A field more, of which the schema knows nothing, and a weight that is none.
  parcels = [...some(220, 223, to), { id: 'P223', weight: 'heavy', recipient: 'Hopper' }];
  const second = await workspace.json(['run', 'orders']);
  expect(second).toMatchObject({ code: 0, document: { status: 'succeeded', counts: { delivered: 4 } } });
  expect(second.stderr).toContain('2 fields of wms.parcels are not as before: tradelane drift');
  expect(second.document).toMatchObject({ drift: [{ connection: 'wms', resource: 'parcels', fields: 2 }] });
  const delivered = await workspace.delivered();
  expect(delivered).toContainEqual({ id: 'P222', weight: '1200', carrier: 'DHL' });
  expect(delivered).toContainEqual({ id: 'P223', carrier: 'DHL' });

  const table = await workspace.run(['drift']);
  expect(table.code).toBe(1);
  expect(table.stdout).toMatch(/wms\.parcels +recipient +new +nothing +text +"Xxxxxxxx" +4 /);
  expect(table.stdout).toMatch(/wms\.parcels as parcel +weight +unfit .*"xxxxx" +1 /);
  expect(table.stdout + second.stderr).not.toMatch(/Lovelace|Hopper|heavy/);
  expect((await workspace.run(['status'])).stderr).toContain('2 fields of wms.parcels are not as before');
  expect((await workspace.run(['runs', '--flow', 'other'])).stderr).not.toContain('not as before');

  const { all, lines } = await drifts('--flow', 'orders');
  expect(lines).toEqual(['new recipient', 'unfit recipient', 'unfit weight']);
  const idOf = (line: string) => String(all.find(({ kind, path }) => `${kind} ${path}` === line)?.id);
  const mistakes = [
    ['drift accept', 'name the drifts: ids, or --flow'],
    ['drift accept 999', 'no open drift has the id 999'],
    ['drift accept two', 'an id must be a whole number, got "two"'],
    ['drift acept 1', "unknown command 'drift acept'; did you mean accept?"],
    ['drift list --flw orders', "unknown option '--flw'"],
  ] as const;
  const refused = await Promise.all(mistakes.map(([args]) => workspace.run(args.split(' '))));
  expect(refused.map(({ code }) => code)).toEqual(mistakes.map(() => 2));
  for (const [index, [, message]] of mistakes.entries()) expect(refused[index]?.stderr).toContain(message);

  const accepted = await workspace.run([
    ...['drift', 'accept', idOf('new recipient'), idOf('unfit recipient'), '--by', 'anna'],
  ]);
  expect(accepted).toMatchObject({ code: 0, stdout: '2 drifts accepted\n', stderr: '' });
  const resolved = await workspace.json(['drift', 'resolve', idOf('unfit weight')]);
  expect(resolved).toMatchObject({ code: 0, document: { resolved: [Number(idOf('unfit weight'))] } });
  expect(await drifts()).toMatchObject({ code: 0, all: [] });
  const closed = await workspace.run(['drift', 'list', '--state', 'all']);
  expect(closed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ accepted +accepted by anna at 20/),
  });
  expect(closed.stdout).toMatch(/ resolved +resolved by tester at 20/);
  expect((await drifts('list', '--state', 'accepted')).all).toMatchObject(
    Array.from({ length: 2 }, () => ({ state: 'accepted', audit: [{ deed: 'accept drift', by: 'anna' }] })),
  );
  expect((await workspace.run(['drift', 'list', '--state', 'gone'])).stderr).toContain(
    '--state must be open,',
  );

  parcels = [...some(224, 226, to), { id: 'P226', weight: 'light', recipient: 'Hopper' }];
  const third = await workspace.run(['run', 'orders']);
  expect(third.stderr).toContain('1 field of wms.parcels is not as before: tradelane drift');
  expect(await drifts()).toMatchObject({ lines: ['unfit weight'], all: [{ audit: [{ by: 'tester' }] }] });
});
