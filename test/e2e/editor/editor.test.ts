import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../../support/cli.ts';
import {
  type LanguageServer,
  type OpenFile,
  startLanguageServer,
} from '../../support/servers/language-server.ts';

/**
 * What somebody sees in an editor: yaml-language-server itself, over a workspace that `init` wrote, told by nothing but
 * the first line of each file.
 */
let dir: string;
let server: LanguageServer;
const modeline = (name: string, up = '../') =>
  `# yaml-language-server: $schema=${up}.tradelane/schemas/${name}.schema.json\n`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tradelane-editor-'));
  const asked = ['--source', 'http', '--target', 'ordercloud', '--entity', 'stock'];
  expect(await runCli(['init', dir, ...asked])).toMatchObject({ code: 0 });
  await mkdir(join(dir, 'connectors/larder'), { recursive: true });
  server = await startLanguageServer(dir);
}, 120_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

it('finds nothing wrong with what init wrote', { timeout: 60_000 }, async () => {
  for (const path of [
    'flows/stock-to-ordercloud.yaml',
    'flows/stock-to-ordercloud.test.yaml',
    'config/connections.yaml',
  ]) {
    expect(await readFile(join(dir, path), 'utf8')).toMatch(/^# yaml-language-server: \$schema=/);
    expect({ path, found: (await server.open(path)).diagnostics() }).toEqual({ path, found: [] });
  }
});

it('completes a flow: keys, and the names of this workspace', { timeout: 60_000 }, async () => {
  const flow = await server.open('flows/completed.yaml', modeline('flow'));
  const labels = labelsIn(flow, modeline('flow'));
  expect(await labels('|')).toEqual(
    expect.arrayContaining(['flow', 'source', 'target', 'map', 'filter', 'trigger', 'guards']),
  );
  expect(await labels('trigger:\n  schedule:\n    |')).toEqual(expect.arrayContaining(['cron', 'timezone']));
  expect(await labels('source:\n  connection: |')).toEqual(['warehouse', 'ordercloud']);
  expect(await labels('source:\n  connection: warehouse\n  resource: |')).toEqual(['stock']);
  expect(await labels('source:\n  connection: ordercloud\n  resource: |')).toEqual(
    expect.arrayContaining(['orders', 'customers', 'products']),
  );
  expect(await labels('source:\n  connection: ordercloud\n  resource: orders\n  as: |')).toEqual(['order']);
  const target = 'target:\n  connection: ordercloud\n  resource: ';
  expect(await labels(`target:\n  connection: |`)).toEqual(['ordercloud']);
  expect(await labels(`${target}stock\n  write: |`)).toEqual(['update']);
  expect((await labels(`${target}customers\n  write: |`)).toSorted()).toEqual([
    'create',
    'delete',
    'update',
    'upsert',
  ]);
  expect((await labels('requires:\n  xref:\n    - |')).toSorted()).toEqual([
    'customer',
    'order',
    'price',
    'stock',
  ]);
});

it('completes connections: connectors, and the config of the chosen one', { timeout: 60_000 }, async () => {
  const connections = await server.open('config/completed.yaml', modeline('connections'));
  const labels = labelsIn(connections, `${modeline('connections')}connections:\n  shop:\n`);
  expect(await labels('    |')).toEqual(
    expect.arrayContaining(['connector', 'config', 'limits', 'resources']),
  );
  expect((await labels('    connector: |')).toSorted()).toEqual([
    'business-central',
    'file',
    'http',
    'hubspot',
    'ordercloud',
  ]);
  const ofFile = await labels('    connector: file\n    config:\n      |');
  expect(ofFile).toEqual(expect.arrayContaining(['path', 'archive', 'settle', 'encoding']));
  expect(ofFile).not.toContain('clientSecret');
  const ofShop = await labels('    connector: ordercloud\n    config:\n      |');
  expect(ofShop).toEqual(expect.arrayContaining(['baseUrl', 'clientId', 'clientSecret']));
  const read = '    connector: file\n    resources:\n      orders:\n        read:\n          ';
  expect(await labels(`${read}|`)).toEqual(expect.arrayContaining(['files', 'format', 'group']));
  expect((await labels(`${read}format: |`)).toSorted()).toEqual([
    'csv',
    'fixed',
    'json',
    'jsonl',
    'xlsx',
    'xml',
  ]);
});

it('completes tests, settings, tables and manifests', { timeout: 60_000 }, async () => {
  const test = await server.open('flows/completed.test.yaml', modeline('test'));
  const inTest = labelsIn(test, modeline('test'));
  expect(await inTest('flow: |')).toEqual(['stock-to-ordercloud']);
  expect(await inTest('flow: a\ncases:\n  - case: b\n    |')).toEqual(
    expect.arrayContaining(['record', 'entity', 'expect', 'xref', 'tables']),
  );
  const expected = 'flow: a\ncases:\n  - case: b\n    expect:\n      ';
  expect(await inTest(`${expected}outcome: |`)).toEqual(['delivered', 'filtered', 'blocked', 'failed']);

  const settings = await server.open('config/tradelane.yaml', modeline('settings'));
  const inSettings = labelsIn(settings, modeline('settings'));
  expect(await inSettings('|')).toEqual(expect.arrayContaining(['logLevel', 'lease', 'maxBatch']));
  expect((await inSettings('logLevel: |')).toSorted()).toEqual(['debug', 'error', 'info', 'warn']);

  const table = await server.open('config/tables/units.yaml', modeline('table', '../../'));
  expect(await labelsIn(table, modeline('table', '../../'))('|')).toEqual(
    expect.arrayContaining(['summary', 'values']),
  );

  const manifest = await server.open('connectors/larder/connector.yaml', modeline('connector', '../../'));
  const inManifest = labelsIn(manifest, modeline('connector', '../../'));
  expect(await inManifest('|')).toEqual(
    expect.arrayContaining(['connector', 'auth', 'resources', 'responses']),
  );
  expect(await inManifest('resources:\n  orders:\n    read:\n      |')).toEqual(
    expect.arrayContaining(['path', 'records', 'paging', 'cursor']),
  );
});

it('says over a key what it means', { timeout: 60_000 }, async () => {
  const text = `${modeline('flow')}flow: shown
source:
  connection: ordercloud
  resource: orders
  lookback: 5m
target:
  connection: ordercloud
  resource: stock
  write: update
guards: { maxErrorRate: 5% }
`;
  const flow = await server.open('flows/shown.yaml', text);
  expect(await flow.hover('lookback')).toContain('How far behind the cursor a run reads again');
  expect(await flow.hover('maxErrorRate')).toContain("The share of a run's records that may fail");
  expect(await flow.hover('resource', 'target')).toContain('What is written there');
  const connections = `${modeline('connections')}connections:\n  shop:\n    connector: ordercloud\n    config:\n      buyerId: a\n`;
  expect(await (await server.open('config/shown.yaml', connections)).hover('buyerId')).toContain(
    'ID of the buyer that new customers and addresses go to',
  );
  const test = `${modeline('test')}flow: stock-to-ordercloud\ncases:\n  - case: a\n    entity: {}\n    expect: { outcome: filtered }\n`;
  expect(await (await server.open('flows/shown.test.yaml', test)).hover('outcome')).toContain(
    'it would be written',
  );
  const settings = `${modeline('settings')}lease: 30s\n`;
  expect(await (await server.open('config/shown-settings.yaml', settings)).hover('lease')).toContain(
    'stays its own after it died',
  );
  const manifest = `${modeline('connector', '../../')}connector: larder\nsummary: A larder\ngeneric: true\n`;
  expect(await (await server.open('connectors/larder/shown.yaml', manifest)).hover('generic')).toContain(
    'Connections declare their own resources',
  );
});

it.each([
  [
    'a flow',
    'flows/wrong.yaml',
    `${modeline('flow')}flow: wrong
source:
  connection: wharehouse
  resource: stock
target:
  connection: ordercloud
  resource: stock
  write: create
delivery: { batch: many }
`,
    [
      [4, 'Valid values: "warehouse", "ordercloud"'],
      [9, 'Valid values: "update"'],
      [10, 'Expected "integer"'],
    ],
  ],
  [
    'connections',
    'config/wrong.yaml',
    `${modeline('connections')}connections:
  shop:
    connector: ordercloud
    config: { baseUrl: "\${URL}", clientId: a }
    resources: {}
`,
    [
      [5, 'Missing property "clientSecret"'],
      [6, 'resources is not allowed'],
    ],
  ],
  [
    'a test',
    'flows/wrong.test.yaml',
    `${modeline('test')}flow: stock-to-nowhere
cases:
  - case: one
    entity: {}
    expect: { outcome: lost }
`,
    [
      [2, 'Valid values: "stock-to-ordercloud"'],
      [6, 'Valid values: "delivered", "filtered", "blocked", "failed"'],
    ],
  ],
  [
    'settings',
    'config/wrong-settings.yaml',
    `${modeline('settings')}leese: 30s\n`,
    [[2, 'leese is not allowed']],
  ],
  [
    'a manifest',
    'connectors/larder/wrong.yaml',
    `${modeline('connector', '../../')}connector: Larder\nsummary: A larder\n`,
    [
      [2, 'does not match the pattern'],
      [2, 'Missing property "config"'],
    ],
  ],
] as const)(
  'marks what is wrong with %s, where it stands',
  { timeout: 60_000 },
  async (_what, path, text, expected) => {
    const found = (await server.open(path, text)).diagnostics();
    const said = found.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
    for (const [line, message] of expected) {
      const here = said.filter((each) => each.startsWith(`${line}: `));
      expect(here).toContainEqual(expect.stringContaining(message));
    }
  },
);

it('knows a connection as soon as validate has seen it', { timeout: 60_000 }, async () => {
  const file = join(dir, 'config/connections.yaml');
  const text = await readFile(file, 'utf8');
  const added =
    '  returns:\n    connector: file\n    config: { path: ./data }\n    resources: { boxes: { key: id, read: { files: "*.csv", format: csv } } }\n';
  await writeFile(file, `${text}${added}`);
  expect((await runCli(['validate', '-w', dir])).code).not.toBe(2);
  await using fresh = await startLanguageServer(dir);
  const flow = await fresh.open('flows/later.yaml', modeline('flow'));
  expect(await labelsIn(flow, modeline('flow'))('source:\n  connection: returns\n  resource: |')).toEqual([
    'boxes',
  ]);
});

function labelsIn(file: OpenFile, start: string): (text: string) => Promise<readonly string[]> {
  return async (text) => (await file.complete(start + text)).map(({ label }) => label);
}
