import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FoundJourney } from '../../../src/app/journey/find-journey.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

/** One flow keeps history, one all of it, and one none. */
let workspace: TestWorkspace;

const flow = (name: string, more = '') => `flow: ${name}
source: { connection: in, resource: lines }
target: { connection: out, resource: orders, write: upsert }
${more}`;

/** What is no value that records are found by is found as a key all the same. */
const keys = [
  '7',
  'https://shop.example/orders/1',
  '2026-11-29T06:00:00Z',
  'ü',
  'a"b\\c',
  'Größe 42',
  'x'.repeat(300),
];

beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': `${connections}  mid:
    connector: file
    config: { path: ./data/mid, settle: 0s }
    resources:
      orders: { key: id, read: { files: "*.jsonl", format: jsonl }, write: { file: "o-{{timestamp}}.jsonl", format: jsonl } }
`,
    'flows/first.yaml': `flow: first
source: { connection: in, resource: lines }
target: { connection: mid, resource: orders, write: upsert }
`,
    // By keys of its own: it is the same record all the same.
    'flows/second.yaml': `flow: second
source: { connection: mid, resource: orders }
key: '"second " & id'
set: { second: true }
target: { connection: out, resource: orders, write: upsert }
`,
    'flows/orders.yaml': flow('orders'),
    'flows/whole.yaml': flow('whole', 'history: full\n'),
    'flows/silent.yaml': flow('silent', 'history: none\n'),
  });
  await mkdir(join(workspace.dir, 'data/mid'), { recursive: true });
  const records = keys.map((id, nth) => ({
    id,
    email: `Käufer.${nth}@example.com`,
    nested: [{ sku: `S-${nth}` }],
  }));
  await workspace.drop(
    'orders.jsonl',
    `${records.map((each) => JSON.stringify(each)).join('\n')}\n{"id": "A-5",\n`,
  );
  expect((await workspace.json(['run', 'orders'])).document.counts).toMatchObject({ read: 8, failed: 1 });
  // What has been read is put aside.
  await workspace.drop('whole.jsonl', '{"id":"W-1","number":12345678901234567890}\n');
  await workspace.run(['run', 'whole']);
  await workspace.drop('again.jsonl', `${JSON.stringify({ id: '7' })}\n`);
  expect((await workspace.json(['run', 'silent'])).document.counts).toMatchObject({ delivered: 1 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const find = async (...args: readonly string[]) => {
  const { code, stdout } = await workspace.run(['journey', ...args, '--json']);
  return { code, ...(expectDocument('journey', stdout) as FoundJourney) };
};

test('keys of every kind are found', async () => {
  for (const key of keys) {
    const { code, journey } = await find(key);
    const steps = journey?.records.find((record) => record.flow === 'orders')?.steps.map(({ what }) => what);
    expect([key, code, steps]).toEqual([key, 0, ['read', 'outcome']]);
  }
});

test('values are found in whatever case, and inside of lists', async () => {
  for (const text of ['käufer.5@EXAMPLE.com', 's-5', ' S-5 ']) {
    const found = await find(text);
    expect([text, found.journey?.records[0]?.key]).toEqual([text, 'Größe 42']);
  }
});

test('what no record can have is refused, and what looks like a pattern or a statement is only a text', async () => {
  for (const text of ['a\u0000b', 'x'.repeat(2_000), '\ud800']) {
    const { code, stderr } = await workspace.run(['journey', text]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('TL_ARGUMENT_INVALID')]);
  }
  for (const text of ['%', "'; drop table history; --", '.*', '$1', '😀', '{"id":']) {
    expect([text, (await workspace.run(['journey', text])).code]).toEqual([text, 2]);
  }
});

test('what was sent is shown as it was kept, with every digit', async () => {
  const { stdout } = await workspace.run(['journey', 'W-1', '--payloads']);
  expect(stdout).toContain('as the target gets it (kept as it was sent)');
  expect(stdout.match(/12345678901234567890/g)).toHaveLength(2);
});

test('what could not be read is told as that', async () => {
  const found = await find('A-5');
  expect(found).toMatchObject({
    code: 0,
    ending: 'choose',
    candidates: [{ flow: 'orders', key: '', match: 'unread' }],
  });
  expect((await workspace.run(['journey', 'A-5'])).stdout).toContain('a text in what could not be read');
});

test('of a flow that keeps no history, and of history that is gone, is told what is known still', async () => {
  const silent = await find('7', '--flow', 'silent');
  expect(silent).toMatchObject({ code: 0 });
  const record = silent.journey?.records.find((each) => each.flow === 'silent');
  expect(record).toMatchObject({ steps: [], known: { isDelivered: true } });
  await sql`delete from history`.execute(workspace.database.db);
  const { code, stdout } = await workspace.run(['journey', '7', '--flow', 'orders']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/out: last delivered 20.* older history is gone, or was not kept/);
  const nothing = await workspace.run(['journey', 'S-5']);
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('history holds nothing');
});

test('what one flow gives on to the next is one journey, from whichever end it is looked for', async () => {
  await workspace.drop('chain.jsonl', '{"id":"X-1"}\n{"id":"X-2"}\n');
  for (const name of ['first', 'second']) {
    const { stdout, stderr, document } = await workspace.json(['run', name]);
    expect(document.counts, stdout + stderr).toMatchObject({ read: 2, delivered: 2 });
  }
  for (const text of ['X-1', 'second X-1']) {
    const { journey, candidates } = await find(text);
    const told = journey?.records.map(({ flow, key, steps }) => [flow, key, steps.at(-1)?.what]);
    expect([text, told, candidates]).toEqual([
      text,
      [
        ['first', 'X-1', 'outcome'],
        ['second', 'second X-1', 'outcome'],
      ],
      [],
    ]);
  }
});

test('a flow that is gone from the workspace is told still', async () => {
  await rm(join(workspace.dir, 'flows/silent.yaml'));
  const { code, stdout } = await workspace.run(['journey', '7', '--flow', 'silent']);
  expect(code).toBe(0);
  expect(stdout).toContain('not a flow of the workspace any more');
});
