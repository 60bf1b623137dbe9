import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { formatSegments, isFieldName, maxDepth, toSegments } from '../../../src/schema/deviation.ts';
import { maskValue } from '../../../src/schema/mask-value.ts';
import { findNamedMember } from '../../../src/schema/named-member.ts';
import { takeOut } from '../../../src/schema/take-out.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

describe('the place of a deviation', () => {
  it.each([
    [['lines', 2, 'sku'], 'lines[].sku'],
    [['xp', 'ada@lovelace.example', 'since'], 'xp.*.since'],
    [['Invoice No.'], '["Invoice No."]'],
    [['prices', '2026-03-01'], 'prices.*'],
    [['a"b', '*'], '["a\\"b"].*'],
  ])('%j is %s', (place, path) => {
    expect(formatSegments(toSegments(place))).toBe(path);
  });

  it('is no longer than so many names, and each name no longer than a database can index', () => {
    expect(toSegments(Array.from({ length: 40 }, () => 'a'))).toHaveLength(maxDepth);
    expect(toSegments(['x'.repeat(65)])).toEqual(['*']);
  });

  it.each(['number', '@odata.etag', 'Menge (Stk)', 'Umsatz 2026', 'größe', 'l1', 'ship-to'])(
    'names the field %s',
    (name) => {
      expect(isFieldName(name)).toBe(true);
    },
  );

  it.each([
    '10001',
    'C-10001',
    'ada@lovelace.example',
    'b1946ac9-2492-d234-7c62-35b46b4f4a0e',
    '2026-03-01T10:00:00Z',
    '',
    '*',
    '[]',
    'nul\u0000',
    '\ud800x',
  ])('does not take %j for the name of a field', (name) => {
    expect(isFieldName(name)).toBe(false);
  });
});

describe('a masked value', () => {
  it.each([
    ['Ada Lovelace', '"Xxx Xxxxxxxx"'],
    [12.5, '00.0'],
    [true, 'xxxx'],
    [null, 'null'],
    [[], '[]'],
    [['a', 'b'], '["x", …]'],
    [
      { name: 'Ada', 'ada@x.example': 1, items: [{ sku: 'S1' }] },
      '{ name: "Xxx", *: 0, items: [{ sku: "X0" }] }',
    ],
    ['a\u0000b\nc', '"x x x"'],
  ])('of %j is %s', (value, sample) => {
    expect(maskValue(value)).toBe(sample);
  });

  it('is short, whatever the value is, and has none of its words and numbers', () => {
    expect(maskValue({ a: 'long '.repeat(1_000) }).length).toBeLessThan(200);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('secret', 'Geheim', '4711', 'ada@x.example')), (words) => {
        expect(maskValue({ list: words, text: words.join(' ') })).not.toMatch(/secret|geheim|4711|ada/i);
      }),
      propertyRuns(100),
    );
  });
});

describe('the member that a rejection names', () => {
  const payload = {
    name: 'Ada',
    currencyCode: 'EUR',
    lines: [
      { quantity: 1, unit: { code: 'KG' } },
      { quantity: 2, discount: 5 },
    ],
    quantity: 3,
    xp: { 'C-10001': { level: 1 } },
  };

  it.each([
    ['Currency_Invalid: currencyCode is not known', 'currencyCode'],
    ['The property CURRENCYCODE does not exist', 'currencyCode'],
    ['lines.quantity must be positive', 'lines[].quantity'],
    ['quantity must be positive', 'lines[].quantity'],
    ["'discount' exceeds the limit", 'lines[].discount'],
    ['unit.code and name are wrong', 'lines[].unit.code'],
    ['level must be a text', 'xp.*.level'],
    ['the customer is blocked', undefined],
    ['currencyCodes are not known, nor is my_name', undefined],
    ['', undefined],
  ])('in "%s" is %s', (text, path) => {
    const named = findNamedMember(payload, text);
    expect(named && formatSegments(named.segments)).toBe(path);
  });

  it('is shown masked', () => {
    expect(findNamedMember(payload, 'currencyCode')?.sample).toBe('"XXX"');
    expect(findNamedMember('text', 'text')).toBeUndefined();
  });
});

describe('taking out what does not fit', () => {
  const check = compileSchema({
    type: 'object',
    additionalProperties: false,
    required: ['id'],
    properties: {
      id: { type: 'string' },
      date: { type: 'string', format: 'date' },
      tags: { type: 'array', items: { type: 'string' } },
      lines: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['sku'],
          properties: { sku: { type: 'string' }, note: { type: 'string' } },
        },
      },
    },
  });

  it.each([
    ['an unknown member', { id: 'A', extra: 1 }, { id: 'A' }],
    ['a value of the wrong form', { id: 'A', date: 'tomorrow' }, { id: 'A' }],
    ['items of a list', { id: 'A', tags: [1, 'b', 2, 'd'] }, { id: 'A', tags: ['b', 'd'] }],
    [
      'what is inside of items',
      {
        id: 'A',
        lines: [
          { sku: 'S', x: 1 },
          { sku: 'T', note: 2 },
        ],
      },
      { id: 'A', lines: [{ sku: 'S' }, { sku: 'T' }] },
    ],
    ['a list that is too short', { id: 'A', lines: [] }, { id: 'A' }],
  ])('takes out %s', (_what, value, rest) => {
    const taken = takeOut(value, check);
    expect(taken.value).toEqual(rest);
    expect(taken.left).toEqual([]);
    expect(taken.taken.length).toBeGreaterThan(0);
  });

  it('leaves what cannot be mended: a member that is missing, a value that is none at all', () => {
    expect(takeOut({ extra: 1 }, check)).toMatchObject({ value: {}, left: [{ path: 'id' }] });
    expect(takeOut({ id: 'A', lines: [{ sku: 1 }] }, check)).toMatchObject({
      left: [{ path: 'lines[0].sku' }],
    });
    expect(takeOut('text', check)).toMatchObject({ value: 'text', taken: [], left: [{ path: '' }] });
  });

  it('never changes the value given, shares what fits, and leaves nothing that could still be taken out', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const like = fc.record(
      {
        id: fc.oneof(fc.constant('A'), anything),
        date: fc.oneof(fc.constant('2026-01-01'), anything),
        tags: fc.oneof(fc.array(fc.oneof(fc.string(), anything)), anything),
        lines: fc.oneof(fc.array(fc.record({ sku: anything, note: anything })), anything),
        more: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(like, anything), (value) => {
        const before = JSON.stringify(value);
        const { value: rest, taken, left } = takeOut(value, check);
        expect(JSON.stringify(value)).toBe(before);
        expect(check(rest)).toEqual(left);
        expect(left.every(({ keyword, path }) => keyword === 'required' || path === '')).toBe(true);
        if (taken.length === 0) expect(rest).toBe(value);
      }),
      propertyRuns(500),
    );
  });
});
