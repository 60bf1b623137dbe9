import { gzipSync } from 'node:zlib';
import * as xlsx from '@e965/xlsx';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { openFiles, readAll } from './open-files.ts';

const csv = { read: { files: 'a*', format: 'csv' } };
const read = async (content: string | Buffer, declared: object = csv, name = 'a.csv') => {
  await using files = await openFiles({ [name]: content });
  return await readAll(files.resource({ ...declared }));
};
const reading = (more: object) => ({ read: { files: 'a*', ...more } });

describe('a file that is packed with gzip', () => {
  test('is unpacked, in every format, whatever it is called', async () => {
    const csvRead = await read(gzipSync('id,n\n1,a\n2,b\n'), csv, 'a.csv.gz');
    expect(csvRead.records).toEqual([
      { id: '1', n: 'a' },
      { id: '2', n: 'b' },
    ]);
    const lines = await read(gzipSync('{"id":1}\n{"id":2}\n'), reading({ format: 'jsonl' }), 'a');
    expect(lines.records).toEqual([{ id: 1 }, { id: 2 }]);
    const json = await read(gzipSync('[{"id":1}]'), reading({ format: 'json' }));
    expect(json.records).toEqual([{ id: 1 }]);
    const xml = await read(gzipSync('<o><r><id>1</id></r></o>'), reading({ format: 'xml', records: 'o.r' }));
    expect(xml.records).toEqual([{ id: '1' }]);
  });

  test('that is cut off or damaged is no file with fewer records', async () => {
    const whole = gzipSync(`id,n\n${Array.from({ length: 30_000 }, (_, n) => `${n},${n * 7}`).join('\n')}\n`);
    const { thrown } = await read(whole.subarray(0, whole.length - 2_000));
    expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
    expect(thrown?.message).toContain('a.csv:1: is compressed with gzip, and damaged or cut off');
  });
});

describe('lines before the header', () => {
  test('are passed over, and counted', async () => {
    const { records, faults } = await read(
      'Stock list\r\n"of, today"\r\n\r\nid,n\r\n1,a\r\n2\r\n',
      reading({ format: 'csv', skip: 3 }),
    );
    expect(records).toEqual([{ id: '1', n: 'a' }]);
    expect(faults.map(({ message }) => message)).toEqual(['a.csv:6: 1 column where the header has 2']);
  });

  test.each([
    ['sep=;\r\nid;n\r\n1;a,b\r\n', { id: '1', n: 'a,b' }],
    ['"sep=|"\nid|n\n1|a;b\n', { id: '1', n: 'a;b' }],
    ['SEP=\t\nid\tn\n1\tx\n', { id: '1', n: 'x' }],
  ])('may say what separates fields: %j', async (text, record) => {
    const { records, thrown } = await read(text);
    expect(thrown).toBeUndefined();
    expect(records).toEqual([record]);
  });
});

test('tells a header line that stands again in the middle', async () => {
  const { records, faults } = await read('id,n\n1,a\nid,n\n2,b\n');
  expect(records).toEqual([
    { id: '1', n: 'a' },
    { id: '2', n: 'b' },
  ]);
  expect(faults.map(({ message }) => message)).toEqual([
    'a.csv:3: the header line stands here again; it is no record',
  ]);
});

describe('lines with fields by their columns', () => {
  const fields = [
    { name: 'id', start: 1, length: 5 },
    { name: 'qty', start: 6, length: 4 },
    { name: 'name', start: 10, length: 6 },
  ];
  test('give records, whatever their characters take in bytes', async () => {
    const text = 'HEADER\nA-1     7Käse  \nA-2    12Öl\n\nA-3\n';
    const { records, faults } = await read(text, reading({ format: 'fixed', fields, skip: 1 }));
    expect(records).toEqual([
      { id: 'A-1', qty: '7', name: 'Käse' },
      { id: 'A-2', qty: '12', name: 'Öl' },
    ]);
    expect(faults.map(({ message }) => message)).toEqual([
      'a.csv:5: the line has 3 characters, expected 10 to 15',
    ]);
  });

  test('may be in another encoding', async () => {
    const content = iconv.encode('A-1     7Käse  \n', 'cp850');
    const { records } = await read(content, reading({ format: 'fixed', fields, encoding: 'cp850' }));
    expect(records).toEqual([{ id: 'A-1', qty: '7', name: 'Käse' }]);
  });

  test.each([
    [reading({ format: 'fixed' }), 'must say where each field stands'],
    [reading({ format: 'csv', fields }), 'is for `format: fixed` only'],
    [
      reading({ format: 'fixed', fields: [...fields, { name: 'x', start: 12, length: 9 }] }),
      '"name" reaches into "x", which starts in column 12',
    ],
    [
      reading({ format: 'fixed', fields: [...fields, { name: 'id', start: 90, length: 9 }] }),
      'names "id" twice',
    ],
  ])('are refused where they cannot be meant: %j', async (declared, message) => {
    await using files = await openFiles();
    expect(() => files.resource(declared)).toThrow(message);
  });
});

test.each(['xlsx', 'json', 'xml'])('refuses a file of no bytes as %s, and leaves it', async (format) => {
  await using files = await openFiles({ [`a.${format}`]: '' });
  const { thrown } = await readAll(files.resource({ read: { files: `a.${format}`, format } }));
  expect(thrown?.message).toContain(`a.${format}:1: the file is empty, which is no `);
  expect(await files.names()).toEqual([`a.${format}`]);
});

describe('an Excel workbook', () => {
  const book = () => {
    const made = xlsx.utils.book_new();
    const sheet = xlsx.utils.aoa_to_sheet([
      ['Stock of the day'],
      [],
      ['id', 'qty', 'price', 'counted', 'ok'],
      ['00123', 7, 1234.5, { t: 'n', v: 46082.34375, z: 'yyyy-mm-dd hh:mm' }, true],
      [
        { t: 'n', v: 42, z: '00000' },
        { t: 'n', v: 0.1 + 0.2 },
        { t: 'n', v: 1234.5, z: '#,##0.00 €' },
      ],
      [{ t: 'n', v: 8 }, '', '', { t: 'n', v: 46082, z: 'dd.mm.yyyy' }],
      ['X', { t: 'e', v: 42 }],
      ['id', 'qty', 'price', 'counted', 'ok'],
    ]);
    xlsx.utils.book_append_sheet(made, xlsx.utils.aoa_to_sheet([['other'], ['1']]), 'Notes');
    xlsx.utils.book_append_sheet(made, sheet, 'Stock');
    return xlsx.write(made, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
  };
  const stock = { format: 'xlsx', sheet: 'Stock', skip: 2 };

  test('gives the rows of a sheet as texts, numbers with all their digits', async () => {
    const { records, faults, thrown } = await read(book(), reading(stock), 'a.xlsx');
    expect(thrown).toBeUndefined();
    expect(records).toEqual([
      { id: '00123', qty: '7', price: '1234.5', counted: '2026-03-01T08:15:00', ok: 'true' },
      { id: '00042', qty: '0.3', price: '1234.5', counted: '', ok: '' },
      { id: '8', qty: '', price: '', counted: '2026-03-01', ok: '' },
    ]);
    expect(faults.map(({ message }) => message)).toEqual([
      'a.xlsx (Stock):7: the cell in column 2 holds an error of Excel',
      'a.xlsx (Stock):8: the header row stands here again; it is no record',
    ]);
  });

  test('is read by the place of a sheet, too', async () => {
    const { records } = await read(book(), reading({ ...stock, sheet: 2 }), 'a.xlsx');
    expect(records).toHaveLength(3);
  });

  test.each([
    [{ ...stock, sheet: 'Stok' }, 'a.xlsx:1: has no sheet "Stok"; it has "Notes", "Stock"'],
    [
      { format: 'xlsx', sheet: 1 },
      'a.xlsx (Notes):1: the header lacks "id", the resource\'s key; it has "other"',
    ],
  ])('without what is asked for is told: %j', async (declared, message) => {
    const { thrown } = await read(book(), reading(declared), 'a.xlsx');
    expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE', message });
  });

  test('that is none, or damaged, is told', async () => {
    const whole = book();
    const damaged = await read(whole.subarray(0, whole.length / 2), reading(stock), 'a.xlsx');
    expect(damaged.thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
    expect(damaged.thrown?.message).toContain('a.xlsx:1: cannot be read as an Excel workbook');
  });

  const made = (rows: readonly (readonly unknown[])[]): Buffer => {
    const one = xlsx.utils.book_new();
    xlsx.utils.book_append_sheet(one, xlsx.utils.aoa_to_sheet(rows.map((row) => [...row])), 'Items');
    return xlsx.write(one, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
  };

  test('keeps the digits of whole numbers, or says that they are gone', async () => {
    const ids = [4_012_345_678_901_234, 9_007_199_254_740_991, 820_982_911_946_154_000, 1e21];
    const { records, faults } = await read(
      made([['id'], ...ids.map((id) => [id])]),
      reading({ format: 'xlsx' }),
      'a.xlsx',
    );
    expect(records).toEqual([
      { id: '4012345678901234' },
      { id: '9007199254740991' },
      { id: '820982911946154000' },
      { id: '1000000000000000000000' },
    ]);
    expect(faults).toEqual([]);
    const lost = await read(made([['id'], [2 ** 60], [7]]), reading({ format: 'xlsx' }), 'a.xlsx');
    expect(lost.records).toEqual([{ id: '7' }]);
    expect(lost.faults).toMatchObject([
      { message: expect.stringContaining('the cell in column 1 holds a number of more digits') },
    ]);
  });

  test('has an error of the row for a day that Excel has none for', async () => {
    const date = (v: number) => ({ t: 'n', v, z: 'yyyy-mm-dd' });
    const { records, faults, thrown } = await read(
      made([
        ['id', 'on'],
        ['a', date(-1)],
        ['b', date(46_082)],
        ['c', date(1e9)],
      ]),
      reading({ format: 'xlsx' }),
      'a.xlsx',
    );
    expect(thrown).toBeUndefined();
    expect(records).toEqual([{ id: 'b', on: '2026-03-01' }]);
    expect(faults.map(({ message }) => message)).toEqual([
      'a.xlsx (Items):2: the cell in column 2 holds a date that Excel has none for',
      'a.xlsx (Items):4: the cell in column 2 holds a date that Excel has none for',
    ]);
  });

  test('is read from the first sheet that is shown', async () => {
    const two = xlsx.utils.book_new();
    xlsx.utils.book_append_sheet(two, xlsx.utils.aoa_to_sheet([['id'], ['hidden']]), 'Lists');
    xlsx.utils.book_append_sheet(two, xlsx.utils.aoa_to_sheet([['id'], ['shown']]), 'Items');
    two.Workbook = { Sheets: [{ Hidden: 1 }, { Hidden: 0 }] };
    const file = xlsx.write(two, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
    expect((await read(file, reading({ format: 'xlsx' }))).records).toEqual([{ id: 'shown' }]);
    expect((await read(file, reading({ format: 'xlsx', sheet: 1 }))).records).toEqual([{ id: 'hidden' }]);
  });
});

describe('a file of another kind', () => {
  const binary = Buffer.from(Array.from({ length: 2_000 }, (_, n) => (n * 37) % 256));
  test.each([
    ['a workbook', Buffer.concat([Buffer.from('PK\x03\x04'), binary]), 'say `format: xlsx`'],
    [
      'an old workbook',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), binary]),
      'an old Office file (.xls)',
    ],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n'), 'is a PDF'],
    ['a picture', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), binary]), 'is a PNG image'],
    ['something binary', binary, 'the file is binary, and no text'],
    ['UTF-16 without a mark', Buffer.from('id,n\n1,a\n', 'utf16le'), 'say `encoding: utf-16le`'],
    ['the same the other way', Buffer.from('id,n\n1,a\n', 'utf16le').swap16(), 'say `encoding: utf-16be`'],
  ])('is told by what it is, in every format: %s', async (_what, content, message) => {
    for (const format of ['csv', 'jsonl', 'json', 'xml']) {
      const { thrown, records } = await read(content, reading({ format }));
      expect(thrown?.code).toBe('TL_SOURCE_UNREADABLE');
      expect(thrown?.message).toContain(message);
      expect(records).toEqual([]);
    }
  });

  test('is no folder', async () => {
    await using files = await openFiles({ 'orders/a.csv': 'id\n1\n' });
    const { thrown } = await readAll(files.resource({ read: { files: 'orders', format: 'csv' } }));
    expect(thrown?.message).toBe(
      'orders is a folder, and no file; name the files in it: `files: "orders/*.csv"`',
    );
  });
});
