import { expect, it } from 'vitest';
import { checkDateFormat } from '../../../../src/mapping/library/check-date-format.ts';
import { checkDatePicture } from '../../../../src/mapping/library/check-date-picture.ts';
import { dateFormatsIn } from '../../../../src/mapping/survey/date-formats.ts';

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

it.each([
  ['dd.MM.yyyy', 0, 'nothing of it stands in brackets'],
  ['[D01].[Q01]', 6, '`[Q01]` is no part of a date'],
  ['[]', 0, '`[]` is no part of a date'],
  ['[[Y]]', 0, 'nothing of it stands in brackets'],
])('tells what is no picture of a date in %s', (picture, offset, message) => {
  expect(checkDatePicture(picture)).toMatchObject({ offset, message: expect.stringContaining(message) });
});

it.each([
  '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01]',
  '[F], the [D1o] of [MNn]',
  '[X0001]-W[W01]-[F1]',
])('has nothing to say of the picture %s', (picture) => {
  expect(checkDatePicture(picture)).toBeUndefined();
});

it('knows which argument of which function is a format', () => {
  const text = `$date(a, "x") & $fromMillis(b, 'y') & $toMillis(c, "z") & $now("w", "+0100") & $string("v")`;
  expect(dateFormatsIn(text).map(({ format, notation }) => [format, notation])).toEqual([
    ['x', 'tokens'],
    ['y', 'picture'],
    ['z', 'picture'],
    ['w', 'picture'],
  ]);
});
