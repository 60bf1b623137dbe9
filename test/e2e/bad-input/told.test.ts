import { expect, test } from 'vitest';
import { createTestWorkspace } from './workspace.ts';

const slow = 90_000;

interface Told {
  readonly notes?: readonly { readonly about: string; readonly message: string }[];
  readonly counts: Readonly<Record<string, number>>;
}

const about = (document: unknown) => ((document as Told).notes ?? []).map((note) => note.message);

test('what gave nothing for any record is told by plan, run, runs show and test, and changes no exit code', {
  timeout: slow,
}, async () => {
  await using workspace = await createTestWorkspace({
    'flows/orders.yaml': `flow: orders
source: { connection: in, resource: orders }
map:
  id: id
  name: naem
  note: 'name[$ != ""]'
  shipTo: { street: stret, city: '"Bern"' }
target: { connection: out, resource: orders, write: upsert }
`,
    'flows/orders.test.yaml': `flow: orders
cases:
  - { case: one, record: { id: "1", name: "" }, expect: { outcome: delivered } }
  - { case: two, record: { id: "2", name: Zoe }, expect: { outcome: delivered } }
`,
  });
  const names = Array.from({ length: 25 }, (_, index) => `${index},${index === 3 ? 'Zoe' : ''}`);
  await workspace.drop('orders-1.csv', `id,name\n${names.join('\n')}\n`);
  const silent = (of: string) => [
    `map.name gave nothing for ${of}`,
    `map.shipTo.street gave nothing for ${of}`,
  ];
  await workspace.run(['migrate']);
  const planned = await workspace.json(['plan', 'orders']);
  expect([planned.code, about(planned.document)]).toEqual([0, silent('25 of 25 records')]);
  const run = await workspace.json(['run', 'orders']);
  expect([run.code, about(run.document)]).toEqual([0, silent('25 of 25 records')]);
  expect(run.stderr).toContain(silent('25 of 25 records').join('\n'));
  const shown = await workspace.run(['runs', 'show', '1']);
  expect(shown.stdout + shown.stderr).toContain(silent('25 of 25 records')[0]);
  const tested = await workspace.json(['test']);
  expect([tested.code, about(tested.document)]).toEqual([0, silent('2 of 2 records')]);
});

test('versions that nobody can order make nothing superseded, and are told; with their format they are in order', {
  timeout: slow,
}, async () => {
  const connections = (version: string) => `connections:
  in:
    connector: file
    config: { path: ./data/in, settle: 0s }
    resources:
      orders: { key: id, version: ${version}, read: { files: "orders-*.csv", format: csv } }
  out:
    connector: file
    config: { path: ./data/out }
    resources:
      orders: { key: id, write: { file: "o-{{timestamp}}.jsonl", format: jsonl } }
`;
  await using workspace = await createTestWorkspace({
    'config/connections.yaml': connections('changed'),
    'flows/orders.yaml': `flow: orders
source: { connection: in, resource: orders }
map: { id: id, name: name }
target: { connection: out, resource: orders, write: upsert }
`,
  });
  const runWith = async (name: string, changed: string) => {
    await workspace.drop(name, `id,name,changed\nA,${name},${changed}\n`);
    return await workspace.json(['run', 'orders']);
  };
  const told = expect.stringMatching(
    /^the version of 1 of 1 record is written as "00\.00\.0000 00:00", which has no order/,
  );
  const first = await runWith('orders-1.csv', '28.02.2026 08:00');
  expect([about(first.document), first.stderr]).toEqual([[told], expect.stringContaining('has no order')]);
  await workspace.drop('orders-2.csv', 'id,name,changed\nA,orders-2.csv,01.03.2026 08:00\n');
  const planned = await workspace.json(['plan', 'orders']);
  expect(about(planned.document)).toEqual([told]);
  const second = await runWith('orders-2.csv', '01.03.2026 08:00');
  expect(second.document.counts).toMatchObject({ delivered: 1, superseded: 0 });
  expect(about(second.document)).toEqual([told]);
  // Each has an order by itself, and not beside the other.
  await runWith('orders-2a.csv', '7');
  await workspace.drop('orders-2b.csv', 'id,name,changed\nA,orders-2b.csv,2026-03-01\n');
  const beside = expect.stringMatching(/^1 record went on in the order of reading, .* "0000-00-00"/);
  const mixed = await workspace.json(['plan', 'orders']);
  expect(about(mixed.document)).toEqual([beside]);
  expect(about((await runWith('orders-2b.csv', '2026-03-01')).document)).toEqual([beside]);
  const format = '{ value: changed, format: "dd.MM.yyyy HH:mm", timezone: Europe/Berlin }';
  await workspace.write('config/connections.yaml', connections(format));
  await runWith('orders-3.csv', '02.03.2026 08:00');
  const older = await runWith('orders-4.csv', '28.02.2026 09:00');
  expect(older.document.counts).toMatchObject({ superseded: 1 });
  expect(about(older.document)).toEqual([]);
  const odd = await runWith('orders-5.csv', '2026-03-05');
  expect(odd.document.counts).toMatchObject({ failed: 1 });
  const list = await workspace.json(['errors', 'list']);
  expect(list.document.errors.map(({ message }) => message)).toContain(
    '`version` must be a date written as "dd.MM.yyyy HH:mm", got one written as "0000-00-00"',
  );
});
