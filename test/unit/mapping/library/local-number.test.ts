import { expect, it } from 'vitest';
import { readLocalNumber } from '../../../../src/mapping/library/local-number.ts';

it.each([
  ['1.234,56', 'de', '1234.56'],
  ['1234,5', 'de', '1234.5'],
  ['-1.234.567,00', 'de-AT', '-1234567.00'],
  ['−12,5', 'de', '-12.5'],
  ['1 234,56', 'fr', '1234.56'],
  ['1\u202f234,56', 'fr', '1234.56'],
  ['1\u00a0234,56', 'sv', '1234.56'],
  ["1'234.56", 'de-CH', '1234.56'],
  ['1’234.56', 'de-CH', '1234.56'],
  ['1,234.56', 'en', '1234.56'],
  ['12,34,567.5', 'en-IN', '1234567.5'],
  ['1234,56', 'es', '1234.56'],
  ['7', 'de', '7'],
  [' 0,10 ', 'de', '0.10'],
  [12.5, 'de', '12.5'],
])('reads %s as %s writes it', (text, locale, expected) => {
  expect(readLocalNumber(text, locale)).toBe(expected);
});

it.each([
  ['1,234.56', 'de'],
  ['1.23,4', 'de'],
  ['1.2345', 'de'],
  ['12,5,5', 'de'],
  ['12 EUR', 'de'],
  ['', 'de'],
  [',', 'de'],
  ['1.234,56', 'en'],
  ['1..234', 'de'],
  [true, 'de'],
  ['12,5', 'no such language'],
  ['12,5', 7],
])('refuses %s as %s', (text, locale) => {
  expect(() => readLocalNumber(text, locale)).toThrow();
});
