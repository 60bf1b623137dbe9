import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import type { Resource, WriteResult } from '../../../src/contract/connector.ts';
import { toExactNumber } from '../../../src/contract/exact-json/json-number.ts';
import { openFiles, readAll } from './open-files.ts';

const signal = new AbortController().signal;

function write(resource: Resource, ...payloads: readonly unknown[]): Promise<readonly WriteResult[]> {
  const items = payloads.map((payload, index) => ({
    key: `k${index}`,
    payload,
    idempotencyKey: `i${JSON.stringify(payload)}`,
  }));
  return resource.upsert!(items, signal);
}

const declared = (more: object = {}) => ({ write: { file: 'orders.csv', format: 'csv', ...more } });
const text = async (files: { dir: string }, name: string) =>
  (await readFile(join(files.dir, name))).toString();

test('writes a batch as one CSV file, and says where each record stands', async () => {
  await using files = await openFiles();
  const results = await write(
    files.resource(declared()),
    { id: '007', note: 'a, "b"\nc' },
    { id: 1.5, note: null },
    { id: true, note: false },
  );
  expect(await text(files, 'orders.csv')).toBe('id,note\n007,"a, ""b""\nc"\n1.5,\ntrue,false\n');
  expect(results).toEqual([
    { ok: true, id: 'orders.csv:2' },
    { ok: true, id: 'orders.csv:4' },
    { ok: true, id: 'orders.csv:5' },
  ]);
  expect(await files.names()).toEqual(['orders.csv']);
});

test.each([
  ['csv', 'id,n,a\n820982911946154508,1.5,12345678901234567.89\n'],
  ['jsonl', '{"id":"820982911946154508","n":1.5,"a":12345678901234567.89}\n'],
  ['json', '[\n{"id":"820982911946154508","n":1.5,"a":12345678901234567.89}\n]\n'],
])('writes numbers with all of their digits into %s', async (format, content) => {
  await using files = await openFiles();
  const payload = { id: '820982911946154508', n: 1.5, a: toExactNumber('12345678901234567.89') };
  expect(await write(files.resource(declared({ format })), payload)).toMatchObject([{ ok: true }]);
  expect(await text(files, 'orders.csv')).toBe(content);
});

test('writes the columns declared, in their order', async () => {
  await using files = await openFiles();
  await write(
    files.resource(declared({ columns: ['c', 'a'], delimiter: ';' })),
    { a: 1, b: 2 },
    { c: 'x;y', a: 3 },
  );
  expect(await text(files, 'orders.csv')).toBe('c;a\n;1\n"x;y";3\n');
});

test('writes a list of rows for one record', async () => {
  await using files = await openFiles();
  const results = await write(
    files.resource(declared()),
    [
      { id: 'A', n: 1 },
      { id: 'A', n: 2 },
    ],
    { id: 'B', n: 3 },
  );
  expect(await text(files, 'orders.csv')).toBe('id,n\nA,1\nA,2\nB,3\n');
  expect(results.map((result) => result.ok && result.id)).toEqual(['orders.csv:2', 'orders.csv:4']);
});

test.each([
  ['a column the file does not have', { id: 2, other: 'x' }, {}, '"other" is no column of the file'],
  ['a list in a cell', { id: [1] }, {}, 'column "id" must be a single value, got a list'],
  ['none of the columns', { other: 1 }, { columns: ['id'] }, 'none of the columns id'],
  ['no columns at all', 'text', {}, 'must be an object of columns'],
  [
    'characters the encoding lacks',
    { id: '漢' },
    { encoding: 'windows-1252' },
    'characters that windows-1252 does not have',
  ],
])('refuses a record with %s, and writes the others', async (_, payload, more, message) => {
  await using files = await openFiles();
  const results = await write(files.resource(declared(more)), { id: 1 }, payload, { id: 3 });
  expect(await text(files, 'orders.csv')).toBe('id\n1\n3\n');
  expect(results).toMatchObject([
    { ok: true, id: 'orders.csv:2' },
    { ok: false, fault: { code: 'TL_TARGET_REJECTED' } },
    { ok: true, id: 'orders.csv:3' },
  ]);
  expect(results[1]).toHaveProperty('fault.message', expect.stringContaining(message));
});

test('writes no file where every record was refused', async () => {
  await using files = await openFiles();
  const results = await write(files.resource(declared()), 'text');
  expect([results.map(({ ok }) => ok), await files.names()]).toEqual([[false], []]);
});

test('fills in the time, and never overwrites a file', async () => {
  await using files = await openFiles();
  const resource = files.resource(declared({ file: 'out/orders-{{timestamp}}.csv' }));
  await write(resource, { id: 1 });
  const [second] = await write(resource, { id: 2 });
  expect(second).toEqual({ ok: true, id: 'out/orders-20260102T030405678Z-2.csv:2' });
  expect(await files.names()).toEqual([
    'out',
    'out/orders-20260102T030405678Z-2.csv',
    'out/orders-20260102T030405678Z.csv',
  ]);
});

test('recognises a batch that was written before, where its name says so', async () => {
  await using files = await openFiles();
  const resource = files.resource(declared({ file: 'orders-{{batch}}.csv' }));
  const first = await write(resource, { id: 1 }, { id: 2 });
  expect(await write(resource, { id: 1 }, { id: 2 })).toEqual(first);
  await write(resource, { id: 2 });
  expect(await files.names()).toHaveLength(2);
});

test('sets the marker once the file is complete', async () => {
  await using files = await openFiles();
  await write(files.resource(declared({ done: true })), { id: 1 });
  expect(await files.names()).toEqual(['orders.csv', 'orders.csv.done']);
});

test('takes the file back when its marker cannot be set', async () => {
  await using files = await openFiles();
  await mkdir(join(files.dir, 'orders.csv.done'));
  await expect(write(files.resource(declared({ done: true })), { id: 1 })).rejects.toMatchObject({
    code: 'TL_CONNECTION_CONFIG',
  });
  expect(await files.names()).toEqual(['orders.csv.done']);
});

test.each([
  ['json', '[\n{"id":"1"},\n{"id":"2"}\n]\n', ['o.json:2', 'o.json:3']],
  ['jsonl', '{"id":"1"}\n{"id":"2"}\n', ['o.jsonl:1', 'o.jsonl:2']],
  [
    'xml',
    '<?xml version="1.0" encoding="utf-8"?>\n<orders>\n<order><id>1</id></order>\n<order><id>2</id></order>\n</orders>\n',
    ['o.xml:3', 'o.xml:4'],
  ],
])('writes %s that it can read again', async (format, expected, ids) => {
  await using files = await openFiles();
  const records = format === 'xml' ? { records: 'orders.order' } : {};
  const results = await write(
    files.resource({ write: { file: `o.${format}`, format, ...records } }),
    { id: '1' },
    { id: '2' },
  );
  expect(await text(files, `o.${format}`)).toBe(expected);
  expect(results.map((result) => result.ok && result.id)).toEqual(ids);
  await files.put(`o.${format}`, expected);
  const read = await readAll(files.resource({ read: { files: 'o.*', format, ...records } }));
  expect(read.records).toEqual([{ id: '1' }, { id: '2' }]);
});

test('refuses a record that XML has no names for', async () => {
  await using files = await openFiles();
  const results = await write(files.resource({ write: { file: 'o.xml', format: 'xml', records: 'o.r' } }), {
    'Invoice No': 1,
  });
  expect(results).toMatchObject([{ ok: false, fault: { code: 'TL_TARGET_REJECTED' } }]);
});

test('writes in another encoding', async () => {
  await using files = await openFiles();
  await write(files.resource(declared({ encoding: 'windows-1252' })), { id: 'Größe €' });
  expect(iconv.decode(await readFile(join(files.dir, 'orders.csv')), 'windows-1252')).toBe('id\nGröße €\n');
});

test('reads back whatever cells it wrote', async () => {
  await using files = await openFiles();
  const rows = ['', ' ', '\r', '\n', '"', '""', ',', ';', '\t', 'a"b', '\uFEFF', 'ä'].map((id) => ({
    id,
    n: 'x',
  }));
  await write(files.resource(declared()), ...rows);
  await files.put('orders.csv', await text(files, 'orders.csv'));
  expect((await readAll(files.resource({ read: { files: '*.csv', format: 'csv' } }))).records).toEqual(rows);
});

test.each([
  ['a name outside the folder', { file: '../orders.csv' }],
  ['a placeholder that it does not know', { file: 'orders-{{key}}.csv' }],
  ['XML without names for its elements', { file: 'o.xml', format: 'xml' }],
])('refuses %s', async (_, more) => {
  await using files = await openFiles();
  expect(() => files.resource(declared(more))).toThrow(
    expect.objectContaining({ code: 'TL_CONNECTION_CONFIG' }),
  );
});

test('does not write through a link that leads outside', async () => {
  await using outside = await openFiles();
  await using files = await openFiles();
  await symlink(outside.dir, join(files.dir, 'out'));
  await expect(write(files.resource(declared({ file: 'out/a.csv' })), { id: 1 })).rejects.toMatchObject({
    code: 'TL_CONNECTION_CONFIG',
  });
  expect(await outside.names()).toEqual([]);
});

test('writes nothing into a folder that does not exist', async () => {
  await using files = await openFiles({}, { path: '/nowhere/data' });
  await expect(write(files.resource(declared()), { id: 1 })).rejects.toMatchObject({
    code: 'TL_CONNECTION_CONFIG',
  });
});

test('writes as text what a spreadsheet would calculate, and numbers as they are', async () => {
  await using files = await openFiles();
  const resource = files.resource(declared({ formulas: 'neutralise' }));
  await write(resource, {
    a: '=1+1',
    b: '+49 30 123',
    c: '-5.50',
    d: '@SUM(A1)',
    e: '\tx',
    f: -7,
    g: '+12,5',
    h: 'a=b',
    i: '-',
  });
  expect(await readFile(join(files.dir, 'orders.csv'), 'utf8')).toBe(
    "a,b,c,d,e,f,g,h,i\n'=1+1,'+49 30 123,-5.50,'@SUM(A1),'\tx,-7,\"+12,5\",a=b,'-\n",
  );
});
