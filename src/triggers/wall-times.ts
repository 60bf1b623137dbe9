import { compileTick } from './match-tick.ts';

/** Five leap days lie within it, with room for a year of a century that is none. */
const horizonYears = 24;

const dayMs = 86_400_000;

/**
 * The times that an expression means by the clock on the wall, as if that were UTC, from one on; in order, for as many
 * years as any schedule is planned ahead.
 *
 * Which seconds, minutes, hours and months an expression takes is asked of the same matching that fires it, value by
 * value, and so is each day of those months: days may hang on the month and the week. So nothing is read twice.
 */
export function compileWallTimes(expression: string): (from: number) => Generator<number> {
  const fields = expression.trim().split(/\s+/);
  const [second = '0', minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] =
    fields.length > 5 ? fields : ['0', ...fields];
  const takes = (cron: string) => compileTick({ cron, timezone: 'UTC' });
  const seconds = takenOf(60, 1000, takes(`${second} * * * * *`));
  const minutes = takenOf(60, 60_000, takes(`0 ${minute} * * * *`));
  const hours = takenOf(24, 3_600_000, takes(`0 0 ${hour} * * *`));
  const isMonth = takes(`0 0 0 * ${month} *`);
  const isDay = takes(`0 0 0 ${day} ${month} ${weekday}`);
  return function* wallTimes(from) {
    for (const midnight of daysFrom(from, isMonth)) {
      if (!isDay(midnight)) continue;
      for (const h of hours) {
        if (midnight + h + 3_600_000 <= from) continue;
        for (const m of minutes)
          for (const s of seconds) if (midnight + h + m + s >= from) yield midnight + h + m + s;
      }
    }
  };
}

/** Of so many steps behind a midnight, those that match. */
function takenOf(count: number, stepMs: number, matches: (at: number) => boolean): readonly number[] {
  return Array.from({ length: count }, (_, index) => index * stepMs).filter(matches);
}

/** The midnights of all days in the months that match. */
function* daysFrom(from: number, isMonth: (at: number) => boolean): Generator<number> {
  const first = Math.floor(from / dayMs) * dayMs;
  const year = new Date(first).getUTCFullYear();
  for (let index = new Date(first).getUTCMonth(); index < horizonYears * 12; index += 1) {
    const [start, end] = [Date.UTC(year, index), Date.UTC(year, index + 1)];
    if (!isMonth(start)) continue;
    for (let at = Math.max(first, start); at < end; at += dayMs) yield at;
  }
}
