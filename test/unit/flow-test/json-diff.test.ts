import { describe, expect, it } from 'vitest';
import { toExactNumber } from '../../../src/contract/exact-json/json-number.ts';
import { diffJson, partOf } from '../../../src/flow-test/json-diff.ts';

describe('diffJson', () => {
  it.each([
    ['members in another order', { a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }],
    ['a member without a value, which JSON leaves out', { a: 1 }, { a: 1, b: undefined }],
    ['nothing at all', undefined, undefined],
    ['a number of many digits', { n: '820982911946154508' }, { n: toExactNumber('820982911946154508') }],
  ])('finds nothing where values are equal as JSON: %s', (_what, expected, came) => {
    expect(diffJson(expected, came)).toEqual([]);
  });

  it.each([
    ['a number and its text', 1, '1'],
    ['null and nothing', null, undefined],
    ['the order of a list', [1, 2], [2, 1]],
    ['an empty list and an empty object', [], {}],
  ])('tells apart: %s', (_what, expected, came) => {
    expect(diffJson(expected, came)).not.toEqual([]);
  });

  it('shows three lines around each difference, and where lines are left out', () => {
    const long = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`m${100 + index}`, index]));
    const lines = diffJson(long, { ...long, m105: 'x', m130: 'y' });
    expect(lines.filter(({ sign }) => sign === '@')).toHaveLength(1);
    expect(lines.filter(({ sign }) => sign === '-' || sign === '+').map(({ text }) => text.trim())).toEqual([
      '"m105": 5,',
      '"m105": "x",',
      '"m130": 30,',
      '"m130": "y",',
    ]);
    expect(lines).toHaveLength(1 + 2 * (3 + 2 + 3));
  });
});

describe('partOf', () => {
  it('takes the members that the part names, in lists item by item', () => {
    const value = {
      a: 1,
      b: 2,
      lines: [
        { n: 1, x: 1 },
        { n: 2, x: 2 },
      ],
    };
    expect(partOf(value, { b: 0, lines: [{ n: 0 }, { n: 0 }] })).toEqual({
      b: 2,
      lines: [{ n: 1 }, { n: 2 }],
    });
  });

  it('takes a list whole that has another length, so that this shows', () => {
    expect(partOf({ lines: [{ n: 1 }] }, { lines: [{ n: 1 }, { n: 2 }] })).toEqual({ lines: [{ n: 1 }] });
  });
});
