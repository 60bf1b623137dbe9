import { expect, it } from 'vitest';
import { parseTime } from '../../../src/simulator/parse-time.ts';

it.each([
  ['2026-11-20T10:00:00', Date.UTC(2026, 10, 20, 10)],
  ['2026-11-20 10:00', Date.UTC(2026, 10, 20, 10)],
  ['2026-11-20', Date.UTC(2026, 10, 20)],
  ['2026-11-20T10:00:00.5+01:00', Date.UTC(2026, 10, 20, 9, 0, 0, 500)],
  ['never', Number.NaN],
])('a simulator reads %s the same on every machine', (text, expected) => {
  expect(parseTime(text)).toBe(expected);
});
