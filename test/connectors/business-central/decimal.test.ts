import { describe, expect, it } from 'vitest';
import {
  compare,
  dividedBy,
  minus,
  plus,
  rounded,
  times,
  toDecimal,
} from '../../../connectors/business-central/simulator/erp/decimal.ts';

describe('decimals', () => {
  it.each([
    [plus('0.1', '0.2'), '0.3'],
    [plus('-0.05', '1'), '0.95'],
    [minus('0', '0.05'), '-0.05'],
    [times('1.10', '-3'), '-3.30'],
    [dividedBy('10', '3', 2), '3.33'],
    [dividedBy('-1', '8', 2), '-0.13'],
    [dividedBy('1', '-8', 2), '-0.13'],
    [rounded('1.005', 2), '1.01'],
    [rounded('2.994999', 2), '2.99'],
    [rounded('9007199254740993.015', 2), '9007199254740993.02'],
    [toDecimal(1e-7), '0.0000001'],
    [toDecimal(12.5), '12.5'],
  ])('give %s, exactly', (result, expected) => {
    expect(result).toBe(expected);
  });

  it('compare by value, whatever their scale', () => {
    expect([compare('1.0', '1'), compare('-2', '1'), compare('0.10', '0.09')].map(Math.sign)).toEqual([
      0, -1, 1,
    ]);
  });
});
