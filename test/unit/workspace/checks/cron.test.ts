import cron from 'node-cron';
import { describe, expect, it } from 'vitest';
import { checkCron } from '../../../../src/workspace/checks/flow/cron.ts';

const good = [
  ...[
    '*/5 * * * *',
    '0 */5 * * * *',
    '0 0 L * *',
    '0 0 * * 1#2',
    '0 0 15W * *',
    '0 0 * * mon-fri',
    '0 0 * * 7',
  ],
  ...[
    '0 0 ? * *',
    '0 0 * * 5L',
    '0 0 1 january *',
    '1,2-5/2 * * * *',
    '0 0 * * SUN,TUE',
    '0 0 L-3 * *',
    '00 05 * * *',
  ],
  ...['0 0 29 2 *', '0 0 31 4,5 *', '0 0 1-31/2 feb-mar *', '0 0 * * monL', '0  0 * * *'],
];

const bad = [
  ['60 * * * *', 0, '"60" is no minute: expected 0–59'],
  ['0 24 * * *', 2, '"24" is no hour: expected 0–23'],
  ['0 0 0 * *', 4, '"0" is no day of month: expected 1–31'],
  ['0 0 * 13 *', 6, '"13" is no month: expected 1–12 or jan–dec'],
  ['0 0 * * 8', 8, '"8" is no day of week: expected 0–7 or sun–sat'],
  ['0 0 * * 1,funday', 10, '"funday" is no day of week: expected 0–7 or sun–sat'],
  ['*/0 * * * *', 0, 'a step of 0 in "*/0" never comes'],
  ['1/5 * * * *', 0, 'a step needs a range: "1-59/5" instead of "1/5"'],
  ['* * * *', 0, 'expected 5 or 6 fields, got 4'],
  ['* * * * * * *', 0, 'expected 5 or 6 fields, got 7'],
  ['0 0 31 4,6 *', 4, 'day 31 does not come in month 4,6'],
  ['*/5/2 * * * *', 0, '"*/5/2" is no minute: expected *, a number, a range a-b, or a step */n'],
] as const;

describe('checkCron', () => {
  it.each(good)('takes %j, as node-cron does', (text) => {
    expect(checkCron(text)).toBeUndefined();
    expect(cron.validate(text)).toBe(true);
  });

  it.each(bad)('refuses %j at character %i, as node-cron does', (text, offset, message) => {
    expect(checkCron(text)).toEqual({ offset, message });
    expect(cron.validate(text)).toBe(false);
  });

  it('refuses names such as @hourly, which not every scheduler knows', () => {
    expect(checkCron('@hourly')?.message).toMatch(/write the five fields out/);
  });
});
