import { describe, expect, test } from 'vitest';
import { parseAnswer } from '../../../src/connect/http/parse-answer.ts';
import { parseRetryAfterMs } from '../../../src/connect/http/parse-retry-after.ts';
import { isTruthy } from '../../../src/connect/is-truthy.ts';
import { parseNextLink } from '../../../src/connect/paging/parse-next-link.ts';
import { type CursorType, compareCursors } from '../../../src/connect/resource/compare-cursors.ts';
import { encodePathPart, escapeUrl, toQuery } from '../../../src/connect/resource/encode-url.ts';
import { withDefaults } from '../../../src/connect/with-defaults.ts';

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);
  test.each([
    ['120', 120_000],
    ['0', 0],
    [' 1.5 ', 1_500],
    ['Thu, 01 Jan 2026 12:01:00 GMT', 60_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s ms', (text, ms) => expect(parseRetryAfterMs(text, now)).toBe(ms));
});

describe('Link headers', () => {
  test.each([
    ['</a?page=2>; rel="next"', '/a?page=2'],
    ['<https://x/a>; rel=next', 'https://x/a'],
    ['</p>; rel="prev", </n>; rel="next"', '/n'],
    ['</n>; title="a, b; rel=next"; rel="last"', undefined],
    ['</n>; REL="First Next"', '/n'],
    ['</a,b;c>; rel=next', '/a,b;c'],
    ['', undefined],
    [undefined, undefined],
  ])('%j leads to %s', (header, target) => expect(parseNextLink(header)).toBe(target));

  test('takes no time over a header made to be slow', () => {
    const started = performance.now();
    parseNextLink(`<${'a'.repeat(20_000)}>${'; a="'.repeat(5_000)}`);
    parseNextLink('<'.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('bodies', () => {
  test.each([
    ['{"a":1}', 'application/json', { form: 'json', value: { a: 1 } }],
    ['\uFEFF{"a":1}', 'application/json', { form: 'json', value: { a: 1 } }],
    ['"text"', 'application/json; charset=utf-8', { form: 'json', value: 'text' }],
    ['null', 'application/problem+json', { form: 'json', value: null }],
    ['[1]', undefined, { form: 'json', value: [1] }],
    ['', 'application/json', { form: 'empty' }],
    ['  \n', 'text/plain', { form: 'empty' }],
    ['OK', 'text/plain', { form: 'other', html: false }],
    [
      '<html><title> A\n b </title>',
      'text/html',
      { form: 'other', html: true, reason: 'an HTML page titled "A b" (content type text/html)' },
    ],
    ['<p>x</p>', 'text/html', { form: 'other', html: true, reason: 'an HTML page (content type text/html)' }],
  ])('%j as %s', (text, type, expected) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(parseAnswer({ status: 200, text, headers })).toMatchObject(expected);
  });
});

describe('cursors', () => {
  const order: readonly [type: CursorType, earlier: string, later: string][] = [
    ['time', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
    ['time', '2026-01-01T00:00:00.1234567Z', '2026-01-01T00:00:00.1234568Z'],
    ['time', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z'],
    ['time', '2026-01-01T02:00:00+02:00', '2026-01-01T00:30:00Z'],
    ['time', '2026-01-01T02:00:00.5+02:00', '2026-01-01T00:00:00.6Z'],
    ['time', '2026-01-01T00:00:00', '2026-01-01T00:00:01Z'],
    ['time', '2026-01-01', '2026-01-01T00:00:01Z'],
    ['time', '2026-01-01 00:00:00', '2026-01-01T00:00:01Z'],
    ['time', '2026-01-01T02:00:00+0200', '2026-01-01T00:00:01Z'],
    ['time', '1767225600000', '1767225600001'],
    ['time', '1767225600', '1767225600001'],
    ['time', '1767225600', '2026-01-01T00:00:01'],
    ['time', '/Date(1767225600000)/', '/Date(1767225600001+0100)/'],
    ['time', '-86400', '0'],
    ['number', '9', '10'],
    ['number', '820982911946154508', '820982911946154509'],
    ['number', '-9007199254740993', '-9007199254740992'],
    ['number', '0.1234567890123456788', '0.1234567890123456789'],
    ['time', '1767225600000000001', '1767225600000000002'],
    ['number', '9007199254740992', '9007199254740993'],
    ['number', '-5', '1e3'],
    ['text', '10', '9'],
  ];
  test.each(order)('%s: %s comes before %s', (type, earlier, later) => {
    const compare = (left: string, right: string) => compareCursors(type, { left, right }, 'UTC');
    expect(compare(earlier, later)).toBeLessThan(0);
    expect(compare(later, earlier)).toBeGreaterThan(0);
    expect(compare(later, later)).toBe(0);
  });
  test.each<[CursorType, string]>([
    ['time', 'never'],
    ['time', '28.02.2026'],
    ['time', '11/20/2026'],
    ['time', 'Nov 20, 2026'],
    ['time', '10:00'],
    ['time', '0000-00-00 00:00:00'],
    ['time', '2026-02-30'],
    ['number', ''],
    ['number', 'abc'],
  ])('%s: %j has no order', (type, value) => {
    expect(compareCursors(type, { left: value, right: '2026-01-01' }, 'UTC')).toBeUndefined();
  });
});

describe('URLs', () => {
  test('encodes queries', () => {
    expect(
      toQuery({ $filter: "a eq 'b&c'", list: [1, 'x y'], no: undefined, flag: false, at: '10:00' }),
    ).toBe("$filter=a%20eq%20'b%26c'&list=1&list=x%20y&flag=false&at=10:00");
    expect(() => toQuery({ a: {} })).toThrow('query parameter a');
  });
  test('encodes what comes into a path', () => {
    expect(encodePathPart('a/b?c#d e')).toBe('a%2Fb%3Fc%23d%20e');
    for (const value of ['', '.', '..'])
      expect(() => encodePathPart(value)).toThrow('cannot stand in a path');
  });
  test('escapes what a manifest writes', () => {
    expect(escapeUrl("http://x/a b?q=ü'%20")).toBe("http://x/a%20b?q=%C3%BC'%20");
  });
});

describe('conditions and defaults', () => {
  test.each([
    [true, true],
    [1, true],
    ['x', true],
    [[0, 1], true],
    [{ a: 0 }, true],
    [undefined, false],
    [null, false],
    [0, false],
    ['', false],
    [[], false],
    [[false, 0], false],
    [{}, false],
  ])('%j is %s', (value, expected) => expect(isTruthy(value)).toBe(expected));

  test('fills in what a schema says', () => {
    const schema = {
      properties: {
        a: { default: 1 },
        b: { properties: { c: { default: 2 } } },
        d: { default: { e: 3 } },
        f: { type: 'string' },
      },
    };
    expect(withDefaults(schema, { b: {} })).toEqual({ a: 1, b: { c: 2 }, d: { e: 3 } });
    expect(withDefaults(schema, { a: 0, d: { x: 1 } })).toEqual({ a: 0, d: { x: 1 } });
  });
});
