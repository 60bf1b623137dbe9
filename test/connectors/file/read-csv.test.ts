import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { openFiles, readAll } from './open-files.ts';

const csv = (more: object = {}) => ({ read: { files: '*.csv', format: 'csv', ...more } });

async function read(content: string | Buffer, more: object = {}) {
  await using files = await openFiles({ 'a.csv': content });
  return { ...(await readAll(files.resource(csv(more)))), log: files.log, names: await files.names() };
}

test.each([
  ['commas', 'id,name\n1,x\n', {}],
  ['semicolons, found in the header', 'id;name\n1;x\n', {}],
  ['tabs, found in the header', 'id\tname\n1\tx\n', {}],
  ['pipes, found in the header', 'id|name\n1|x\n', {}],
  ['a delimiter that is declared', 'id;name\n1;x', { delimiter: ';' }],
  ['a delimiter in a quoted name that does not count', '"id";"name"\n1;x', {}],
  ['CRLF', 'id,name\r\n1,x\r\n', {}],
  ['CR alone', 'id,name\r1,x\r', {}],
  ['a byte order mark', '\uFEFFid,name\n1,x\n', {}],
  ['no line end at the end', 'id,name\n1,x', {}],
  ['empty lines', '\nid,name\n\n\r\n1,x\n\n', {}],
  ['spaces around names', ' id , name \n1,x\n', {}],
  ['a delimiter at the end of every line', 'id;name;\n1;x;\n', {}],
  ['names that are declared', '1,x\n', { header: ['id', 'name'] }],
  ['another quote', "id,name\n1,'x'\n", { quote: "'" }],
  ['the columns expected, in another order', 'id,name\n1,x\n', { columns: ['name', 'id'] }],
])('reads a CSV file with %s', async (_, content, more) => {
  const { records, faults, thrown, names } = await read(content, more);
  expect({ records, faults, thrown }).toEqual({
    records: [{ id: '1', name: 'x' }],
    faults: [],
    thrown: undefined,
  });
  expect(names).toEqual(['archive', 'archive/a.csv']);
});

test('keeps quoted delimiters, quotes and line ends, and every value as text', async () => {
  const { records } = await read('id,name,price\n007,"a, ""b""\r\nc",1.50\n2,,\n');
  expect(records).toEqual([
    { id: '007', name: 'a, "b"\r\nc', price: '1.50' },
    { id: '2', name: '', price: '' },
  ]);
});

test('takes quotes for ordinary characters where quoting is off', async () => {
  const { records } = await read('id,name\n1,12" RULER\n2,"x\n', { quote: false });
  expect(records).toEqual([
    { id: '1', name: '12" RULER' },
    { id: '2', name: '"x' },
  ]);
});

test.each([
  ['has too few columns', 'id,name\n1,x\n2\n3,z\n', 'a.csv:3: 1 column where the header has 2', '2'],
  [
    'has too many columns',
    'id,name\n1,x\n2,y,!\n3,z\n',
    'a.csv:3: 3 columns where the header has 2',
    '2,y,!',
  ],
  [
    'opens a quote the next line closes',
    'id,name\n1,x\n2,"y\n3,z\n4,"z"\n',
    'a.csv:3: a quote is opened and not closed',
    '2,"y',
  ],
  [
    'opens a quote nothing closes',
    'id,name\n1,x\n2,"y\n3,z\n',
    'a.csv:3: a quote is opened and never closed',
    '2,"y',
  ],
  [
    'opens a quote at the very end',
    'id,name\n1,x\n3,z\n2,"y',
    'a.csv:4: a quote is opened and never closed',
    '2,"y',
  ],
  [
    'has a quote inside a field',
    'id,name\n1,x\n2,12" RULER\n3,z\n',
    'a.csv:3: a quote stands inside a field',
    '2,12" RULER',
  ],
  [
    'has text after a quote',
    'id,name\n1,x\n2,"y"y\n3,z\n',
    'a.csv:3: a quote is opened and not closed',
    '2,"y"y',
  ],
])('makes one fault of a line that %s, and reads the others', async (_, content, message, raw) => {
  const { all, records, thrown, names } = await read(content);
  const broken = all.flatMap((each) => ('fault' in each ? [each] : []));
  expect(broken.map((each) => [each.fault.code, each.raw])).toEqual([['TL_SOURCE_RECORD', raw]]);
  expect(broken[0]?.fault.message).toContain(message);
  expect(records).toEqual(
    expect.arrayContaining([
      { id: '1', name: 'x' },
      { id: '3', name: 'z' },
    ]),
  );
  expect(thrown).toBeUndefined();
  expect(names).toContain('archive/a.csv');
});

test('counts the lines of records that span several', async () => {
  const { faults } = await read('id,name\r\n1,"x\r\ny\r\nz"\r\n\r\n2\r\n');
  expect(faults.map((fault) => fault.message)).toEqual(['a.csv:6: 1 column where the header has 2']);
});

test('counts the empty lines before one that is broken', async () => {
  const { records, faults } = await read('id,name\n1,x\n\n\n2,"y\n3,z\n');
  expect(records).toEqual([
    { id: '1', name: 'x' },
    { id: '3', name: 'z' },
  ]);
  expect(faults.map((fault) => fault.message)).toEqual(['a.csv:5: a quote is opened and never closed']);
});

test('makes a fault of a line that is not UTF-8, and never a replacement character', async () => {
  const latin = Buffer.concat([Buffer.from('id,name\n1,ä\n2,'), Buffer.from([0xe4]), Buffer.from('\n3,ö\n')]);
  const { records, faults } = await read(latin);
  expect(records).toEqual([
    { id: '1', name: 'ä' },
    { id: '3', name: 'ö' },
  ]);
  expect(faults.map((fault) => fault.message)).toEqual(['a.csv:3: the line is not utf-8 text']);
});

test('passes on a replacement character that stands in the file itself', async () => {
  const { records } = await read('id,name\n1,\uFFFD\n');
  expect(records).toEqual([{ id: '1', name: '\uFFFD' }]);
});

test.each(['windows-1252', 'utf-16le', 'utf-16be', 'iso-8859-15', 'cp437'])('reads %s', async (encoding) => {
  const rows = Array.from({ length: 40_000 }, (_, index) => `${index};Größe`);
  const { records, faults } = await read(
    iconv.encode(`id;Maß\n${rows.join('\n')}\n`, encoding, { addBOM: true }),
    { encoding },
  );
  expect(faults).toEqual([]);
  expect(records).toHaveLength(40_000);
  expect(records.every((record) => (record as { Maß: string })['Maß'] === 'Größe')).toBe(true);
});

test('makes a fault of a line with a byte its encoding does not have', async () => {
  const bytes = Buffer.concat([Buffer.from('id,name\n1,x\n2,'), Buffer.from([0x81]), Buffer.from('\n')]);
  const { records, faults } = await read(bytes, { encoding: 'windows-1252' });
  expect(records).toEqual([{ id: '1', name: 'x' }]);
  expect(faults.map((fault) => fault.message)).toEqual(['a.csv:3: the line is not windows-1252 text']);
});

test.each([
  ['names a column twice', 'id,name,name,id\n1,x,y,z\n', {}, '"name", "id" more than once'],
  ['leaves a column unnamed', 'id,,name\n1,x,y\n', {}, 'column 2 of the header has no name'],
  ['lacks a column expected', 'id,Name\n1,x\n', { columns: ['id', 'name'] }, 'lacks "name" and has "Name"'],
  ['lacks the key', 'nr,name\n1,x\n', {}, 'the header lacks "id", the resource\'s key; it has "nr", "name"'],
  ['has a broken quote', '"id,name\n1,x\n', {}, 'the header cannot be read'],
  ['is in UTF-32', iconv.encode('id,name\n', 'utf-32le', { addBOM: true }), {}, 'encoding: utf-32le'],
  ['is in UTF-16', iconv.encode('id,name\n', 'utf-16le', { addBOM: true }), {}, 'encoding: utf-16le'],
])('refuses a file whose header %s', async (_, content, more, message) => {
  const { all, thrown, names } = await read(content, more);
  expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE', kind: 'config' });
  expect(thrown?.message).toContain('a.csv:1: ');
  expect(thrown?.message).toContain(message);
  expect(all).toEqual([]);
  expect(names).toEqual(['a.csv']);
});

test.each([
  ['of no bytes', '', {}],
  ['of blank lines', '\n\r\n\n', {}],
  ['of a byte order mark', '\uFEFF', {}],
  ['that ends before its header', 'title\nnotes\n', { skip: 5 }],
  ['packed from nothing', gzipSync(''), {}],
])('proves no empty list by a file %s, and leaves it', async (_, content, more) => {
  const { all, thrown, names } = await read(content, more);
  expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
  expect(thrown?.message).toContain('the file has no header line');
  expect({ all, names }).toEqual({ all: [], names: ['a.csv'] });
});

test('makes a fault of a line that is cut within a character of two bytes', async () => {
  const cut = Buffer.concat([iconv.encode('id,name\n1,x\n2,y', 'utf-16le'), Buffer.from([0x41])]);
  const { records, faults } = await read(cut, { encoding: 'utf-16le' });
  expect(records).toEqual([{ id: '1', name: 'x' }]);
  expect(faults.map(({ message }) => message)).toEqual(['a.csv:3: the line is not utf-16le text']);
});

test('takes a file of no bytes where the declaration names the columns', async () => {
  const { all, thrown, names } = await read('', { header: ['id', 'name'] });
  expect({ all, thrown, names }).toEqual({ all: [], thrown: undefined, names: ['archive', 'archive/a.csv'] });
});

test('makes a fault of a row with a zero byte, in a short file too', async () => {
  const { all, thrown } = await read('id,name\na,1\nb\0,2\nc,3\0\n');
  expect(thrown).toBeUndefined();
  expect(all).toHaveLength(3);
});

test('takes a file that has only a header', async () => {
  const { all, log, names } = await read('id,name\n');
  expect({ all, log, names }).toEqual({ all: [], log: [], names: ['archive', 'archive/a.csv'] });
});

test('gives up a file in which record after record is broken', async () => {
  const { thrown, all, names } = await read(`id,name\n1,x\n${'1,2,3\n'.repeat(100)}`);
  expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
  expect(thrown?.message).toContain('a.csv:102: 100 records in a row cannot be read');
  expect({ all, names }).toEqual({ all: [], names: ['a.csv'] });
});

test('makes a fault of a record that is too large, and goes on behind it', async () => {
  const long = 'y'.repeat(600_000);
  const { all } = await read(`id,name\n1,x\n2,${long}\n3,z\n4,"${long}"\n5,z\n`, { maxRecord: '1KB' });
  expect(
    all.map((each) =>
      'fault' in each ? `${each.fault.code} ${each.fault.message}` : (each.record as { id: string }).id,
    ),
  ).toEqual([
    '1',
    'TL_RECORD_TOO_LARGE a.csv:3: the record is larger than 1 KB',
    '3',
    'TL_RECORD_TOO_LARGE a.csv:5: the record is larger than 1 KB',
    '5',
  ]);
  expect(all.every((each) => !('raw' in each) || each.raw.length <= 64 * 1024)).toBe(true);
});

test('looks for the end of a quote only as far as a record may reach', async () => {
  const rows = Array.from({ length: 2_000 }, (_, index) => `${index},x`).join('\n');
  const { records, faults } = await read(`id,name\na,"x\n${rows}\n`, { maxRecord: '1KB' });
  expect(records).toHaveLength(2_000);
  expect(faults.map((fault) => fault.message)).toEqual([
    'a.csv:2: a quote is opened and not closed within 1 KB',
  ]);
});

test('stays quick where every other line has a stray quote', async () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => `${index},12" RULER\n${index},ok`).join('\n');
  const { records, faults } = await read(`id,name\n${rows}\n`);
  expect([records.length, faults.length]).toEqual([5_000, 5_000]);
}, 10_000);
