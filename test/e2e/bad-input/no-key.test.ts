import { expect, test } from 'vitest';
import { createTestWorkspace } from './workspace.ts';

const slow = 90_000;
const escapes = '\u001b]0;owned\u0007\u001b[2J\u009b31m';

const flow = (key: string) => `flow: orders
source: { connection: in, resource: orders }
key: ${key}
map: { id: no, name: name }
target: { connection: out, resource: orders, write: upsert }
`;

const connections = `connections:
  in:
    connector: file
    config: { path: ./data/in, settle: 0s }
    resources:
      orders: { key: no, read: { files: "orders-*.jsonl", format: jsonl } }
  out:
    connector: file
    config: { path: ./data/out }
    resources:
      orders: { key: id, write: { file: "o-{{timestamp}}.jsonl", format: jsonl } }
`;

test('what had no key is sent once the flow or a patch gives it one, and no record paints the terminal', {
  timeout: slow,
}, async () => {
  await using workspace = await createTestWorkspace({
    'config/connections.yaml': connections,
    'flows/orders.yaml': flow('number'),
  });
  const records = [{ no: 'A', name: `a${escapes}` }, { name: 'b' }, { no: 'C', name: 'c', number: true }];
  const lines = [...records.map((record) => JSON.stringify(record)), `{"no": "D${escapes}`];
  await workspace.drop('orders-1.jsonl', `${lines.join('\n')}\n`);
  const run = await workspace.json(['run', 'orders']);
  expect(run.document.counts).toMatchObject({ failed: 4 });
  const { errors } = (await workspace.json(['errors', 'list'])).document;
  expect(errors[0]).toMatchObject({
    code: 'TL_KEY_MISSING',
    message: 'in.orders: a record without a key: `key` gives nothing for it (flows/orders.yaml:3:6)',
  });
  const [a, b, c, d] = errors.map(({ id }) => String(id));

  for (const id of [a, d] as string[]) {
    const shown = await workspace.run(['errors', 'show', id]);
    const inJson = await workspace.run(['errors', 'show', id, '--json']);
    expect(`${shown.stdout}${shown.stderr}${inJson.stdout}`).not.toMatch(/[^\P{Cc}\n]/u);
    expect(JSON.parse(inJson.stdout).record).toContain('owned');
  }

  // Under the flow as it is, none of them is a record yet.
  const early = await workspace.run(['replay', a!]);
  expect(early.stderr).toContain(
    'cannot be sent: in.orders: a record without a key: `key` gives nothing for it',
  );
  await workspace.write('flows/orders.yaml', flow('no'));
  const planned = await workspace.run(['replay', '--flow', 'orders', '--plan']);
  expect(planned.stderr).toContain(`1 error without a record (${b}) cannot be sent: in.orders: a record`);
  expect(await workspace.delivered()).toEqual([]);
  const mended = await workspace.json(['replay', '--flow', 'orders']);
  expect(mended.document).toMatchObject({ runs: [{ counts: { delivered: 2 } }] });
  expect(mended.stderr).toContain('a record without a key');
  expect(mended.stderr).toContain('only a patch can say what it is');
  const patched = await workspace.json(['replay', b!, '--set', 'no=B']);
  expect(patched.document).toMatchObject({ runs: [{ counts: { delivered: 1 } }] });
  const whole = await workspace.json(['replay', d!, '--set', 'no=D', '--set', 'name=d']);
  expect(whole.document).toMatchObject({ runs: [{ counts: { delivered: 1 } }] });
  const delivered = await workspace.delivered();
  // Those of one run are in lanes of their own: which comes first is nobody's promise.
  expect(
    delivered.toSorted((one, other) => String(one['id']).localeCompare(String(other['id']))),
  ).toMatchObject([{ id: 'A' }, { id: 'B' }, { id: 'C' }, { id: 'D', name: 'd' }]);
  expect((await workspace.json(['errors', 'list'])).document.errors).toEqual([]);

  // Read again, what a person has mended is no new failure.
  await workspace.drop('orders-2.jsonl', `${lines.join('\n')}\n`);
  const again = await workspace.json(['run', 'orders']);
  expect(again.document.counts).toMatchObject({ failed: 0, unchanged: 4 });
  expect(c).toBeDefined();
});
