import { assert, constantFrom, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeCron } from '../../../src/triggers/describe-cron.ts';
import { compileTick } from '../../../src/triggers/match-tick.ts';
import { nextTicks } from '../../../src/triggers/next-ticks.ts';
import { toZonedText } from '../../../src/triggers/zone-offset.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

const next = (cron: string, timezone: string, after: string) =>
  nextTicks({ cron, timezone }, new Date(after), 3).map((at) => toZonedText(at, timezone));

describe('nextTicks', () => {
  it.each([
    [
      'leaves out a time that the day has not',
      ['30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z'],
      ['2026-03-28T02:30:00+01:00', '2026-03-30T02:30:00+02:00', '2026-03-31T02:30:00+02:00'],
    ],
    [
      'gives a time that comes twice once',
      ['30 2 * * *', 'Europe/Berlin', '2026-10-24T00:00:00Z'],
      ['2026-10-24T02:30:00+02:00', '2026-10-25T02:30:00+02:00', '2026-10-26T02:30:00+01:00'],
    ],
    [
      'goes through the hour that comes twice in the order of time',
      ['*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:10:00Z'],
      ['2026-10-25T02:30:00+02:00', '2026-10-25T02:00:00+01:00', '2026-10-25T02:30:00+01:00'],
    ],
    [
      'finds days that come in leap years only',
      ['0 0 29 2 *', 'America/New_York', '2026-06-01T00:00:00Z'],
      ['2028-02-29T00:00:00-05:00', '2032-02-29T00:00:00-05:00', '2036-02-29T00:00:00-05:00'],
    ],
    [
      'wants both days to fit where both are given',
      ['0 6 13 * friday', 'UTC', '2026-03-14T00:00:00Z'],
      ['2026-11-13T06:00:00+00:00', '2027-08-13T06:00:00+00:00', '2028-10-13T06:00:00+00:00'],
    ],
    [
      'counts days from the end of the month',
      ['0 6 L-3 * *', 'Asia/Kolkata', '2026-02-01T00:00:00Z'],
      ['2026-02-25T06:00:00+05:30', '2026-03-28T06:00:00+05:30', '2026-04-27T06:00:00+05:30'],
    ],
    [
      'goes over the end of a day, a week and a year',
      ['0 22-1/3 * dec-jan fri-mon', 'UTC', '2026-12-30T00:00:00Z'],
      ['2027-01-01T01:00:00+00:00', '2027-01-01T22:00:00+00:00', '2027-01-02T01:00:00+00:00'],
    ],
    [
      'takes steps that are too large',
      ['*/61 */24 1 1 *', 'UTC', '2026-12-30T00:00:00Z'],
      ['2027-01-01T00:00:00+00:00', '2028-01-01T00:00:00+00:00', '2029-01-01T00:00:00+00:00'],
    ],
    ['gives nothing for days that never fit', ['0 0 1-7 * monL', 'UTC', '2026-12-30T00:00:00Z'], []],
    [
      'knows seconds',
      ['*/20 * * * * *', 'UTC', '2026-02-01T00:00:10.500Z'],
      ['2026-02-01T00:00:20+00:00', '2026-02-01T00:00:40+00:00', '2026-02-01T00:01:00+00:00'],
    ],
  ] as const)('%s', (_what, [cron, zone, after], expected) => {
    expect(next(cron, zone, after)).toEqual(expected);
  });

  it('gives what the scheduler matches, minute by minute, around changes of clocks', () => {
    // Forward and back: in an hour, in half an hour (Lord Howe), at midnight (Havana), and where none is (Tokyo).
    const around = constantFrom(
      ...(['2026-03-29T00:00Z', '2026-10-25T00:00Z'].map((at) => ['Europe/Berlin', at]) as [
        string,
        string,
      ][]),
      ...(['2026-04-04T15:00Z', '2026-10-03T15:30Z'].map((at) => ['Australia/Lord_Howe', at]) as [
        string,
        string,
      ][]),
      ...(['2026-03-08T05:00Z', '2026-11-01T05:00Z'].map((at) => ['America/Havana', at]) as [
        string,
        string,
      ][]),
      ['Asia/Tokyo', '2026-06-01T00:00Z'] as [string, string],
    );
    const minutes = constantFrom('0', '30', '5,45', '*/15', '10-50/20');
    const hours = constantFrom('*', '*/2', '0', '1', '2', '1-3', '0,2,23');
    const days = constantFrom('* * *', '1-15 * *', '* * sat,sun', 'L * *', '* 3,4,10 *');
    const cases = tuple(around, integer({ min: -300, max: 200 }), tuple(minutes, hours, days));
    assert(
      property(cases, ([[timezone, change], shift, fields]) => {
        const timing = { cron: fields.join(' '), timezone };
        const from = Date.parse(change) + shift * 60_000;
        const until = from + 6 * 3_600_000;
        const isDue = compileTick(timing);
        const expected = [];
        for (let at = from + 60_000; at <= until && expected.length < 5; at += 60_000) {
          if (isDue(at)) expected.push(new Date(at).toISOString());
        }
        const found = nextTicks(timing, new Date(from), 5).filter((at) => at.getTime() <= until);
        expect(found.map((at) => at.toISOString())).toEqual(expected);
      }),
      propertyRuns(150),
    );
  }, 120_000);
});

describe('describeCron', () => {
  it.each([
    ['*/5 * * * *', 'Every 5 minutes'],
    ['30 2 * * 1-5', 'At 02:30, Monday through Friday'],
    ['0 6 13 * friday', 'At 06:00, on day 13 of the month, only on Friday'],
    ['0 0 1 january *', 'At 00:00, on day 1 of the month, only in January'],
    ['0 0 L-3 * *', 'At 00:00, 3 days before the last day of the month'],
    ['0 0 1W,15 * *', 'At the times of 0 0 1W,15 * *'],
  ])('says %s in words', (cron, words) => {
    expect(describeCron(cron)).toBe(words);
  });
});
