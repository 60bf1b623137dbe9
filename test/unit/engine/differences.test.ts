import { expect, it } from 'vitest';
import { toExactNumber } from '../../../src/contract/exact-json/json-number.ts';
import { findDifferences } from '../../../src/engine/forecast/differences.ts';

const paths = (payload: unknown, found: unknown) =>
  findDifferences(payload, found).map(({ path, before, after }) => [path, before, after]);

it('shows what an update would change, and nothing that it does not name', () => {
  const found = { id: 'x', note: 'kept', price: '12.50', lines: [{ sku: 'A', quantity: 1 }] };
  const payload = { price: '13.00', lines: [{ sku: 'A', quantity: 2 }] };
  expect(paths(payload, found)).toEqual([
    ['price', '12.50', '13.00'],
    ['lines[0].quantity', 1, 2],
  ]);
});

it('names members of any name', () => {
  expect(paths({ 'a b': { c: 1 } }, { 'a b': { c: 2 } })).toEqual([['["a b"].c', 2, 1]]);
});

it('shows a member that the target does not have, and a list that is longer or shorter there', () => {
  expect(paths({ a: 1 }, {})).toEqual([['a', undefined, 1]]);
  expect(paths({ list: ['a', 'b'] }, { list: ['a'] })).toEqual([['list[1]', undefined, 'b']]);
  expect(paths({ list: ['a'] }, { list: ['a', 'b'] })).toEqual([['list[1]', 'b', undefined]]);
  expect(paths({ at: { city: 'Ulm' } }, { at: 'Ulm' })).toEqual([['at', 'Ulm', { city: 'Ulm' }]]);
});

it.each([
  ['a number and its text', 12.5, '12.50'],
  ['the text of a number and the number', '7', 7],
  ['one instant, written in two ways', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000+01:00'],
  ['nothing and an empty text', undefined, ''],
  ['null and an empty list', null, []],
  ['a switch and its text', true, 'true'],
  ['a number of many digits, as it was read', '820982911946154508', toExactNumber('820982911946154508')],
])('does not show as a difference: %s', (_what, before, after) => {
  expect(paths({ value: after }, { value: before })).toEqual([]);
});

it.each([
  ['two texts of one number', '12.5', '12.50'],
  ['two whole numbers that are one as a double', 9_007_199_254_740_992, '9007199254740993'],
  ['a number of many digits and another', '820982911946154508', toExactNumber('820982911946154509')],
  ['a number of many digits and a rounded one', 820_982_911_946_154_500, toExactNumber('820982911946154508')],
  ['zero and nothing', undefined, 0],
  ['false and nothing', null, false],
  ['two numbers', 1, 2],
  ['a day and an instant', '2026-01-01', '2026-01-02'],
  ['capitals', 'web-7', 'WEB-7'],
])('shows as a difference: %s', (_what, before, after) => {
  expect(paths({ value: after }, { value: before })).toHaveLength(1);
});

it('looks at members that objects have from birth only where they are the record’s own', () => {
  expect(paths({ constructor: 'x' }, {})).toEqual([['constructor', undefined, 'x']]);
});
