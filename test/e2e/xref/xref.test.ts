import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer, SeenRequest } from '../../connectors/http/test-server.ts';
import { startTestServer, type TestServer } from '../../connectors/http/test-server.ts';
import { callCli } from '../../support/call-cli.ts';
import { useDatabase } from '../../support/database.ts';

/** A shop, and an ERP whose parties have ids of their own; `misread` of them come back wrong. */
const erp = {
  parties: { A: { id: 7, name: '' }, B: { id: 8, name: '' } } as Record<string, { id: number; name: string }>,
  wrong: undefined as number | undefined,
  writes: [] as string[],
};

const files = (url: string) => ({
  'config/connections.yaml': `connections:
  api:
    connector: http
    config: { baseUrl: "${url}" }
    resources:
      customers: { key: code, read: { path: /customers, records: items } }
      parties:
        key: code
        id: id
        find: { path: /parties, query: { code: "{{key}}" }, records: items }
        create: { path: /parties, id: id }
        update: { method: PATCH, path: "/parties/{{id}}" }
`,
  'flows/customers.yaml': `flow: customers
source: { connection: api, resource: customers }
target: { connection: api, resource: parties, write: upsert }
delivery: { lanes: 1 }
`,
});

function answer({ method, path, query, body }: SeenRequest): Answer {
  const { parties } = erp;
  if (path === '/customers') {
    return {
      json: {
        items: [
          { code: 'A', name: 'Anna' },
          { code: 'B', name: 'Berta' },
        ],
      },
    };
  }
  if (method === 'GET') {
    const code = query.get('code') ?? '';
    const id = erp.wrong ?? parties[code]?.id;
    return { json: { items: id === undefined ? [] : [{ code, id }] } };
  }
  const { name } = body as { readonly name: string };
  erp.writes.push(`${method} ${path} ${name}`);
  const party = Object.values(parties).find(({ id }) => path === `/parties/${id}`);
  if (!party) return { status: 404, json: { message: 'no such party' } };
  party.name = name;
  return { json: {} };
}

const database = useDatabase();
let server: TestServer;
let dir: string;
beforeAll(async () => {
  server = await startTestServer(answer);
  dir = await mkdtemp(join(tmpdir(), 'tradelane-xref-'));
  for (const [path, text] of Object.entries(files(server.url))) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
});
afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true });
});

async function tradelane(...args: readonly string[]) {
  const { code, stdout, stderr } = await callCli([...args, '--workspace', dir], {
    env: { DATABASE_URL: database.url },
  });
  return { code, stdout, stderr };
}

async function json<T>(...args: readonly string[]): Promise<T> {
  const { stdout, stderr } = await tradelane(...args, '--json');
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout) as T;
}

const countsOf = async (...args: readonly string[]) =>
  (await json<{ counts: Record<string, number> }>('run', 'customers', ...args)).counts;

/** Each is a handful of processes one after the other. */
const slow = { timeout: 120_000 };

test('what is known wrongly is seen, corrected, and written again to the right record', slow, async () => {
  await countsOf();
  expect(erp.writes.splice(0)).toEqual(['PATCH /parties/7 Anna', 'PATCH /parties/8 Berta']);
  const known = await json<readonly object[]>('xref', 'list', '--entity', 'parties');
  expect(known).toMatchObject([
    { source: 'api', key: 'A', target: 'api', id: '7' },
    { key: 'B', id: '8' },
  ]);
  // Somebody has merged A into another one.
  erp.parties['A'] = { id: 9, name: '' };

  const shown = await tradelane('xref', 'set', 'A', '9', '--flow', 'customers');
  expect(shown).toMatchObject({ code: 1, stdout: 'would say: parties A of api is 9 at api, not 7\n' });
  expect(await json('xref', 'list', '--key', 'A')).toMatchObject([{ id: '7' }]);
  const done = await tradelane('xref', 'set', 'A', '9', '--flow', 'customers', '--yes', '--by', 'anna');
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^parties A of api is 9 at api, not 7; tradelane run .*--full writes it again$/m,
    ),
  });
  expect(await json('xref', 'list', '--id', '9')).toMatchObject([
    { key: 'A', run: null, audit: [{ deed: 'set id', by: 'anna' }] },
  ]);
  expect((await tradelane('xref', 'list', '--key', 'A')).stdout).toMatch(/A +api +9 +20[^a-z]+ anna$/m);

  expect(await countsOf('--full')).toMatchObject({ delivered: 1, unchanged: 1 });
  expect(erp.writes.splice(0)).toEqual(['PATCH /parties/9 Anna']);
});

test('an id that another key has is refused, unless both mean one record', slow, async () => {
  const refused = await tradelane('xref', 'set', 'B', '9', '--flow', 'customers', '--yes');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('parties A of api has the id 9 at api; --force gives it to B as well');
  expect((await tradelane('xref', 'set', 'B', '9', '--flow', 'customers', '--yes', '--force')).code).toBe(0);
  expect(await countsOf('--full')).toMatchObject({ delivered: 1 });
  expect(erp.writes.splice(0)).toEqual(['PATCH /parties/9 Berta']);
  expect((await tradelane('xref', 'set', 'B', '8', '--flow', 'customers', '--yes')).code).toBe(0);
  expect(await countsOf('--full')).toMatchObject({ delivered: 1 });
  erp.writes.length = 0;
});

test.each([
  [['xref', 'set', 'A', ' ', '--flow', 'customers'], 'the id " " is empty'],
  [['xref', 'set', 'A', '9', '--flow', 'custmers'], 'did you mean "customers"?'],
  [['xref', 'set', 'A', '9'], '--flow'],
  [['xref', 'forget'], 'which are meant?'],
  [['xref', 'list', '--limit', '0'], '--limit must be 1 or more'],
  [['xref', 'lst'], 'did you mean list?'],
  [['xref', 'list', '--entity', 'custmer'], 'no id is kept of the entity "custmer"; there is "parties"'],
  [
    ['xref', 'forget', '--connection', 'erpp', '--yes'],
    'no id is kept of the connection "erpp"; there is "api"',
  ],
])('a mistake is told: %j', async (args, words) => {
  const { code, stderr } = await tradelane(...args);
  expect(stderr).toContain(words);
  expect(code).toBe(2);
});

test('what is forgotten is looked for and written again', slow, async () => {
  const shown = await tradelane('xref', 'forget', '--key', 'A');
  expect(shown.code).toBe(1);
  expect(shown.stdout).toMatch(/would forget 1 id:[\s\S]*parties +api +A +api +9 /);
  expect(await json('xref', 'forget', '--key', 'A', '--yes')).toMatchObject({
    forgotten: [{ key: 'A', id: '9' }],
  });
  expect(await json('xref', 'list', '--key', 'A')).toEqual([]);
  expect((await tradelane('xref', 'list', '--key', 'A')).stderr).toMatch(/^forgotten by tester at 20\S+$/m);
  expect(await tradelane('xref', 'forget', '--key', 'A', '--yes')).toMatchObject({
    code: 0,
    stdout: 'no id is known of such records: nothing to forget\n',
  });
  expect(await countsOf('--full')).toMatchObject({ delivered: 1, unchanged: 1 });
  expect(erp.writes.splice(0)).toEqual(['PATCH /parties/9 Anna']);
});

test('a look-up that gives one party for all of them holds the run, and writes nothing', slow, async () => {
  await tradelane('xref', 'forget', '--flow', 'customers', '--yes');
  erp.wrong = 3;
  const foreseen = await json<{ counts: Record<string, number> }>('plan', 'customers', '--full');
  expect(foreseen.counts).toMatchObject({ fails: 2, update: 0 });
  const { code, stderr } = await tradelane('run', 'customers', '--full');
  expect(code).toBe(1);
  expect(stderr).toContain('2 failed');
  expect(erp.writes).toEqual([]);
  const errors = await json<{ errors: readonly { code: string; message: string }[] }>('errors', 'list');
  expect(errors.errors.map(({ code: one }) => one)).toEqual(['TL_TARGET_ID_TAKEN', 'TL_TARGET_ID_TAKEN']);
  erp.wrong = undefined;
  expect((await tradelane('replay', '--flow', 'customers')).code).toBe(0);
  expect(erp.writes.splice(0).sort()).toEqual(['PATCH /parties/8 Berta', 'PATCH /parties/9 Anna']);
});

test('what is equal to what was delivered last is written again where that is asked for', slow, async () => {
  expect(await countsOf('--full')).toMatchObject({ unchanged: 2 });
  const plan = await json<{ counts: Record<string, number> }>('plan', 'customers', '--full', '--force');
  expect(plan.counts).toMatchObject({ update: 2, unchanged: 0 });
  expect(erp.writes).toEqual([]);
  expect(await countsOf('--full', '--force')).toMatchObject({ delivered: 2, unchanged: 0 });
  const resync = await tradelane('resync', 'customers');
  expect(resync.code).toBe(0);
  expect(resync.stderr).toContain(
    'reads all of api.customers and writes each record again to api.parties; 2 records were delivered before',
  );
  expect(erp.writes.splice(0)).toHaveLength(4);
});
