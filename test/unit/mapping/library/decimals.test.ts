import { describe, expect, it } from 'vitest';
import { isChangeAbove, isShareAbove, toDecimalText } from '../../../../src/mapping/decimals.ts';

describe('isChangeAbove', () => {
  it.each([
    ['0.10', '0.13', '30', false],
    ['0.10', '0.130000000000000000001', '30', true],
    ['100', '70', '30', false],
    ['100', '69.99', '30', true],
    ['-100', '-140', '30', true],
    ['-100', '100', '199.99', true],
    ['0', '0.00', '30', false],
    ['0', '0.01', '1000', true],
    ['5', '5.00', '0', false],
    ['5', '5.01', '0', true],
    ['99999999999999999999.99', '100000000000000000000.00', '0', true],
  ])('from %s to %s by more than %s%%: %s', (from, to, percent, expected) => {
    expect(isChangeAbove({ from, to }, percent)).toBe(expected);
  });
});

describe('isShareAbove', () => {
  it.each([
    [1, 20, '5', false],
    [2, 20, '5', true],
    [1, 1000, '0.1', false],
    [1, 999, '0.1', true],
    [0, 20, '0', false],
    [1, 20, '0', true],
  ])('%i of %i is more than %s%%: %s', (part, whole, percent, expected) => {
    expect(isShareAbove({ part, whole }, percent)).toBe(expected);
  });
});

describe('toDecimalText', () => {
  it.each([
    [12.5, '12.5'],
    ['12.50', '12.50'],
    [' +007 ', '7'],
    [1e21, '1000000000000000000000'],
    ['1.5e-3', '0.0015'],
    [-0, '0'],
    ['12,50', undefined],
    ['', undefined],
    [Number.NaN, undefined],
    [true, undefined],
    [['1'], undefined],
    [undefined, undefined],
  ])('of %j is %s', (value, expected) => {
    expect(toDecimalText(value)).toBe(expected);
  });
});
