import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadBuiltin } from '../../../../src/workspace/load/load-builtin.ts';
import { readSources } from '../../../../src/workspace/load/read-files.ts';
import { findingsOf, makeWorkspace } from '../make-workspace.ts';

const builtin = await loadBuiltin(await readSources(join(import.meta.dirname, '../../../..')));

const flow = `flow: f
source: { connection: api, resource: r }
target: { connection: out, resource: w, write: create }
`;

interface Parts {
  readonly top?: string;
  readonly config?: string;
  readonly resource?: string;
  readonly folder?: string;
  readonly read?: string;
  readonly write?: string;
}

/** One key a line, so that the line tells which one is meant. */
function connections({ top, config, resource, folder, read, write }: Parts): string {
  return `connections:
  api:
    connector: http
    ${top ?? 'summary: an API'}
    config:
      baseUrl: http://127.0.0.1:1
      ${config ?? 'timeout: 5s'}
    resources:
      r:
        key: id
        ${resource ?? 'summary: all'}
        read: { path: /r, records: items }
  out:
    connector: file
    config: { path: out, ${folder ?? 'settle: 0s'} }
    resources:
      w:
        key: id
        read: { files: "*.x", ${read ?? 'format: csv'} }
        write: { file: "a-{{timestamp}}.x", ${write ?? 'format: csv'} }
`;
}

const told = (parts: Parts) =>
  findingsOf(
    makeWorkspace({ 'config/connections.yaml': connections(parts), 'flows/orders.yaml': flow }, { builtin }),
  );

test.each<[Parts, string]>([
  [{ top: 'timezone: Europe/Berln' }, '4:15 TLW_CRON_ZONE there is no time zone "Europe/Berln"'],
  [
    { top: 'settle: 10' },
    '4:13 TLW_VALUE_TYPE expected a duration such as 500ms, 30s, 10m, 2h or 1d, got 10',
  ],
  [
    { top: 'settle: 10 min' },
    '4:13 TLW_VALUE_FORMAT expected a duration such as 500ms, 30s, 10m, 2h or 1d, got "10 min"',
  ],
  [
    { top: 'settle: "${NO_SUCH:-10 min}"' },
    '4:13 TLW_VALUE_FORMAT expected a duration such as 500ms, 30s, 10m, 2h or 1d',
  ],
  [{ top: 'settle: "${NO_SUCH}"' }, '4:14 TLW_ENV_MISSING the environment variable NO_SUCH is not set'],
  [
    { top: 'proxy: ftp://p' },
    '4:12 TLW_VALUE_FORMAT expected the address of a proxy such as http://proxy.example:3128, or none',
  ],
  [
    { top: 'responses: [{ status: 6xx, code: ok }]' },
    '4:27 TLW_VALUE_FORMAT expected a status such as 409, or a family of them such as "5xx", got "6xx"',
  ],
  [{ config: 'charset: utf9' }, '7:16 TLW_VALUE_FORMAT "charset" must be a charset such as windows-1252'],
  [
    { config: 'timeout: 30 secs' },
    '7:16 TLW_VALUE_FORMAT expected a duration above 0 such as 500ms, 30s, 10m, 2h or 1d, got "30 secs"',
  ],
  [{ config: 'timeout: { read: 0.0s }' }, '7:24 TLW_VALUE_FORMAT expected a duration above 0'],
  [
    { config: 'maxResponse: 20mb' },
    '7:20 TLW_VALUE_FORMAT expected a size above 0 such as 800KB or 20MB, got "20mb"',
  ],
  [{ config: 'headers: { "X Shop": a }' }, '7:18 TLW_VALUE_FORMAT expected the name of a header'],
  [
    { config: 'headers: { X-Shop: "a\\nb" }' },
    '7:26 TLW_VALUE_FORMAT expected the value of a header, in one line',
  ],
  [
    { config: 'auth: { type: oauth2, grant: password, tokenUrl: "http://127.0.0.1:1/t", clientId: c }' },
    '7:7 TLW_KEY_MISSING the key "username" is missing',
  ],
  [
    { resource: 'create: { path: "http://127.0.0.1:1/r" }' },
    '11:25 TLW_VALUE_FORMAT "path" must be a path from the base URL on, such as /orders, got "http://',
  ],
  [
    { resource: 'create: { path: /r, headers: { "X Y": a } }' },
    '11:40 TLW_VALUE_FORMAT expected the name of a header, of letters, digits and -, got "X Y"',
  ],
  [{ folder: 'archive: true' }, '15:35 TLW_VALUE_TYPE expected the path of a folder, or false, got true'],
  [{ folder: 'encoding: utf9' }, '15:36 TLW_RESOURCE_INVALID config.encoding must be an encoding'],
  [
    { read: 'format: cvs' },
    'TLW_VALUE_CHOICE expected one of "csv", "json", "jsonl", "xml", "fixed" or "xlsx", got "cvs"',
  ],
  [{ read: 'format: csv, delimiter: ""' }, '19:55 TLW_VALUE_FORMAT expected text that is not empty, got ""'],
  [{ read: 'format: csv, delimiter: ";;"' }, 'TLW_VALUE_FORMAT expected at most 1 character, got 2'],
  [{ read: 'format: csv, delimiter: "\\n"' }, 'TLW_RESOURCE_INVALID delimiter cannot be a line break'],
  [
    { read: 'format: csv, delimiter: "\'", quote: "\'"' },
    'TLW_RESOURCE_INVALID delimiter must differ from the quote',
  ],
  [
    { read: 'format: csv, header: false' },
    '19:52 TLW_VALUE_TYPE expected true, or a list of names, got false',
  ],
  [{ read: 'format: csv, encoding: utf9' }, '19:54 TLW_RESOURCE_INVALID encoding must be an encoding'],
  [
    { read: 'format: csv, maxRecord: 0MB' },
    '19:55 TLW_VALUE_FORMAT expected a size above 0 such as 64KB or 4MB, got "0MB"',
  ],
  [{ read: 'format: xlsx, sheet: 0' }, '19:52 TLW_VALUE_RANGE expected at least 1, got 0'],
  [
    { read: 'format: csv, sheet: 2' },
    '19:51 TLW_RESOURCE_INVALID sheet is for the format `xlsx`, not for `csv`',
  ],
  [
    { read: 'format: json, skip: 2' },
    '19:51 TLW_RESOURCE_INVALID skip is for the format `csv`, `fixed`, `xlsx`, not for `json`',
  ],
  [
    { read: 'format: xml, records: a..b' },
    '19:53 TLW_RESOURCE_INVALID records must be names with a dot between them',
  ],
  [
    { write: 'format: json, formulas: neutralise' },
    '20:69 TLW_RESOURCE_INVALID formulas is for the format `csv`, not for `json`',
  ],
  [{ write: 'format: xml, records: a b' }, '20:67 TLW_RESOURCE_INVALID records must name XML elements'],
])('%j is told at its place, and nothing else', (parts, expected) => {
  const findings = told(parts);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toContain(expected);
});

test.each<[Parts]>([
  [{ top: 'proxy: none', config: 'charset: ISO-8859-15' }],
  [{ top: 'proxy: proxy.example:3128', config: 'timeout: { read: 0.5s, create: 10 m }' }],
  [{ config: 'headers: { X-Shop: "a b: ü", x_y: "" }' }],
  [{ config: 'charset: "${CHARSET_OF_ERP:-utf-8}"', top: 'timezone: Etc/GMT+5' }],
  [{ read: 'format: xlsx, sheet: Stock, skip: 2, header: [a], columns: [id]' }],
  [{ read: 'format: csv, delimiter: "\\t", quote: false, skip: 1, encoding: latin1' }],
  [{ read: 'format: csv, delimiter: "\\"", quote: "\'"' }],
  [{ read: 'format: fixed, fields: [{ name: id, start: 1, length: 9 }], skip: 1' }],
  [{ read: 'format: json, records: a.b', write: 'format: xml, records: ns:orders.order-line' }],
])('nothing is told of %j', (parts) => {
  expect(told(parts)).toEqual([]);
});

test.each([
  [
    'timeout: 0s',
    /^connectors\/mine\/connector\.yaml:9:10 TLW_CONNECTOR_INVALID timeout: must be a duration such as 30s, got "0s"/,
  ],
  ['timeout: { create: 0m }', /:9:20 TLW_CONNECTOR_INVALID timeout.create: must be a duration/],
  ['maxResponse: 0.0MB', /:9:14 TLW_VALUE_FORMAT expected a size above 0/],
  ['charset: utf9', /:9:10 TLW_CONNECTOR_INVALID charset must be a charset such as windows-1252, got "utf9"/],
  ['timezone: Europe/Berln', /:9:11 TLW_CONNECTOR_INVALID timezone must be a time zone/],
  ['headers: { "X Y": a }', /:9:12 TLW_VALUE_FORMAT expected the name of a header/],
])('a manifest with %s is told at its place', (line, expected) => {
  const manifest = `connector: mine
summary: Mine
config:
  type: object
  additionalProperties: false
  properties:
    shop: { type: string, description: Which shop }
baseUrl: http://127.0.0.1:1
${line}
resources:
  r: { key: id, read: { path: /r } }
`;
  const workspace = makeWorkspace({ 'connectors/mine/connector.yaml': manifest }, { builtin });
  const found = findingsOf(workspace).filter((finding) => finding.startsWith('connectors/'));
  expect(found).toEqual([expect.stringMatching(expected)]);
});

test.each(['settle: 30s', 'timezone: Europe/Berlin', 'limits: { concurrency: 2 }'])(
  'a key of the connection inside of its config is told where it belongs: %s',
  (config) => {
    const [key = ''] = config.split(':');
    const findings = makeWorkspace(
      { 'config/connections.yaml': connections({ config }), 'flows/orders.yaml': flow },
      { builtin },
    ).findings;
    expect(findings.map(({ code, line, hint }) => ({ code, line, hint }))).toEqual([
      { code: 'TLW_KEY_UNKNOWN', line: 7, hint: `\`${key}\` stands beside \`config\`, not in it` },
    ]);
  },
);
