import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../../../src/workspace/finding.ts';
import { loadBuiltin } from '../../../../src/workspace/load/load-builtin.ts';
import { parseWorkspace } from '../../../../src/workspace/load/parse-workspace.ts';
import { readSources } from '../../../../src/workspace/load/read-files.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const builtin = await loadBuiltin(await readSources(root));

interface Given {
  readonly connector?: string;
  readonly config?: string;
  readonly resource: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly map?: string;
}

/** Findings over a connection with one resource, and a flow that moves it to itself; `line:column code message`. */
function findingsOf({ connector = 'http', config, resource, files = {}, map = 'id: id' }: Given) {
  const texts = {
    'config/connections.yaml': `connections:
  erp:
    connector: ${connector}
    config: ${config ?? '{ baseUrl: "https://erp.example" }'}
    resources:
      docs: ${resource}
`,
    'flows/f.yaml': `flow: f
source: { connection: erp, resource: docs }
map: { ${map} }
target: { connection: erp, resource: docs, write: upsert }
`,
    ...files,
  };
  const sources = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const options = { dir: '/w', env: {}, builtin, code: new Map(), fileExists: () => false };
  return parseWorkspace(sources, options).findings.map(formatFinding);
}

const write = 'upsert: { path: "/docs/{{key}}" }';
const resource = (read: string) => `{ key: id, read: ${read}, ${write} }`;

describe('a request of a connection', () => {
  it.each([
    ['{ path: "/d/{{curser}}" }', '`curser` has no value here'],
    ['{ path: /d, query: { a: "{{payload.a}}" } }', '`payload` has no value here'],
    ['{ path: /d, headers: { x-a: "{{konfig.token}}" } }', '`konfig` has no value here'],
    ['{ method: POST, path: /d, body: { a: key } }', '`key` has no value here'],
    ['{ path: /d, query: { a: "{{config.bseUrl}}" } }', '`config` of the connection has no "bseUrl"'],
    [
      '{ path: /d, paging: { type: keyset, last: id, query: { after: "{{lst}}" } } }',
      '`lst` has no value here',
    ],
    ['{ path: /d, attach: { lines: { path: "/d/{{recrod.id}}" } } }', '`recrod` has no value here'],
    [
      '{ path: /d, cursor: { value: t, query: { a: "{{cursor}}" }, until: { query: { b: "{{untill}}" } } } }',
      '`untill` has no value here',
    ],
  ])('speaks of what it knows only: %s', (read, message) => {
    const found = findingsOf({ resource: resource(read) });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('TLW_NAME_UNKNOWN');
    expect(found[0]).toContain(message);
  });

  it.each([
    ['find: { path: "/d/{{keys}}" }', '`keys` has no value here'],
    ['find: { path: /d, query: { a: "{{key}}" }, bulk: { size: 5 } }', '`key` has no value here'],
    ['update: { path: "/d/{{record.id}}" }', '`record` has no value here'],
    [
      'create: { path: /d, body: payload, bulk: { size: 5, body: "records.payload" } }',
      '`payload` has no value here',
    ],
  ])('and so do those of finds and writes: %s', (part, message) => {
    const found = findingsOf({ resource: `{ key: id, read: { path: /d }, ${part}, ${write} }` });
    expect(found.map((each) => each.includes(message))).toEqual([true]);
  });

  it.each([
    '{ path: /d, query: { a: "{{where.b}}" } }',
    '{ path: /d, query: { a: "{{$now()}}", b: "{{config.baseUrl}}" } }',
    '{ path: /d, cursor: { value: t, query: { a: "{{$fromMillis(cursor)}}" } } }',
    '{ path: "/d/since/{{cursor}}", cursor: { value: t } }',
    '{ method: POST, path: /d, body: { since: cursor }, cursor: { value: t } }',
    '{ path: /d, paging: { type: keyset, last: id, query: { after: "{{last}}" } } }',
    '{ path: /d, attach: { lines: { path: "/d/{{record.id}}/lines" } } }',
    '{ method: POST, path: /d, body: { f: { a: 1 } }, cursor: { value: t, body: { f: { a: 1, s: cursor } } } }',
    '{ method: POST, path: /d, paging: { type: page, in: body, param: page, size: { value: 5, param: per } } }',
    '{ path: /d, paging: { type: page, param: page.number, size: { value: 5 } } }',
  ])('that is right is left alone: %s', (read) => {
    expect(findingsOf({ resource: resource(read) })).toEqual([]);
  });

  it.each([
    '{ path: /d, paging: { type: keyset, last: id, query: { after: "0" } } }',
    '{ path: /d, query: { since: "{{cursor}}" }, paging: { type: keyset, last: id, query: { a: "1" } }, cursor: { value: t } }',
  ])('and pages by keyset say from which record they go on: %s', (read) => {
    const found = findingsOf({ resource: resource(read) });
    expect(found).toEqual([
      expect.stringMatching(/TLW_CURSOR_UNSENT {2}nothing of the request speaks of `last`/),
    ]);
  });

  it('may lose parts of a list of its own body to a cursor', () => {
    const read =
      '{ method: POST, path: /d, body: { f: [{ a: 1 }] }, cursor: { value: t, body: { f: [{ s: cursor }] } } }';
    expect(findingsOf({ resource: resource(read) }).join()).toContain('of which "[0]" would not be sent');
  });
});

describe('credentials', () => {
  const token = 'auth: { type: bearer, token: "${T:-x}" }';
  it.each([
    [`{ baseUrl: "http://10.0.0.7:8080/x", ${token} }`, 'go to 10.0.0.7:8080 without encryption'],
    ['{ baseUrl: "http://erp.example", headers: { Authorization: "${T:-x}" } }', 'go to erp.example'],
    [
      '{ baseUrl: "https://erp.example", auth: { type: oauth2, grant: clientCredentials, tokenUrl: "http://login.example/t", clientId: a, clientSecret: "${T:-x}" } }',
      'go to login.example',
    ],
  ])('that go over plain http to another machine are told: %s', (config, message) => {
    const found = findingsOf({ config, resource: resource('{ path: /d }') });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/TLW_SECRET_IN_CLEAR/);
    expect(found[0]).toContain(message);
  });

  it.each([
    'query: { api_key: "${T:-x}" }',
    'query: { token: "${T:-x}" }',
    'headers: { X-Api-Key: "${T:-x}" }',
    'headers: { Authorization: "Bearer ${T:-x}" }',
  ])('that a resource sends are told as well: %s', (part) => {
    const config = '{ baseUrl: "http://erp.example" }';
    const found = findingsOf({ config, resource: resource(`{ path: /d, ${part} }`) });
    expect(found).toEqual([expect.stringMatching(/TLW_SECRET_IN_CLEAR.*go to erp\.example/)]);
  });

  it('are not what a request says of the record', () => {
    const config = '{ baseUrl: "http://erp.example" }';
    const read = '{ path: /d, query: { token: "{{cursor}}", tokens: "5" }, cursor: { value: t } }';
    expect(findingsOf({ config, resource: resource(read) })).toEqual([]);
  });

  it.each([
    `{ baseUrl: "https://erp.example", ${token} }`,
    `{ baseUrl: "http://localhost:8080", ${token} }`,
    `{ baseUrl: "http://[::1]:8080", ${token} }`,
    `{ baseUrl: "http://127.4.0.1", ${token} }`,
    '{ baseUrl: "http://erp.example" }',
  ])('that do not are left alone: %s', (config) => {
    expect(findingsOf({ config, resource: resource('{ path: /d }') })).toEqual([]);
  });
});

describe('a connection with files', () => {
  const given = { connector: 'file', config: '{ path: ./data }' };
  it.each([
    ['{ key: a, read: { files: "../x*.csv", format: csv }, WRITE }', '"../x*.csv"'],
    ['{ key: a, read: { files: "/etc/*.csv", format: csv }, WRITE }', '"/etc/*.csv"'],
    [
      '{ key: a, read: { files: "*.csv", format: csv }, write: { file: "a-{{nam}}.csv", format: csv } }',
      '{{nam}}',
    ],
    ['{ key: a, read: { files: "*.csv", format: csv, encoding: utf-9 }, WRITE }', '"utf-9"'],
    ['{ key: a, read: { files: "*.csv", format: csv, group: { by: b, as: b } }, WRITE }', 'must differ'],
  ])('that every run would refuse is told: %s', (text, message) => {
    const written = text.replace('WRITE', 'write: { file: "o.jsonl", format: jsonl }');
    const found = findingsOf({ ...given, resource: written });
    expect(found.map((each) => each.includes('TLW_RESOURCE_INVALID') && each.includes(message))).toEqual([
      true,
    ]);
    expect(found[0]).toMatch(/^config\/connections\.yaml:6:/);
  });
});

describe('a leaf of one word', () => {
  const tests = (record: string) => ({
    'flows/f.test.yaml': `flow: f\ncases:\n  - case: a\n    record: ${record}\n    expect: { contains: {} }\n`,
  });
  it('that no record of the tests has was meant as a text', () => {
    const found = findingsOf({
      resource: resource('{ path: /d }'),
      map: 'id: id, currency: EUR',
      files: tests('{ id: 1 }'),
    });
    expect(found).toEqual([
      expect.stringMatching(/TLW_FIELD_UNKNOWN {2}this reads a field called "EUR"[\s\S]*'"EUR"'/),
    ]);
  });

  it('that the target takes as a text was meant as one', () => {
    const schema = 'schema: { type: object, properties: { status: { enum: [open, closed] } } }';
    const found = findingsOf({
      resource: `{ key: id, read: { path: /d }, upsert: { path: "/docs/{{key}}" } }
      typed: { key: id, ${schema}, ${write} }`,
      files: {
        'flows/f.yaml':
          'flow: f\nsource: { connection: erp, resource: docs }\nmap: { status: open }\ntarget: { connection: erp, resource: typed, write: upsert }\n',
      },
    });
    expect(found.join()).toContain('this reads a field called "open", and the target takes that word');
  });

  it('that some record has is left alone', () => {
    const files = tests('{ id: 1, currency: EUR }');
    const found = findingsOf({ resource: resource('{ path: /d }'), map: 'id: id, c: currency', files });
    expect(found).toEqual([]);
  });
});

describe('a reference', () => {
  it('to what a flow without an entity delivers may be named as the resource', () => {
    const found = findingsOf({
      resource: resource('{ path: /d }'),
      map: 'id: id, other: \'$xref("docs", parent)\'',
    });
    expect(found).toEqual([]);
  });
});
