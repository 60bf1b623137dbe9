import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectDocument } from '../../support/output-schema.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

/** One workspace, in which people replay what has failed, from one test to the next. */
let workspace: TestWorkspace;

const flow = `flow: orders
source: { connection: in, resource: lines }
map: { id: id, country: '$lookup("countries", country)', email: email }
target: { connection: out, resource: orders, write: upsert }
`;
const table = (...rows: readonly string[]) => `values: { ${rows.join(', ')} }\n`;
const orders = (from: number, to: number, country: string) =>
  Array.from({ length: to - from + 1 }, (_, nth) =>
    JSON.stringify({ id: `A-${from + nth}`, country, email: `c${from + nth}@example.com` }),
  ).join('\n');

beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections,
    'config/tables/countries.yaml': table('DE: Germany'),
    'flows/orders.yaml': flow,
  });
  await workspace.drop('orders.jsonl', `${orders(1, 40, 'AT')}\n${orders(41, 42, 'XX')}\n`);
  const { document, stdout } = await workspace.json(['run', 'orders']);
  expect(document.counts, stdout).toMatchObject({ read: 42, failed: 42 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

interface Planned {
  readonly plan: string;
  readonly flows: readonly { readonly counts: Readonly<Record<string, number>>; readonly failing: unknown }[];
}

const message = ['--message', '"AT"'];
const planOf = async (...args: readonly string[]) => {
  const { document, stdout } = await workspace.json(['replay', '--plan', ...args]);
  expectDocument('replay-plan', stdout);
  return document as unknown as Planned;
};

test('a plan says what each record would come to, and is the same for as long as the world is', async () => {
  const before = await planOf(...message);
  expect(before.flows).toMatchObject([{ counts: { fails: 40 }, failing: [{ count: 40 }] }]);
  expect((await planOf(...message)).plan).toBe(before.plan);
  await workspace.write('config/tables/countries.yaml', table('DE: Germany', 'AT: Austria'));
  const mended = await planOf(...message);
  expect(mended.flows).toMatchObject([{ counts: { fails: 0, upsert: 40 }, failing: [] }]);
  expect(mended.plan).not.toBe(before.plan);
  const text = await workspace.run(['replay', '--plan', ...message]);
  expect(text.stdout).toContain(`--expect ${mended.plan}`);
  expect(text.stderr).toContain('40 of 42 open errors; 2 others do not fit');
});

test('a replay by a plan that is not true any more says what has moved, and sends nothing', async () => {
  const { plan } = await planOf(...message);
  const discard = await workspace.json(['errors', 'discard', '--message', '"AT"', '--text', 'A-40', '--yes']);
  expect(discard.code).toBe(0);
  const refused = await workspace.run(['replay', ...message, '--expect', plan]);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('39 errors fit, not 40; 1 has changed since; 39 would be');
  const patched = await workspace.run(['replay', ...message, '--set', 'country="DE"', '--expect', plan]);
  expect(patched.stderr).toContain('it is another patch, or another way to replay');
  const mistyped = await workspace.run(['replay', ...message, '--expect', 'c40']);
  expect(mistyped.stderr).toContain('expected a plan as `replay --plan` prints it, got "c40"');
  await workspace.write('config/tables/countries.yaml', table('DE: Germany', 'AT: Republic of Austria'));
  const remapped = await workspace.run(['replay', ...message, '--expect', plan]);
  expect(remapped.stderr).toContain('a flow has other files');
  expect(await workspace.delivered()).toEqual([]);
});

test('a replay by its plan is a set with a handle, a result for each error, and a name', async () => {
  const { plan } = await planOf(...message);
  const args = ['replay', ...message, '--expect', plan, '--by', 'anna', '--reason', 'the table has it now'];
  const { code, document, stdout } = await workspace.json(args);
  expectDocument('replay', stdout);
  expect(code).toBe(0);
  const { bulk } = document as unknown as { readonly bulk: { readonly bulk: number } };
  expect(document).toMatchObject({
    runs: [{ status: 'succeeded', counts: { read: 39, delivered: 39 } }],
    bulk: { state: 'done', by: 'anna', plan, errors: 39, ended: 39 },
  });
  expect(await workspace.delivered()).toHaveLength(39);

  const shown = await workspace.json(['bulk', 'show', String(bulk.bulk), '--limit', '1000']);
  expectDocument('bulk-show', shown.stdout);
  expect(shown.document).toMatchObject({
    bulk: {
      audit: [
        { deed: 'make set', by: 'anna', reason: 'the table has it now', count: 39 },
        { deed: 'replay' },
      ],
    },
  });
  const text = await workspace.run(['bulk', 'show', String(bulk.bulk)]);
  expect(text.stdout).toContain('39 delivered');
  expect(text.stdout).toContain('made by anna');
  const listed = await workspace.json(['bulk']);
  expectDocument('bulk-list', listed.stdout);
});

test('errors are settled as a set as well, which a command works off where no engine does', async () => {
  const args = [
    'errors',
    'discard',
    '--flow',
    'orders',
    '--text',
    'A-41',
    '--yes',
    '--detach',
    '--reason',
    'a test',
  ];
  const made = await workspace.json([...args, '--by', 'anna']);
  expect(made).toMatchObject({
    code: 0,
    document: { bulk: { kind: 'discard', state: 'waiting', errors: 1 } },
  });
  const { bulk } = made.document as unknown as { readonly bulk: { readonly bulk: number } };
  const id = String(bulk.bulk);
  const resumed = await workspace.run(['bulk', 'resume', id]);
  expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/discard +anna +done/) });
  const listed = await workspace.json(['errors', 'list', '--key', 'A-41', '--state', 'discarded']);
  expect(listed.document.errors).toMatchObject([{ reason: 'a test', settledBy: 'anna' }]);
  const again = await workspace.json(['errors', 'reopen', '--key', 'A-41', '--yes', '--detach']);
  const reopen = again.document as unknown as { readonly bulk: { readonly bulk: number } };
  const opened = await workspace.json(['bulk', 'resume', String(reopen.bulk.bulk)]);
  expectDocument('replay', opened.stdout);
  expect(opened.document).toMatchObject({
    runs: [],
    bulk: { state: 'done', results: [{ result: 'reopened', count: 1 }] },
  });
});

test('a replay tells which set it waits for, and goes on with it where its process has died', async () => {
  const made = await workspace.json(['replay', '--key', 'A-41', '--detach']);
  const first = (made.document as unknown as { readonly bulk: { readonly bulk: number } }).bulk.bulk;
  // A process that died: it has the set, and its lease has not run out.
  await sql`update tradelane.bulks set state = 'running', owner = 'gone', lease_until = now() + interval '1 second'
    where id = ${first}`.execute(workspace.database.db);
  const second = await workspace.run(['replay', '--key', 'A-42']);
  expect(second.stderr).toContain(`waits for set ${first}: one replay at a time writes to a system`);
  expect((await workspace.json(['bulk', 'show', String(first)])).document).toMatchObject({
    bulk: { state: 'done', ended: 1 },
  });
});

test('a set is made without waiting for it, paused, resumed and stopped', async () => {
  await workspace.write('config/tables/countries.yaml', table('DE: Germany', 'XX: Nowhere'));
  const made = await workspace.json(['replay', '--flow', 'orders', '--detach', '--by', 'bob']);
  expect(made).toMatchObject({ code: 0, document: { bulk: { state: 'waiting', errors: 2, waiting: 2 } } });
  const { bulk } = made.document as unknown as { readonly bulk: { readonly bulk: number } };
  const id = String(bulk.bulk);
  const paused = await workspace.json(['bulk', 'pause', id, '--reason', 'lunch']);
  expectDocument('bulk-pause', paused.stdout);
  expect(paused.document).toMatchObject({ bulk: { state: 'paused', waiting: 2 } });
  const again = await workspace.run(['bulk', 'pause', id]);
  expect(again).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`set ${id} cannot be paused: it is paused`),
  });
  const resumed = await workspace.json(['bulk', 'resume', id]);
  expectDocument('replay', resumed.stdout);
  expect(resumed).toMatchObject({ code: 0, document: { bulk: { state: 'done', ended: 2 } } });
  const over = await workspace.run(['bulk', 'stop', id]);
  expect(over.stderr).toContain(`set ${id} is done: it cannot be stopped any more`);
  const none = await workspace.run(['bulk', 'show', '99']);
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no set 99; the last ones are'),
  });
  expect(await workspace.delivered()).toHaveLength(41);
});
