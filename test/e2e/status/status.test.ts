import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectDocument } from '../../support/output-schema.ts';
import { type Answer, type OddServer, sendJson, startOddServer } from '../bad-input/odd-server.ts';
import {
  connections,
  createTestWorkspace,
  httpConnection,
  type TestWorkspace,
  toErp,
} from '../bad-input/workspace.ts';

const slow = { timeout: 120_000 };

let answer: Answer;
let erp: OddServer;
let workspace: TestWorkspace;

beforeAll(async () => {
  erp = await startOddServer((request, response) => answer(request, response));
  const shop = `
  shop:
    connector: http
    config: { baseUrl: "http://127.0.0.1:1" }
    resources:
      parcels: { key: id, read: { path: /parcels, records: items } }
  counter:
    connector: http
    config: { baseUrl: "${erp.url}" }
    resources:
      numbers:
        key: n
        read: { path: /numbers, records: items, cursor: { value: n, type: number, query: { from: "{{cursor}}" } } }
`;
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection(erp.url) + shop,
    'flows/to-erp.yaml': toErp,
    'flows/numbers.yaml': `flow: numbers
source: { connection: counter, resource: numbers }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
key: '"N-" & n'
`,
    'flows/from-shop.yaml': `flow: from-shop
trigger: { schedule: { cron: "0 3 * * *", timezone: Europe/Berlin } }
source: { connection: shop, resource: parcels }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
retry: { attempts: 1 }
`,
  });
});
afterAll(async () => {
  for (const each of [workspace, erp]) await each[Symbol.asyncDispose]();
});

interface StatusDocument {
  readonly ok: boolean;
  readonly flows: readonly {
    readonly flow: string;
    readonly needs: readonly { readonly kind: string; readonly message: string; readonly command: string }[];
    readonly [name: string]: unknown;
  }[];
}

async function status() {
  const { code, document, stdout } = await workspace.json(['status']);
  expectDocument('status', stdout);
  const { ok, flows } = document as unknown as StatusDocument;
  const needs = flows.flatMap(({ flow, needs: all }) => all.map(({ kind }) => `${flow} ${kind}`));
  return { code, ok, needs, of: (name: string) => flows.find(({ flow }) => flow === name) };
}

test('what has never run and has missed nothing needs nobody', slow, async () => {
  const first = await status();
  expect(first).toMatchObject({ code: 0, ok: true, needs: [] });
  expect(first.of('from-shop')).toMatchObject({ files: 'fine', errors: { open: 0 }, troubles: [] });
  const { stdout } = await workspace.run(['status']);
  expect(stdout).toMatch(/^from-shop +- {2}never ran +next at \S+ 0[12]:00:00$/m);
  expect(stdout).toContain('nothing needs you');
});

test(
  'open errors need somebody, also after a replay that went well, until they are settled',
  slow,
  async () => {
    answer = (_request, response) => sendJson(response, 422, { message: 'no' });
    await workspace.drop('orders-1.csv', 'id\nA\nB\nC\n');
    expect(await workspace.run(['run', 'to-erp'])).toMatchObject({ code: 1 });
    const { errors } = (await workspace.json(['errors', 'list'])).document;
    answer = ({ method }, response) => sendJson(response, method === 'GET' ? 404 : 201, { id: 'x' });
    expect(await workspace.run(['replay', String(errors[0]?.id)])).toMatchObject({ code: 0 });

    expect(await status()).toMatchObject({ code: 1, ok: false, needs: ['to-erp errors'] });
    const { stdout } = await workspace.run(['status']);
    // The run is the one that read, not the replay.
    expect(stdout).toMatch(
      /^to-erp +1 {2}errors +2 open errors \(3 new and 1 gone in the last hour\), up to date \d+ s ago, no success yet$/m,
    );
    expect(stdout).toMatch(
      /^ {2}to-erp: 2 errors are open, the oldest since \S+ \S+\n {4}tradelane errors list --flow to-erp$/m,
    );
    await workspace.run(['errors', 'discard', '--flow', 'to-erp', '--yes']);
    expect(await status()).toMatchObject({ code: 0, ok: true, needs: [] });
  },
);

test('a single record that is refused for want of a right needs somebody', slow, async () => {
  answer = ({ method }, response) =>
    sendJson(response, method === 'GET' ? 404 : 403, { message: 'no licence' });
  await workspace.drop('orders-2.csv', 'id\nD\n');
  expect(await workspace.run(['run', 'to-erp'])).toMatchObject({ code: 3 });
  const found = await status();
  expect(found).toMatchObject({ code: 1, ok: false, needs: ['to-erp connection'] });
  expect(found.of('to-erp')).toMatchObject({
    troubles: [{ connection: 'erp', side: 'target', state: 'misconfigured' }],
    needs: [{ message: expect.stringContaining('no licence'), command: 'tradelane pending --flow to-erp' }],
  });
  answer = ({ method }, response) => sendJson(response, method === 'GET' ? 404 : 201, { id: 'd' });
  expect(await workspace.run(['run', 'to-erp'])).toMatchObject({ code: 0 });
  expect(await status()).toMatchObject({ code: 0, ok: true, needs: [] });
});

test('a source that is away is told by status and pending, with the next time', slow, async () => {
  expect(await workspace.run(['run', 'from-shop'])).toMatchObject({ code: 3 });
  const found = await status();
  expect(found).toMatchObject({ code: 1, needs: ['from-shop failed'] });
  expect(found.of('from-shop')).toMatchObject({
    lastRun: { status: 'failed', fault: { code: 'TL_SYSTEM_UNREACHABLE' } },
    troubles: [{ connection: 'shop', side: 'source', state: 'away' }],
  });
  const { stdout } = await workspace.run(['status']);
  expect(stdout).toMatch(/^from-shop +\d+ {2}failed +shop away for \d+ s, no success yet, next at /m);
  expect(stdout).toMatch(/from-shop: run \d+ failed: TL_SYSTEM_UNREACHABLE {2}shop: /);

  const pending = await workspace.json(['pending']);
  expect(pending.document).toMatchObject({
    sources: [{ flow: 'from-shop', connection: 'shop', fault: { code: 'TL_SYSTEM_UNREACHABLE' } }],
  });
  const table = (await workspace.run(['pending', '--flow', 'from-shop'])).stdout;
  expect(table).toMatch(/^flows whose source could not be read.*\n.*\nfrom-shop {2}shop +\d+ .*in \d+ min/m);
  expect((await workspace.run(['pending', '--flow', 'to-erp'])).stdout).toBe('nothing waits\n');
});

test('runs show tells everything about one run, and which there are for an unknown one', slow, async () => {
  const shown = await workspace.run(['runs', 'show', '1']);
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.stdout).toMatch(/^status +errors$/m);
  expect(shown.stdout).toMatch(/^asked for +what is new$/m);
  expect(shown.stdout).toMatch(/^counts +read 3 {2}failed 3$/m);
  expect(shown.stdout).toMatch(/^ +0 +3 {2}write +TL_TARGET_REJECTED/m);
  // A system that gives a cursor, read twice.
  const texts: string[] = [];
  for (const n of [41, 42]) {
    answer = (_request, response) => sendJson(response, 200, { items: [{ n }] });
    const run = await workspace.json(['run', 'numbers']);
    expect(run).toMatchObject({ code: 0 });
    texts.push((await workspace.run(['runs', 'show', String(run.document.run)])).stdout);
  }
  expect(texts[0]).toMatch(/^cursor +from the beginning to 41$/m);
  expect(texts[1]).toMatch(/^cursor +from 41 to 42$/m);
  const sample = await workspace.json(['run', 'to-erp', '--limit', '5']);
  const { document } = await workspace.json(['runs', 'show', String(sample.document.run)]);
  expect(document).toMatchObject({ options: { limit: 5 }, errors: [], waiting: { staged: 0, blocked: 0 } });
  const { before, after } = (document as unknown as { cursor: Record<string, string> }).cursor;
  expect(before).toBe(after);
  for (const [id, message] of [
    ['999', 'there is no run 999; the newest is'],
    ['last', 'the id must be a whole number, got "last"'],
  ] as const) {
    const refused = await workspace.json(['runs', 'show', id]);
    expect(refused).toMatchObject({
      code: 2,
      document: { error: { message: expect.stringContaining(message) } },
    });
  }
});

test('a run whose process has ended in the middle of reading is told', slow, async () => {
  const { db } = workspace.database;
  const lost = sql`
    update runs set status = 'running', read_at = null, read_until = now() - interval '1 second'
    where id = (select max(id) from runs where flow = 'numbers')`;
  await lost.execute(db);
  expect(await status()).toMatchObject({ code: 1, needs: ['from-shop failed', 'numbers failed'] });
  const { stdout } = await workspace.run(['status']);
  expect(stdout).toMatch(/^numbers +\d+ {2}lost /m);
  expect(stdout).toMatch(/numbers: run \d+ is not read to its end: the process that read it has ended/);
  await sql`update runs set read_at = now(), status = 'succeeded' where flow = 'numbers'`.execute(db);
});

test('a tick that nobody fired, files with mistakes and a flow that is gone are told', slow, async () => {
  // As if all of this had been here for a week, and nothing had happened in it.
  const weekAgo = new Date(Date.now() - 7 * 86_400_000);
  const { db } = workspace.database;
  await sql`update tradelane.kysely_migration set timestamp = ${weekAgo.toISOString()}`.execute(db);
  await sql`update runs set created_at = ${weekAgo} where flow = 'from-shop'`.execute(db);
  await utimes(join(workspace.dir, 'flows/from-shop.yaml'), weekAgo, weekAgo);
  await workspace.write(
    'flows/orders.yaml',
    'flow: orders\nsource: { connection: nowhere, resource: orders }\n',
  );
  const { code, needs, of } = await status();
  expect({ code, needs }).toEqual({
    code: 1,
    needs: ['from-shop late', 'from-shop failed', 'orders files'],
  });
  expect(Date.parse(String(of('from-shop')?.['missedTick']))).toBeLessThan(Date.now() - 5 * 86_400_000);
  const { stdout } = await workspace.run(['status']);
  expect(stdout).toMatch(/^from-shop +\d+ {2}late /m);
  expect(stdout).toMatch(/^orders +- {2}broken +does not run: its files have mistakes$/m);

  // Files that were edited a moment ago have missed nothing yet.
  await utimes(join(workspace.dir, 'flows/from-shop.yaml'), new Date(), new Date());
  await rm(join(workspace.dir, 'flows/to-erp.yaml'));
  await rm(join(workspace.dir, 'flows/numbers.yaml'));
  await rm(join(workspace.dir, 'flows/orders.yaml'));
  const later = await status();
  expect(later.needs).toEqual(['from-shop failed']);
  expect(later.of('to-erp')).toBeUndefined();
});
