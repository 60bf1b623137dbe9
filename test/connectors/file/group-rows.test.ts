import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { madeMonth, retailMonth } from '../../support/retail-month.ts';
import { openFiles, readAll } from './open-files.ts';

async function read(content: string, more: object = {}, group: object = {}) {
  await using files = await openFiles({ 'a.csv': content });
  const declared = {
    read: { files: '*.csv', format: 'csv', group: { by: 'id', as: 'lines', ...group }, ...more },
  };
  return { ...(await readAll(files.resource(declared))), names: await files.names() };
}

/** `A:1,2` for a document A with the lines 1 and 2, the message of a fault otherwise. */
function outline({ all }: Awaited<ReturnType<typeof read>>): readonly string[] {
  return all.map((each) => {
    if ('fault' in each) return `${each.fault.code} ${each.fault.message}`;
    const { id, lines } = each.record as { id: string; lines: { n: string }[] };
    return `${id}:${lines.map(({ n }) => n).join(',')}`;
  });
}

test('makes a document of neighbouring rows, with all columns of the first and every row whole', async () => {
  const { records } = await read('id,n,c\nA,1,x\nA,2,y\nB,3,z\n');
  expect(records).toEqual([
    {
      id: 'A',
      n: '1',
      c: 'x',
      lines: [
        { id: 'A', n: '1', c: 'x' },
        { id: 'A', n: '2', c: 'y' },
      ],
    },
    { id: 'B', n: '3', c: 'z', lines: [{ id: 'B', n: '3', c: 'z' }] },
  ]);
});

test('keeps only the columns named for the document', async () => {
  const { records } = await read('id,n,c\nA,1,x\n', {}, { header: ['c'] });
  expect(records).toEqual([{ id: 'A', c: 'x', lines: [{ id: 'A', n: '1', c: 'x' }] }]);
});

test('stops a file in which a document comes up again, naming it and the line', async () => {
  const result = await read('id,n\nA,1\nB,2\nA,3\n');
  expect(result.thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
  expect(result.thrown?.message).toContain('a.csv:4: id A comes up again');
  expect(result.thrown?.message).toContain('group.sorted');
  expect([result.all, result.names]).toEqual([[], ['a.csv']]);
});

test('collects rows over the whole file where they are not sorted', async () => {
  const result = await read('id,n\nA,1\nB,2\nA,3\n', {}, { sorted: false });
  expect(outline(result)).toEqual(['A:1,3', 'B:2']);
});

test('collects no more than its limit', async () => {
  const { thrown } = await read(`id,n\n${'A,1\nB,2\n'.repeat(300)}`, {}, { sorted: false, limit: '1KB' });
  expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
  expect(thrown?.message).toContain('more than 1 KB of rows (group.limit)');
});

test('holds a document back when one of its rows is broken, and no other', async () => {
  const result = await read('id,n\nA,1\nA,2,!\nA,3\nB,4\n');
  expect(outline(result)).toEqual([
    'TL_SOURCE_RECORD a.csv:3: 3 columns where the header has 2; document A (lines 2 to 4) is held back, it would not be whole',
    'B:4',
  ]);
});

test.each([
  ['a broken last row', 'id,n\nA,1\nA,!,!\nB,2\n', ['held A', 'B:2']],
  ['a broken first row', 'id,n\nA,1\nB,!,!\nB,2\n', ['A:1', 'held B']],
  ['a broken row of its own', 'id,n\nA,1\nX,!,!\nB,2\n', ['A:1', 'alone', 'B:2']],
  ['a row nobody can place', 'id,n\nA,1\n"A,!\nB,2\n', ['held A', 'held B']],
  ['a broken row at the start', 'id,n\n"A,!\nB,2\nC,3\n', ['held B', 'C:3']],
  ['a broken row at the end', 'id,n\nA,1\nB,2\n"B\n', ['A:1', 'held B']],
  ['nothing but a broken row', 'id,n\n"B\n', ['alone']],
  ['a row without a key', 'id,n\nA,1\n,2\nB,3\n', ['held A', 'held B']],
])('gives %s to the document it belongs to', async (_, content, expected) => {
  const outlined = outline(await read(content)).map((each) => {
    if (!each.startsWith('TL_')) return each;
    const [, held] = /document (\w+) .* is held back/.exec(each) ?? [];
    return held === undefined ? 'alone' : `held ${held}`;
  });
  expect(outlined).toEqual(expected);
});

test('trusts a shifted value only where a neighbour says the same', async () => {
  const result = await read('n,id\n1,A\n2,x,A\n3,B\n');
  expect(outline(result).map((each) => each.slice(0, 4))).toEqual(['TL_S', 'TL_S']);
});

test('stops an unsorted file with a broken row that could belong to any document', async () => {
  const { thrown } = await read('id,n\nA,1\n"B,2\nA,3\n', {}, { sorted: false });
  expect(thrown?.message).toContain(
    'a.csv:3: a quote is opened and never closed; with group.sorted: false it could',
  );
  const certain = await read('id,n\nA,1\nB,2,!\nA,3\nC,4\n', {}, { sorted: false });
  expect(outline(certain).map((each) => each.slice(0, 5))).toEqual(['A:1,3', 'TL_SO', 'C:4']);
});

test('makes one fault of a document that is too large', async () => {
  const result = await read(`id,n\nA,1\n${'B,2\n'.repeat(1_000)}C,3\n`, { maxRecord: '1KB' });
  expect(outline(result)).toEqual([
    'A:1',
    'TL_RECORD_TOO_LARGE a.csv:3: document B (lines 3 to 1002) is larger than 1 KB',
    'C:3',
  ]);
});

test.each([
  ['the column grouped by', 'nr,n\nA,1\n', {}, 'lacks "id"'],
  ['a column kept', 'id,n\nA,1\n', { header: ['c'] }, 'lacks "c", the column kept on the document'],
  [
    'room for the rows',
    'id,lines\nA,1\n',
    {},
    'has a column "lines", which is the name of the document\'s rows',
  ],
])('refuses a file without %s', async (_, content, group, message) => {
  const { thrown } = await read(content, {}, group);
  expect(thrown?.message).toContain(message);
});

test('groups JSON Lines as well', async () => {
  await using files = await openFiles({
    'a.jsonl': '{"h":{"id":1},"n":1}\n{"h":{"id":1},"n":2}\n{"h":{"id":2},"n":3}\n',
  });
  const resource = files.resource({
    key: 'h.id',
    read: { files: '*.jsonl', format: 'jsonl', group: { by: 'h.id', as: 'lines', header: ['c'] } },
  });
  const { records } = await readAll(resource);
  expect(
    records.map((record) => [resource.keyOf(record), (record as { lines: unknown[] }).lines.length]),
  ).toEqual([
    ['1', 2],
    ['2', 1],
  ]);
});

test.each([
  ['the month of a shop', () => readFile(retailMonth(), 'utf8')],
  ['its counterpart', async () => madeMonth()],
])('reads %s: 2,025 documents, 42,481 rows', async (_, month) => {
  await using files = await openFiles();
  await writeFile(join(files.dir, '2010-12.csv'), await month());
  await files.put('2010-12.csv.done', '');
  const resource = files.resource({
    key: 'InvoiceNo',
    read: { files: '*.csv', format: 'csv', ready: 'done', group: { by: 'InvoiceNo', as: 'lines' } },
  });
  const { records, faults, pages } = await readAll(resource);
  const lines = records.map((record) => (record as { lines: unknown[] }).lines.length);
  expect(faults).toEqual([]);
  expect([records.length, lines.reduce((sum, count) => sum + count, 0), Math.max(...lines)]).toEqual([
    2_025, 42_481, 675,
  ]);
  expect(new Set(records.map((record) => resource.keyOf(record))).size).toBe(2_025);
  expect(pages.map((page) => page.records.length)).toEqual([1_000, 1_000, 25]);
  expect(await files.names()).toEqual(['archive', 'archive/2010-12.csv']);
});
