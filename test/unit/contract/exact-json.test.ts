import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compareDecimals, isMultipleOf, isWhole } from '../../../src/contract/exact-json/decimal-text.ts';
import { describeFlaws, flawIn } from '../../../src/contract/exact-json/json-flaws.ts';
import {
  isExactText,
  toExactNumber,
  withoutExactNumbers,
} from '../../../src/contract/exact-json/json-number.ts';
import { readJson } from '../../../src/contract/exact-json/read-json.ts';
import { describeBrokenText } from '../../../src/contract/text/broken-text.ts';
import { cutText } from '../../../src/contract/text/cut-text.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

describe('a number in JSON', () => {
  test.each<[source: string, value: unknown]>([
    ['0', 0],
    ['-0', -0],
    ['10.50', 10.5],
    ['1E5', 100_000],
    ['1.0', 1],
    ['100e-2', 1],
    ['1e21', '1000000000000000000000'],
    ['-1.5E+21', '-1500000000000000000000'],
    ['9007199254740991', 9_007_199_254_740_991],
    ['-9007199254740991', -9_007_199_254_740_991],
    ['0.30000000000000004', 0.30000000000000004],
    ['0.1', 0.1],
    ['5e-324', 5e-324],
    // A double holds these two, and the next one not: an id must not change its type with its last digit.
    ['9007199254740992', '9007199254740992'],
    ['1000000000000000000000', '1000000000000000000000'],
    ['9007199254740993', '9007199254740993'],
    ['-820982911946154508', '-820982911946154508'],
    ['12345678901234567.89', '12345678901234567.89'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['0.10000000000000000001', '0.10000000000000000001'],
    ['9007199254740993.0', '9007199254740993'],
    ['1234567890123456789e-9', '1234567890123456789e-9'],
    ['1e-400', '1e-400'],
    ['-1E-99999999999999999999', '-1E-99999999999999999999'],
  ])('%s is read as %j', (source, value) => {
    for (const [text, read] of [
      [source, value],
      [` [ ${source} ] `, [value]],
      [`{"n":${source}}`, { n: value }],
      [`{"n" : ${source}\n, "s": "${source}"}`, { n: value, s: source }],
      [`[[${source},${source}],"x",${source}]`, [[value, value], 'x', value]],
    ]) {
      expect(readJson(String(text))).toEqual({ value: read, flaws: [] });
    }
    expect(isExactText(source)).toBe(typeof value === 'string');
  });

  test.each(['1e400', '-1E400', '1e309', '123456789e9999', `1${'0'.repeat(400)}`])(
    '%s is refused',
    (source) => {
      const { value, flaws } = readJson(`{"a":[{"w":${source},"b":1}]}`);
      expect(value).toEqual({ a: [{ b: 1 }] });
      expect(describeFlaws(flaws)).toMatch(/^`a\[0\]\.w` is -?1.*, a number too large to be held$/);
      expect(readJson(source).value).toBeUndefined();
      expect(readJson(`[${source},1]`).value).toEqual([null, 1]);
    },
  );

  test.each(['"12"', '007', '+1', '1.', '.5', '0x1F', 'NaN', ''])('%s is no text of one', (text) => {
    expect(isExactText(text)).toBe(false);
  });
});

describe('a member that stands twice', () => {
  test.each<[text: string, value: unknown, told: string]>([
    ['{"a":1,"b":2,"a":3}', { b: 2 }, '`a` stands twice'],
    ['{"a":1,"a":1,"a":1}', {}, '`a` stands twice'],
    ['{"\\u0061":1,"a":2}', {}, '`a` stands twice'],
    ['{"a" : {"x":[{"b c":1 , "b c":null}]}}', { a: { x: [{}] } }, '`a.x[0]["b c"]` stands twice'],
    ['{"__proto__":1,"__proto__":2}', {}, '`__proto__` stands twice'],
    ['{"a":{"b":1},"a":{"b":2}}', {}, '`a` stands twice'],
    ['{"a":":","a":":"}', {}, '`a` stands twice'],
    ['{"a":1e400,"a":1}', {}, '`a` is 1e400, a number too large to be held'],
  ])('%s', (text, value, told) => {
    const read = readJson(text);
    expect(read.value).toEqual(value);
    expect(describeFlaws(read.flaws)).toBe(told);
  });

  test.each([
    '{"a":{"a":1},"b":{"a":1}}',
    '{"a":"\\"a\\":1","b":"a\\\\"}',
    '[{"a":1},{"a":1}]',
    '{"":1," ":2}',
  ])('is none in %s', (text) => expect(readJson(text)).toEqual({ value: JSON.parse(text), flaws: [] }));
});

it('tells for each record what is wrong with it, and keeps it as it stands in the text', () => {
  const text = '{"items":[{"id":1},{"id":2,"id":3,"w":1e999},{"id":9007199254740993}],"n":1}';
  const { value } = readJson(text) as { value: { items: unknown[] } };
  expect(value.items.map((record) => flawIn(record)?.problem)).toEqual([
    undefined,
    '`id` stands twice; `w` is 1e999, a number too large to be held',
    undefined,
  ]);
  expect(flawIn(value.items[1])?.source).toBe('{"id":2,"id":3,"w":1e999}');
  expect(flawIn(value)?.problem).toContain('`items[1].id` stands twice');
});

it('keeps __proto__ as a member of its own, and changes no other object', () => {
  const { value } = readJson('{"__proto__":{"polluted":12345678901234567890}}');
  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":"12345678901234567890"}}');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it('reads what is a hundred thousand levels deep, and wrong at each of them', () => {
  const levels = 100_000;
  const text = `${'{"b":1,"b":2,"a":'.repeat(levels)}12345678901234567890${'}'.repeat(levels)}`;
  const { flaws } = readJson(text);
  expect(flaws).toHaveLength(levels);
});

it('throws what JSON.parse throws for what is no JSON', () => {
  for (const text of ['{', '{"a":01234567890123456789}', '[1,]', '"\u0001"']) {
    expect(() => readJson(text)).toThrow(SyntaxError);
  }
});

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((each) => each.join(''));
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.integer({ min: 1, max: 9 }), digits(0, 25)).map((each) => each.join('')),
    ),
    fc.oneof(
      fc.constant(''),
      digits(1, 25).map((each) => `.${each}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.integer({ min: -330, max: 280 }).map((each) => `e${each}`),
    ),
  )
  .map((parts) => parts.join(''));

/** A JSON text, and the numbers and texts in it in their order. */
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    numberText,
    fc.string({ unit: 'binary' }).map((each) => JSON.stringify(each)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('value')).map((items) => `[ ${items.join(' ,')}]`),
    fc
      .uniqueArray(
        // Names that look like indexes would change places.
        fc.tuple(
          fc.string().map((name) => `n${name}`),
          tie('value'),
        ),
        { selector: ([name]) => name },
      )
      .map(
        (members) => `{${members.map(([name, value]) => `${JSON.stringify(name)} :${value}`).join(',\n')}}`,
      ),
  ),
})).value;

it('any JSON that is read and written again says the same, digit for digit', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      const { value, flaws } = readJson(text);
      expect(flaws).toEqual([]);
      const written = JSON.stringify(value, (_name, each) =>
        isExactText(each) ? toExactNumber(each) : each,
      );
      // The same tokens: numbers equal as decimals, everything else as it is.
      const before = tokensOf(text);
      const after = tokensOf(written);
      expect(after.length).toBe(before.length);
      for (const [index, token] of before.entries()) {
        const other = after[index] ?? '';
        if (/^-?\d/.test(token)) expect([token, compareDecimals(token, other)]).toEqual([token, 0]);
        else if (!isExactText(parsed(token))) expect(parsed(other)).toEqual(parsed(token));
      }
    }),
    propertyRuns(400),
  );
});

function tokensOf(text: string): readonly string[] {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/g)];
  return tokens.map(([token]) => token);
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(token) as unknown;
  } catch {
    return token;
  }
}

describe('decimals as texts', () => {
  test.each<[left: string, right: string, order: number]>([
    ['1', '1.0', 0],
    ['-0', '0.00', 0],
    ['1e2', '100', 0],
    ['0.001e3', '1', 0],
    ['9007199254740992', '9007199254740993', -1],
    ['-9007199254740992', '-9007199254740993', 1],
    ['-1', '1e-400', -1],
    ['0.1', '0.10000000000000000001', -1],
    ['99', '1e2', -1],
    ['1e-1000000000', '1e1000000000', -1],
  ])('%s and %s', (left, right, order) => {
    expect(Math.sign(compareDecimals(left, right))).toBe(order);
    expect(Math.sign(compareDecimals(right, left)) + order).toBe(0);
  });

  test.each<[text: string, unit: string, is: boolean]>([
    ['12345678901234567890.25', '0.05', true],
    ['12345678901234567890.26', '0.05', false],
    ['9007199254740993', '3', true],
    ['9007199254740994', '3', false],
    ['0', '7', true],
    ['1e1000000', '7', false],
    ['1e1000000', '0.0025', true],
    ['0.30000000000000000001', '0.1', false],
  ])('%s by %s', (text, unit, is) => expect(isMultipleOf(text, unit)).toBe(is));

  it('are whole without decimals but zeros', () => {
    expect(['12345678901234567890', '1.0', '1.5e1', '0.0', '1e-400'].map(isWhole)).toEqual([
      ...[true, true, true, true, false],
    ]);
  });
});

it('exact numbers are written as numbers, and can be had as texts again', () => {
  const value = { a: [toExactNumber('12345678901234567890'), 1], b: 'x' };
  expect(JSON.stringify(value)).toBe('{"a":[12345678901234567890,1],"b":"x"}');
  expect(withoutExactNumbers(value)).toEqual({ a: ['12345678901234567890', 1], b: 'x' });
});

test.each<[value: unknown, told: RegExp | undefined]>([
  [{ a: 'Käthe 😀' }, undefined],
  [{ a: '\\ud83d' }, undefined],
  [{ a: [{ b: 'K\uFFFDthe' }] }, /^`a\[0\]\.b` holds U\+FFFD/],
  [{ 'x\uFFFD': 1 }, /holds U\+FFFD/],
  [{ a: 'half \ud83d' }, /^`a` holds half of a surrogate pair/],
  ['\udc00', /^it holds half/],
])('%j is text, or told', (value, told) => {
  const words = describeBrokenText(value, JSON.stringify(value));
  if (told === undefined) expect(words).toBeUndefined();
  else expect(words).toMatch(told);
});

it('cuts a text at no half of a character', () => {
  expect(cutText('abc', 3)).toBe('abc');
  expect(cutText('abcd', 3)).toBe('ab…');
  expect(cutText('a😀bc', 3)).toBe('a…');
  for (let max = 1; max < 10; max += 1) expect(cutText('😀'.repeat(6), max).isWellFormed()).toBe(true);
});
