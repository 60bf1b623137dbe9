import { open } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { isDeeperThan, maxLevels } from '../../../src/contract/text/record-bounds.ts';
import { openFiles, readAll } from './open-files.ts';

async function read(name: string, content: string | Buffer, more: object = {}) {
  await using files = await openFiles({ [name]: content });
  const format = name.split('.').at(-1);
  return {
    ...(await readAll(files.resource({ read: { files: name, format, ...more } }))),
    names: await files.names(),
  };
}

test('reads JSON Lines, one fault for each line that is none', async () => {
  const lines = [
    '{"id":1}',
    '',
    '{"id":2',
    '[3]',
    '{"id":"4"}\r',
    Buffer.from([0x22, 0xff, 0x22]),
    '{"id":6}',
  ];
  const content = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
  const { records, faults } = await read('a.jsonl', content);
  expect(records).toEqual([{ id: 1 }, { id: '4' }, { id: 6 }]);
  expect(faults.map((fault) => fault.message)).toEqual([
    'a.jsonl:3: the line is not JSON (column 8)',
    'a.jsonl:4: the line must be a JSON object, got a list',
    'a.jsonl:6: the line is not utf-8 text',
  ]);
});

test('reads JSON Lines over many chunks, and the last line without an end', async () => {
  const rows = Array.from({ length: 30_000 }, (_, id) => JSON.stringify({ id, text: 'ü'.repeat(20) }));
  const { records, faults, pages } = await read('a.jsonl', rows.join('\n'));
  expect([records.length, faults.length]).toEqual([30_000, 0]);
  expect(pages.every((page) => page.records.length <= 1_000)).toBe(true);
});

test('cuts pages by bytes as well', async () => {
  const rows = Array.from({ length: 20 }, (_, id) => JSON.stringify({ id, text: 'x'.repeat(1024 ** 2) }));
  const { pages } = await read('a.jsonl', rows.join('\n'));
  expect(pages.map((page) => page.records.length)).toEqual([4, 4, 4, 4, 4]);
});

test('makes a fault of a JSON line that is too large, and goes on behind it', async () => {
  const { records, faults } = await read('a.jsonl', `{"id":1}\n{"id":"${'x'.repeat(900_000)}"}\n{"id":3}\n`, {
    maxRecord: '2KB',
  });
  expect(records).toEqual([{ id: 1 }, { id: 3 }]);
  expect(faults.map((fault) => [fault.code, fault.message])).toEqual([
    ['TL_RECORD_TOO_LARGE', 'a.jsonl:2: the record is larger than 2 KB'],
  ]);
});

test('keeps the digits of numbers that JavaScript cannot hold', async () => {
  const { records } = await read('a.jsonl', '{"id":12345678901234567890,"n":-42,"price":1.5}\n');
  expect(records).toEqual([{ id: '12345678901234567890', n: -42, price: 1.5 }]);
});

test.each([
  ['a list', '[{"id":1},{"id":2}]', {}, [{ id: 1 }, { id: 2 }]],
  ['a list at a path', '{"data":{"orders":[{"id":1}]}}', { records: 'data.orders' }, [{ id: 1 }]],
  ['one object', '{"id":1}', {}, [{ id: 1 }]],
  ['an empty list', '[]', {}, []],
  ['a byte order mark', '\uFEFF[{"id":1}]', {}, [{ id: 1 }]],
])('reads a JSON file of %s', async (_, content, more, expected) => {
  const { records, faults, thrown, names } = await read('a.json', content, more);
  expect({ records, faults, thrown, names }).toEqual({
    records: expected,
    faults: [],
    thrown: undefined,
    names: ['archive', 'archive/a.json'],
  });
});

test.each([
  ['is empty', '', {}, 'a.json:1: the file is empty, which is no JSON'],
  ['is blank', ' \n', {}, 'a.json:1: the file is empty, which is no JSON'],
  ['ends too early', '[\n{"id":1},\n{"id":', {}, 'a.json:3: the file is not JSON from here on'],
  ['has a comma too many', '[\n{"id":1},\n]', {}, 'a.json:3: the file is not JSON'],
  ['has a name without quotes', '{\n\n id: 1}', {}, 'a.json:3: the file is not JSON'],
  ['goes on behind its end', '[]\n[]', {}, 'a.json:2: the file is not JSON'],
  ['has an endless text', `{"id":\n"${'x'.repeat(100_000)}`, {}, 'a.json:2: the file is not JSON'],
  [
    'has no list at the path',
    '{"orders":1}',
    { records: 'orders' },
    '`records: orders` must be a list, got a number',
  ],
  ['has nothing at the path', '{}', { records: 'orders' }, '`records: orders` must be a list, got nothing'],
])('refuses a JSON file that %s', async (_, content, more, message) => {
  const { all, thrown, names } = await read('a.json', content, more);
  expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
  expect(thrown?.message).toContain(message);
  expect({ all, names }).toEqual({ all: [], names: ['a.json'] });
});

test('makes a fault only of the JSON record whose bytes are no text', async () => {
  const content = Buffer.concat([
    Buffer.from('[{"id":1},\n{"id":2,"name":"'),
    Buffer.from([0xe4]),
    Buffer.from('"},\n3]'),
  ]);
  const { records, faults } = await read('a.json', content);
  expect(records).toEqual([{ id: 1 }]);
  expect(faults.map((fault) => fault.message)).toEqual([
    'a.json:2: the record holds bytes that are not utf-8 text (such bytes stand in line 2)',
    'a.json:1: a record must be an object, got a number',
  ]);
});

test('makes a fault of a JSON record that is too large', async () => {
  const { records, faults } = await read('a.json', `[{"id":1},{"id":"${'x'.repeat(3_000)}"}]`, {
    maxRecord: '1KB',
  });
  expect(records).toEqual([{ id: 1 }]);
  expect(faults.map((fault) => fault.code)).toEqual(['TL_RECORD_TOO_LARGE']);
});

test.each(['json', 'xml'])(
  'refuses a %s file that is too large to be read whole, and says what to do',
  async (format) => {
    await using files = await openFiles();
    const handle = await open(join(files.dir, `a.${format}`), 'w');
    await handle.truncate(65 * 1024 ** 2);
    await handle.utimes(0, 0);
    await handle.close();
    const { thrown } = await readAll(files.resource({ read: { files: `a.${format}`, format } }));
    expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
    expect(thrown?.message).toContain(
      'has 65 MB; JSON and XML are read whole, up to 64 MB: use jsonl or csv',
    );
  },
);

const order = { records: 'orders.order' };

test.each([
  [
    'several elements',
    '<orders><order><id>007</id></order><order><id>1e3</id></order></orders>',
    [{ id: '007' }, { id: '1e3' }],
  ],
  ['a single element', '<orders><order><id>1</id></order></orders>', [{ id: '1' }]],
  ['no element', '<orders/>', []],
  ['an attribute', '<orders><order id="007"/></orders>', [{ '@id': '007' }]],
  ['prefixes', '<n:orders xmlns:n="urn:x"><n:order><n:id>1</n:id></n:order></n:orders>', [{ id: '1' }]],
  ['entities', '<orders><order><id>&lt;&#228;&amp;&quot;</id></order></orders>', [{ id: '<ä&"' }]],
  [
    'a declaration',
    '<?xml version="1.0" encoding="UTF-8"?>\n<orders><order><id>1</id></order></orders>',
    [{ id: '1' }],
  ],
  [
    'references in a section that has none',
    '<orders><!-- &foo; --><order><id><![CDATA[&foo;]]>&amp;foo;</id></order></orders>',
    [{ id: '&foo;&foo;' }],
  ],
])('reads an XML file with %s', async (_, content, expected) => {
  const { records, faults, thrown } = await read('a.xml', content, order);
  expect({ records, faults, thrown }).toEqual({ records: expected, faults: [], thrown: undefined });
});

test.each([
  ['is empty', '', 'a.xml:1: the file is empty, which is no XML'],
  [
    'refers to what is not declared',
    '<orders>\n<order><id>A&foo;1</id></order></orders>',
    'a.xml:2: refers to the entity &foo;',
  ],
  ['does so in an attribute', '<orders><order id="&foo;"/></orders>', 'a.xml:1: refers to the entity &foo;'],
  [
    'declares entities',
    '<!DOCTYPE orders [<!ENTITY a "b">]><orders><order><id>&a;</id></order></orders>',
    'declares XML entities',
  ],
  ['has an attribute twice', '<orders><order id="1" id="2"/></orders>', 'a.xml:1: the file is not XML'],
])('refuses an XML file that %s', async (_, content, message) => {
  const { all, thrown, names } = await read('a.xml', content, order);
  expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
  expect(thrown?.message).toContain(message);
  expect({ all, names }).toEqual({ all: [], names: ['a.xml'] });
});

test('takes the root of an XML file as the record where no path is given', async () => {
  const { records } = await read('a.xml', '<order><id>1</id></order>');
  expect(records).toEqual([{ id: '1' }]);
});

test('reads an XML file in the encoding that it declares', async () => {
  const text = '<?xml version="1.0" encoding="ISO-8859-1"?><orders><order><id>Größe</id></order></orders>';
  const { records } = await read('a.xml', iconv.encode(text, 'latin1'), order);
  expect(records).toEqual([{ id: 'Größe' }]);
});

test.each([
  ['is cut off', '<orders>\n<order>\n<id>1</id>', 'a.xml:'],
  [
    'closes what it did not open',
    '<orders>\n<order>\n</id></order></orders>',
    'a.xml:3: the file is not XML',
  ],
  [
    'has another root',
    '<invoices/>',
    '`records: orders.order` begins with <orders>, the file with <invoices>',
  ],
  [
    'declares entities',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><orders><order>&x;</order></orders>',
    'declares XML entities',
  ],
])('refuses an XML file that %s', async (_, content, message) => {
  const { all, thrown, names } = await read('a.xml', content, order);
  expect(thrown).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
  expect(thrown?.message).toContain(message);
  expect({ all, names }).toEqual({ all: [], names: ['a.xml'] });
});

test('makes no fault of a whole XML file because of one record that is nested too deeply, or named oddly', async () => {
  const deep = (levels: number) =>
    `${'<a b="<">'.repeat(levels)}1${'</a>'.repeat(levels)}`.replaceAll('<">', '&lt;">');
  const content = `<orders>
    <order><id>1</id><!-- <a><b> --><n><![CDATA[<a>]]></n><e/></order>
    <order><id>2</id>${deep(50_000)}<after>x</after></order>
    <order><id>3</id><__proto__><p>1</p></__proto__><constructor>c</constructor><toString>t</toString></order>
  </orders>`;
  const { records, faults, thrown } = await read('a.xml', content, { records: 'orders.order' });
  expect([faults, thrown]).toEqual([[], undefined]);
  expect(records).toHaveLength(3);
  expect(records[0]).toEqual({ id: '1', n: '<a>', e: '' });
  expect(records[1]).toMatchObject({ id: '2', after: 'x' });
  expect(isDeeperThan(records[1], maxLevels)).toBe(true);
  expect(records[2]).toEqual({ id: '3', '#__proto__': { p: '1' }, '#constructor': 'c', toString: 't' });
});

test('leaves no reference to what is no character out of an XML value', async () => {
  const references = ['&#0;', '&#x0;', '&#1;', '&#xD800;', '&#x110000;', '&#9;', '&#228;', '&#x1F600;'];
  const content = `<o>${references.map((reference) => `<r><id>A${reference}1</id></r>`).join('')}</o>`;
  const { records, thrown } = await read('a.xml', content, { records: 'o.r' });
  expect(thrown).toBeUndefined();
  const none = { id: 'A\uFFFD1' };
  expect(records).toEqual([...[none, none, none, none, none], { id: 'A\t1' }, { id: 'Aä1' }, { id: 'A😀1' }]);
});
