import { expect, test } from 'vitest';
import { createTestWorkspace } from './workspace.ts';

const slow = 60_000;

test('a file of no bytes is no list: its sender may have only begun it', { timeout: slow }, async () => {
  await using workspace = await createTestWorkspace();
  await workspace.drop('orders-1.csv', '');
  const early = await workspace.json(['run', 'orders']);
  expect(early).toMatchObject({
    code: 3,
    document: { status: 'failed', fault: { code: 'TL_SOURCE_UNREADABLE' }, counts: { read: 0 } },
  });
  expect(early.document.fault?.message).toMatch(/^orders-1\.csv:1: the file has no header line/);
  await workspace.drop('orders-1.csv', 'id,name\n');
  const run = await workspace.json(['run', 'orders']);
  expect(run).toMatchObject({ code: 0, document: { status: 'succeeded', counts: { read: 0 } } });
  expect(await workspace.names('data/in/archive')).toEqual(['orders-1.csv']);
});

test('broken lines fail by themselves with their place, everything else arrives once', {
  timeout: slow,
}, async () => {
  await using workspace = await createTestWorkspace();
  await workspace.drop(
    'orders-1.csv',
    Buffer.concat([
      Buffer.from('id,name\n1,one\n2,two,too many\n3,thr'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\n4,four\n5\n6,six\n'),
    ]),
  );
  const run = await workspace.json(['run', 'orders']);
  expect(run.code).toBe(1);
  expect(run.document.counts).toMatchObject({ read: 6, delivered: 3, failed: 3, pending: 0 });
  expect(run.stderr).toContain('3 failed: tradelane errors list --flow orders');
  const list = await workspace.json(['errors', 'list']);
  expect(list.code).toBe(1);
  const messages = list.document.errors.map(({ message }) => message);
  expect(messages).toEqual([
    'orders-1.csv:3: 3 columns where the header has 2',
    'orders-1.csv:4: the line is not utf-8 text',
    'orders-1.csv:6: 1 column where the header has 2',
  ]);
  // There is no record to send again, and that is said.
  const replay = await workspace.run(['replay', '--flow', 'orders']);
  expect(replay.stdout).toContain('nothing to replay');
  // The corrected file brings what was missing, and only that.
  await workspace.drop('orders-2.csv', 'id,name\n1,one\n2,two\n3,three\n4,four\n5,five\n6,six\n');
  const second = await workspace.json(['run', 'orders']);
  expect(second).toMatchObject({ code: 0, document: { counts: { read: 6, delivered: 3, unchanged: 3 } } });
  expect((await workspace.delivered()).map(({ id }) => id).sort()).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('a file that is still being written waits for its end', { timeout: slow }, async () => {
  await using workspace = await createTestWorkspace({
    'flows/marked.yaml': `flow: marked
source: { connection: in, resource: marked }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
`,
  });
  await workspace.drop('marked-1.csv', 'id,name\n1,on');
  for (const flow of ['marked', 'orders']) {
    // A file without a mark counts as whole once nobody has written to it for some seconds.
    await workspace.write('data/in/orders-1.csv', 'id,name\n7,sev');
    const run = await workspace.json(['run', flow]);
    expect(run, flow).toMatchObject({ code: 0, document: { counts: { read: 0 } } });
  }
  expect(await workspace.names('data/in')).toEqual(['marked-1.csv', 'orders-1.csv']);
  await workspace.drop('marked-1.csv', 'id,name\n1,one\n');
  await workspace.write('data/in/marked-1.csv.done', '');
  await workspace.drop('orders-1.csv', 'id,name\n7,seven\n');
  for (const flow of ['marked', 'orders']) {
    const run = await workspace.json(['run', flow]);
    expect(run, flow).toMatchObject({ code: 0, document: { counts: { read: 1, delivered: 1 } } });
  }
  expect(await workspace.delivered()).toEqual(
    expect.arrayContaining([
      { id: '1', name: 'one' },
      { id: '7', name: 'seven' },
    ]),
  );
});
