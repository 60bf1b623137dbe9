import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectDocument } from '../../support/output-schema.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

/**
 * One workspace, in which people work on what has failed, from one test to the next: what one decides, the others see.
 */
let workspace: TestWorkspace;

const flow = (map: string) => `flow: orders
source: { connection: in, resource: lines }
map: ${map}
target: { connection: out, resource: orders, write: upsert }
`;
const broken = '{ id: id, email: email, total: $decimal(total), items: items }';

/** Four orders that nobody has a price of, and half a line. */
const file = `${['A-1', 'A-2', 'A-3', 'A-4']
  .map((id, nth) => ({
    id,
    email: `customer.${nth + 1}@example.com`,
    total: 'on request',
    items: [{ price: nth }, { price: 10 }],
  }))
  .map((order) => JSON.stringify(order))
  .join('\n')}\n{"id": "A-5",\n`;

beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections,
    'flows/orders.yaml': flow(broken),
  });
  await workspace.drop('orders.jsonl', file);
  expect((await workspace.json(['run', 'orders'])).document.counts).toMatchObject({ read: 5, failed: 5 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

interface Listed {
  readonly errors: readonly Record<string, unknown>[];
  readonly open?: number;
}

const list = async (...args: readonly string[]) => {
  const { code, document, stdout } = await workspace.json(['errors', 'list', ...args]);
  expectDocument('errors-list', stdout);
  return { code, ...(document as unknown as Listed) };
};
const keysOf = ({ errors }: Listed) => errors.map(({ key }) => key);
const idOf = async (key: string) => String((await list('--key', key, '--state', 'all')).errors[0]?.['id']);

test('an error is found by the key of its record, by any text in it, and by what was said', async () => {
  expect(keysOf(await list('--key', 'A-3'))).toEqual(['A-3']);
  expect(keysOf(await list('--text', 'CUSTOMER.2@example'))).toEqual(['A-2']);
  expect(keysOf(await list('--text', 'decimal text'))).toHaveLength(4);
  expect(keysOf(await list('--text', '"A-5"'))).toEqual([undefined]);
  const shown = [await idOf('A-2'), 'A-2', 'customer.2@example.com'].map((wanted) =>
    workspace.run(['errors', 'show', wanted]),
  );
  for (const { code, stdout } of await Promise.all(shown)) {
    expect(code).toBe(0);
    expect(stdout).toContain('"email": "customer.2@example.com"');
    expect(stdout).toMatch(
      /^means {5}The flow cannot work with a value of the record: total must be a decimal text/m,
    );
    expect(stdout).toMatch(/^next .*then replay\. \(tradelane replay \d+\)$/m);
  }
  const several = await workspace.run(['errors', 'show', 'on request']);
  expect(several).toMatchObject({ code: 0, stdout: expect.stringMatching(/^key +A-[1-4]$/m) });
  expect(several.stderr).toMatch(/3 more errors with "on request": \d+ \(orders, open\)/);
});

test('a filter without hits says what is open, and one that cannot be meant is told', async () => {
  expect(await list('--message', 'nobody says this')).toMatchObject({ code: 0, errors: [], open: 5 });
  const told = await workspace.run(['errors', '--key', 'A-9']);
  expect(told).toMatchObject({
    code: 0,
    stdout: 'no open error fits; 5 errors are open: tradelane errors\n',
  });
  const mistakes = [
    [['errors', 'list', '--flow', 'order'], 'no flow "order" in this workspace; did you mean "orders"?'],
    [['errors', 'list', '--code', 'TL_MAP_FAILD'], 'did you mean "TL_MAP_FAILED"?'],
    [['errors', 'show', '999'], 'there is no error 999; open are '],
    [['errors', 'resolve', '998', '999'], 'there is no error 998, 999; open are '],
    [
      ['errors', 'list', '--state', 'closed'],
      '--state must be open, replaying, resolved, discarded or all, got "closed"',
    ],
    [['replay', 'A-1'], 'an id must be a whole number, got "A-1"; --key names the key of a record'],
    [['errors', 'list', '--text', ' '], '--text: expected some text'],
  ] as const;
  const results = await Promise.all(mistakes.map(([args]) => workspace.run(args)));
  for (const [nth, { code, stderr }] of results.entries()) {
    expect(stderr).toContain(mistakes[nth]?.[1]);
    expect(code).toBe(2);
  }
  const own = await workspace.run(['errors', 'list', '--code', 'NO_NAME']);
  expect(own).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('no error has had the code "NO_NAME"'),
  });
});

test('errors that fit a filter are settled once somebody has seen which, and can be reopened', async () => {
  const plan = await workspace.run(['errors', 'discard', '--code', 'TL_MAP_FAILED', '--reason', 'cancelled']);
  expect(plan).toMatchObject({ code: 1, stderr: 'nothing was changed; --yes does it\n' });
  expect(plan.stdout).toMatch(/^would discard 4 errors:\n/);
  expect((await list()).errors).toHaveLength(5);
  const done = await workspace.run([
    ...['errors', 'discard', '--code', 'TL_MAP_FAILED', '--reason', 'cancelled', '--by', 'anna', '--yes'],
  ]);
  expect(done).toMatchObject({ code: 0, stdout: '4 discarded\n' });
  expect(done.stderr).toMatch(/^taken back by: tradelane errors reopen \d+ \d+ \d+ \d+\n$/);
  const settled = await list('--state', 'discarded');
  expect(settled.code).toBe(0);
  expect(settled.errors[0]).toMatchObject({ state: 'discarded', settledBy: 'anna', reason: 'cancelled' });
  const table = await workspace.run(['errors', 'list', '--state', 'discarded']);
  expect(table.stdout).toMatch(
    /A-1 +TL_MAP_FAILED +discarded +anna +\d{4}-\d\d-\d\d \d\d:\d\d +- +cancelled/,
  );
  const id = await idOf('A-1');
  expect((await workspace.run(['replay', id])).stderr).toContain('it is discarded by anna (cancelled)');
  expect(await workspace.run(['errors', 'reopen', '--flow', 'orders', '--yes'])).toMatchObject({
    code: 0,
    stdout: '4 reopened\n',
  });
  const shown = await workspace.run(['errors', 'show', id]);
  expect(shown.stdout).toMatch(
    /^decided +discarded by anna at 20\S+ \(cancelled\)\n +reopened by tester at 20\S+$/m,
  );
  const { stdout } = await workspace.run(['errors', 'show', id, '--json']);
  const { audit } = expectDocument('errors-show', stdout) as { readonly audit: readonly unknown[] };
  expect(audit).toMatchObject([
    { deed: 'discard', by: 'anna', count: 4, reason: 'cancelled' },
    { deed: 'reopen', by: 'tester', count: 4 },
  ]);
  const again = await workspace.run(['errors', 'reopen', id]);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining(`error ${id} is open already`) });
});

test('a patch that mistypes, changes nothing or does not mend is told before anything is sent', async () => {
  const refused = [
    [['--set', 'totel=1'], 'there is no `totel`; did you mean "total"?'],
    [['--set', 'items[2].price=1'], 'there is no item [2] in `items`: it has 2 items, from [0] on'],
    [['--set', 'total="on request"'], 'the patch changes nothing in the record'],
    [['--set', 'email=x'], 'it fails still: TL_MAP_FAILED'],
    [['--set', 'id=A-9', '--set', 'total="1"'], 'it would have the key "A-9" instead of "A-1"'],
    [['--set', 'total'], 'expected PATH=VALUE'],
    [['--expression', '{"total": '], '--expression: '],
    [['--expression', 'total'], 'it must give an object of what to change, got a string'],
    [['--patch', 'none.json'], '--patch none.json: there is no such file'],
  ] as const;
  const results = await Promise.all(
    refused.map(([args]) => workspace.run(['replay', '--key', 'A-1', ...args])),
  );
  for (const [nth, { code, stderr }] of results.entries()) {
    expect(stderr).toContain(refused[nth]?.[1]);
    expect(code).toBe(2);
  }
  expect(await list()).toMatchObject({ errors: [{}, {}, {}, {}, {}] });
  expect(await workspace.delivered()).toEqual([]);
});

test('errors of one cause are one, which somebody sees to, tags, talks about and mutes', async () => {
  const causes = async (...args: readonly string[]) => {
    const { stdout } = await workspace.json(['errors', 'causes', ...args]);
    return (expectDocument('errors-causes', stdout) as { causes: readonly Record<string, unknown>[] }).causes;
  };
  const [first] = await causes();
  expect(first).toMatchObject({ count: 4, code: 'TL_MAP_FAILED', trend: { open: 4, lastDay: { new: 4 } } });
  const name = `C${first?.['cause']}`;
  const note = async (...args: readonly string[]) => {
    const { stdout, code } = await workspace.json(['errors', ...args, '--by', 'anna']);
    expectDocument('errors-noted', stdout);
    expect(code).toBe(0);
  };
  await note('assign', name, '--to', 'bert');
  await note('tag', name, '--add', 'prices', 'new');
  await note('tag', name, '--remove', 'new');
  await note('comment', name, 'the shop will send prices');
  await note('mute', name, '--until', '2999-01-01');
  expect(keysOf(await list('--assignee', 'bert', '--tag', 'prices', '--cause', name))).toHaveLength(4);
  expect(keysOf(await list('--assignee', 'anna'))).toEqual([]);
  expect(await causes('--text', 'customer.3@example.com')).toMatchObject([{ count: 1, assignee: 'bert' }]);
  const { stdout } = await workspace.json(['errors', 'cause', name]);
  expect(expectDocument('errors-cause', stdout)).toMatchObject({
    ...{ state: 'open', states: { open: 4 }, tags: ['prices'], mutedBy: 'anna' },
    audit: [
      { deed: 'assign', by: 'anna', reason: 'to bert' },
      { deed: 'tag', reason: '+prices +new' },
      { deed: 'tag', reason: '-new' },
      { deed: 'comment', reason: 'the shop will send prices' },
      { deed: 'mute' },
    ],
  });
  expect((await workspace.run(['errors', 'cause', name])).stdout).toMatch(/^muted +by anna until 2999/m);
  await note('unmute', name);
  await note('comment', await idOf('A-1'), 'just this one');
  const refused = [
    [['assign', 'C999', '--to', 'x'], 'there is no cause C999'],
    [['assign', name, '998'], 'there is no error 998'],
    [['assign', name, '--to', ' '], 'expected a name'],
    [['comment', name, ''], 'expected some text'],
    [['mute', name, '--until', '2020-01-01'], 'expected a time to come'],
    [['tag', name], 'expected tags to add or to remove'],
    [['cause', 'x'], 'a cause must be written as C12, got "x"'],
    [['list', '--cause', 'C999'], 'there is no cause C999'],
  ] as const;
  for (const [args, said] of refused) {
    const { code, stderr } = await workspace.run(['errors', ...args]);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  }
  expect((await causes())[0]).toMatchObject({ assignee: 'bert', tags: ['prices'] });
});

test('a plan says what would become of each record with its patch, and changes nothing', async () => {
  await workspace.write('fix.csv', 'key,total,items[0].price\nA-1,"""7.50""",5\nA-2,,6\nA-8,1,1\n');
  const args = ['replay', '--flow', 'orders', '--patch', 'fix.csv', '--plan'];
  const plan = await workspace.run(args);
  expect(plan.code).toBe(1);
  expect(plan.stdout).toMatch(/^orders +2 /m);
  expect(plan.stdout).toMatch(/^upsert: 1\n {2}A-1 \(error \d+\)/m);
  expect(plan.stdout).toMatch(/^fails: 1\n {2}A-2 \(error \d+\) {2}TL_MAP_FAILED/m);
  expect(plan.stderr).toContain('fix.csv: no open error that fits has the key "A-8"');
  expect(plan.stderr).toContain('3 errors without a row in fix.csv stay as they are');
  const { document } = await workspace.json(args);
  expect(document).toMatchObject({
    replays: [{ count: 2 }],
    flows: [{ flow: 'orders', counts: { upsert: 1, fails: 1 }, records: [{}, {}] }],
  });
  const moved = await workspace.run([
    'replay',
    '--key',
    'A-1',
    '--set',
    'id=A-9',
    '--set',
    'totel=1',
    '--plan',
  ]);
  expect(moved.stderr).toMatch(
    /it would have the key "A-9" instead of "A-1"[\s\S]*so nothing would be replayed; --force/,
  );
  expect(moved.stderr).toContain('there is no `totel`; did you mean "total"?');
  expect((await list()).errors).toHaveLength(5);
  expect(await workspace.delivered()).toEqual([]);
});

test('a list of operations patches those of which its tests are true, and leaves the others out', async () => {
  const patch = (operations: readonly unknown[]) => workspace.write('fix.json', JSON.stringify(operations));
  const mend = { op: 'replace', path: '/total', value: '5.00' };
  await patch([{ op: 'test', path: '/email', value: 'customer.2@example.com' }, mend]);
  const args = ['replay', '--code', 'TL_MAP_FAILED', '--patch', 'fix.json'];
  const plan = await workspace.run([...args, '--plan']);
  expect(plan.stdout).toMatch(/^orders +1 /m);
  expect(plan.stdout).toMatch(/^upsert: 1\n {2}A-2 \(error \d+\)/m);
  expect(plan.stderr).toMatch(/3 errors \(\d+, \d+, \d+\): left out, as `test` is not true of \/email/);

  const refused = [
    [[{ op: 'test', path: '/email', value: 'nobody' }, mend], 'nothing was replayed: 4 errors'],
    [
      [{ op: 'remove', path: '/totel' }],
      'operation [0] (remove): there is no "totel" in the record: it has id',
    ],
    [[{ op: 'set', path: '/total' }], 'expected `op` to be add, remove, replace'],
    [[], 'the patch changes nothing in any of the 4 records'],
    [[{ op: 'replace', path: '', value: [] }], 'it must leave an object, got a list'],
  ] as const;
  for (const [operations, message] of refused) {
    await patch(operations);
    const { code, stderr } = await workspace.run(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  }
  expect((await list()).errors).toHaveLength(5);
  expect(await workspace.delivered()).toEqual([]);
});

test('a flow that is not there is told wherever one is named', async () => {
  const commands = [
    ['errors', 'list'],
    ['runs'],
    ['pending'],
    ['drift'],
    ['drift', 'accept'],
    ['pending', 'take', '--key', 'A-1', '--reason', 'by hand'],
    ['xref', 'list'],
  ];
  for (const command of commands) {
    const { code, stderr } = await workspace.run([...command, '--flow', 'order']);
    expect([command, code]).toEqual([command, 2]);
    expect(stderr).toContain('no flow "order" in this workspace; did you mean "orders"?');
  }
});

test('members are set, and what was patched is seen with who and what', async () => {
  const set = ['--set', 'total=19.90', '--set', 'items[1].price=12345678901234567.89', '--set', 'note=late'];
  const replay = await workspace.json(['replay', '--key', 'A-1', ...set, '--by', 'anna']);
  expect(replay).toMatchObject({ code: 0, document: { runs: [{ counts: { delivered: 1 } }] } });
  expect(replay.stderr).toContain('`total` was text and is a number now');
  expect(replay.stderr).toContain('`note` was not there, and is added');
  expect(await workspace.delivered()).toMatchObject([
    { id: 'A-1', items: [{ price: 0 }, { price: '12345678901234567.89' }] },
  ]);
  const shown = await workspace.run(['errors', 'show', 'A-1']);
  expect(shown.stdout).toMatch(/^state +resolved by anna at \S+ in run \d+ \(replayed\)$/m);
  expect(shown.stdout).toMatch(
    /^decision +patched by anna at \S+; stands until the source has a newer version$/m,
  );
  expect(shown.stdout).toMatch(/^ +total: "on request" → 19\.9$/m);
  expect(shown.stdout).toMatch(
    /^as the source gave it:\n\{[\s\S]*"total": "on request"[\s\S]*^as it was patched:\n\{[\s\S]*"total": 19\.9/m,
  );
  const inJson = await workspace.json(['errors', 'show', 'A-1']);
  expect(inJson.document).toMatchObject({ record: { total: 19.9 }, original: { total: 'on request' } });
  expectDocument('errors-show', inJson.stdout);
  const all = await workspace.run(['errors', 'list', '--state', 'all', '--key', 'A-1']);
  expect(all.stdout).toMatch(/A-1 .* resolved +anna .* replayed; total: "on request" → 19\.9; /);
});

test('an expression patches many at once, and an ordinary run leaves all of it as it is', async () => {
  const args = ['--code', 'TL_MAP_FAILED', '--expression', '{"total": $string(items[0].price)}'];
  expect(await workspace.json(['replay', ...args])).toMatchObject({
    code: 0,
    document: { runs: [{ counts: { delivered: 3 } }] },
  });
  await workspace.drop('orders-2.jsonl', file);
  const run = await workspace.json(['run', 'orders']);
  expect(run).toMatchObject({
    code: 1,
    document: { stillOpen: 1, counts: { read: 5, unchanged: 5, failed: 0 } },
  });
  expect(run.stderr).toContain('1 failed as before, unchanged: tradelane errors list --flow orders');
  const id = String((await list()).errors[0]?.['id']);
  await workspace.run(['errors', 'resolve', id, '--reason', 'it was half a line']);
  await workspace.drop('orders-3.jsonl', file);
  expect(await workspace.json(['run', 'orders'])).toMatchObject({
    code: 0,
    document: { status: 'succeeded', counts: { read: 5, unchanged: 5 } },
  });
});

test('an error whose record gets through later says that it was settled by itself', async () => {
  const order = (total: string) => JSON.stringify({ id: 'B-1', email: 'b@example.com', total, items: [] });
  await workspace.drop('orders-4.jsonl', `${order('on request')}\n`);
  expect((await workspace.json(['run', 'orders'])).document.counts).toMatchObject({ failed: 1 });
  await workspace.drop('orders-5.jsonl', `${order('1.00')}\n`);
  expect((await workspace.json(['run', 'orders'])).document.counts).toMatchObject({ delivered: 1 });
  const shown = await workspace.run(['errors', 'show', 'B-1']);
  expect(shown.stdout).toMatch(/^state +resolved by itself at \S+ in run \d+/m);
  expect(shown.stdout).not.toMatch(/^decided/m);
  const listed = await workspace.run(['errors', 'list', '--state', 'resolved', '--key', 'B-1']);
  expect(listed.stdout).toMatch(/resolved +itself /);
});

test('a record goes under the flow of then, or as it was sent, where that is asked for', async () => {
  const order = { id: 'C-1', email: 'c@example.com', total: 'on request', items: [] };
  await workspace.drop('orders-6.jsonl', `${JSON.stringify(order)}\n`);
  await workspace.json(['run', 'orders']);
  await workspace.write('flows/orders.yaml', flow('{ id: id, total: $decimal(total), later: true }'));
  const replay = ['replay', '--key', 'C-1'];
  const refused = [
    [['--flow-of', 'yesterday'], '--flow-of: expected now or then, got "yesterday"'],
    [['--from', 'map'], '--from: expected start or stage, got "map"'],
    [['--from', 'stage', '--set', 'total=2'], 'from the stage that failed it is not mapped anew'],
    [['--from', 'stage', '--set', 'total=2', '--plan'], 'from the stage that failed it is not mapped anew'],
  ] as const;
  for (const [args, message] of refused) {
    const { code, stderr } = await workspace.run([...replay, ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  }
  const stage = await workspace.run([...replay, '--from', 'stage', '--plan']);
  expect(stage.stderr).toContain('1 error failed before there was anything to send: from the start');

  const then = [...replay, '--flow-of', 'then', '--set', 'total="2.00"'];
  const plan = await workspace.run([...then, '--plan']);
  expect(plan.stderr).toContain('each under its flow as it was in the run in which it failed');
  expect(plan.stdout).toMatch(/^ +email$/m);
  expect(plan.stdout).not.toContain('later');
  expect(await workspace.json([...then, '--by', 'anna'])).toMatchObject({
    code: 0,
    document: { runs: [{ counts: { delivered: 1 } }] },
  });
  const delivered = (await workspace.delivered()).find(({ id }) => id === 'C-1');
  expect(delivered).toEqual({ id: 'C-1', email: 'c@example.com', total: '2.00', items: [] });
  const shown = await workspace.run(['errors', 'show', 'C-1']);
  expect(shown.stdout).toMatch(/^decided +replayed by anna at \S+ in run \d+, under the flow of then$/m);
});
