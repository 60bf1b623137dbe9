import { expect, it } from 'vitest';
import { checkDateFormat } from '../../../src/mapping/library/check-date-format.ts';

it.each([
  ['DD.MM.YYYY', 0, 'the day is `dd`'],
  ['dd.MM.YYYY', 6, 'the year is `yyyy`'],
  ['yyyy-mm-dd', 5, 'the month is `MM`'],
  ['yyyy-MM-ddTHH:mm:ss', 10, "a letter of the text stands in quotes: 'T'"],
  ['dd.MM.yyyy hh:mm', 11, 'the hour up to 23 is `HH`'],
  ['dd.MM.yyyy HH:mm Uhr', 17, "letters of the text itself stand in quotes: 'Uhr'"],
  ['dd.MMM.yyyyy.MMMMM', 13, "letters of the text itself stand in quotes: 'Uhr'"],
])('tells what is no token in %s', (format, offset, hint) => {
  expect(checkDateFormat(format)).toMatchObject({ offset, hint });
});

it.each([
  'dd.MM.yyyy HH:mm',
  "yyyy-MM-dd'T'HH:mm:ss.SSSZZ",
  'M/d/yy h:mm a',
  'd LLL yyyy',
  'yyyyMMdd',
  'HHmmss',
  'EEE, dd MMM yyyy HH:mm:ss z',
  'mm:ss',
  'D',
  "kkkk-'W'WW-E",
])('has nothing to say of %s', (format) => {
  expect(checkDateFormat(format)).toBeUndefined();
});
