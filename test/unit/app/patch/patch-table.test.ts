import { describe, expect, it } from 'vitest';
import { readTable } from '../../../../src/app/patch/patch-table.ts';
import { parseValue, readJsonText } from '../../../../src/app/patch/patch-value.ts';

describe('a value on the command line', () => {
  it.each([
    ['19.90', 19.9],
    ['-3', -3],
    ['1e3', 1000],
    ['true', true],
    ['null', null],
    ['"19.90"', '19.90'],
    ['Anna', 'Anna'],
    ['  two words ', '  two words '],
    ['', ''],
    ['007', '007'],
    ['1,5', '1,5'],
    ['TRUE', 'TRUE'],
    ['{"a": [1]}', { a: [1] }],
    ['12345678901234567.89', '12345678901234567.89'],
    ['9007199254740993', '9007199254740993'],
    ['0.10', 0.1],
    ['1e23', '100000000000000000000000'],
    ['100000000000000000000000', '100000000000000000000000'],
  ])('%j is %j', (text, value) => {
    expect(parseValue(text, '--set a')).toEqual(value);
  });

  it.each(['"open', '{"a":', '[1', '1e400'])('%j is told as no JSON', (text) => {
    expect(() => parseValue(text, '--set a')).toThrow(/^--set a: expected a value in JSON/);
  });

  it('keeps every digit of a number in a file', () => {
    expect(readJsonText('{"a": [1.10, 9007199254740993]}', 'x')).toEqual({ a: [1.1, '9007199254740993'] });
  });
});

describe('a table of patches', () => {
  const apply = async (text: string, key: string, native: unknown) => {
    const { edit } = readTable('--patch fix.csv', text);
    const made = await edit({ id: 1, flow: 'f', source: undefined, planHash: 'p', record: { key, native } });
    return 'native' in made ? made.native : made;
  };

  it('sets what has a value in the row of a key, and leaves the rest', async () => {
    const text = '\ufeffitems[0].price;Key;note\n19.90;SO-1;\n;"SO-2";"a;b"\n';
    expect(readTable('--patch fix.csv', text).keys).toEqual(['SO-1', 'SO-2']);
    expect(await apply(text, 'SO-1', { items: [{ price: 1 }], note: 'x' })).toEqual({
      items: [{ price: 19.9 }],
      note: 'x',
    });
    expect(await apply(text, 'SO-2', { items: [{ price: 1 }] })).toEqual({
      items: [{ price: 1 }],
      note: 'a;b',
    });
    expect(await apply(text, 'SO-3', { note: 'x' })).toEqual({ note: 'x' });
  });

  it.each([
    ['', 'fix.csv:1: expected a column `key`'],
    [
      'number,price\n1,2\n',
      'fix.csv:1: expected a column `key` and one for each path to set, got "number, price"',
    ],
    ['key\n1\n', 'fix.csv:1: expected a column `key`'],
    ['key,items[].price\n1,2\n', 'fix.csv:1: expected the place of a member'],
    ['key,price\n1\n', 'fix.csv:2: expected 2 columns as in the header, got 1'],
    ['key,price\n,2\n', 'fix.csv:2: a row without a key'],
    ['key,price\n1,2\n1,3\n', 'fix.csv:3: the key "1" stands in line 2 already'],
    ['key,price\n1,"2\n', 'this is no CSV'],
    ['key,price\n1,{2\n', 'fix.csv:2, price: expected a value in JSON'],
  ])('%j is told with its line', (text, message) => {
    expect(() => readTable('--patch fix.csv', text)).toThrow(message);
  });
});
