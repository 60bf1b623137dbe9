import { compileTick } from './match-tick.ts';

/** Five leap days lie within it, with room for a year of a century that is none. */
const horizonYears = 24;

const dayMs = 86_400_000;

/** What the fields of expressions take. */
export interface FieldReader {
  /** An expression of which only one field, or the days, says something. */
  readonly isTaken: (cron: string) => (at: number) => boolean;
  /** Of so many steps behind a midnight, those that such an expression takes. */
  readonly taken: (cron: string, count: number, stepMs: number) => readonly number[];
}

/** Reads each field once, however many expressions have it: most have `0` for seconds and `*` for months. */
export function createFieldReader(): FieldReader {
  const matches = new Map<string, (at: number) => boolean>();
  const steps = new Map<string, readonly number[]>();
  const isTaken = (cron: string) => {
    const found = matches.get(cron) ?? compileTick({ cron, timezone: 'UTC' });
    matches.set(cron, found);
    return found;
  };
  const taken = (cron: string, count: number, stepMs: number) => {
    const name = `${stepMs} ${cron}`;
    const all = () => Array.from({ length: count }, (_, index) => index * stepMs);
    const found = steps.get(name) ?? all().filter(isTaken(cron));
    steps.set(name, found);
    return found;
  };
  return { isTaken, taken };
}

/**
 * The times that an expression means by the clock on the wall, as if that were UTC, from one on; in order, for as many
 * years as any schedule is planned ahead.
 *
 * Which seconds, minutes, hours and months an expression takes is asked of the same matching that fires it, value by
 * value, and so is each day of those months: days may hang on the month and the week. So nothing is read twice.
 */
export function* wallTimes(expression: string, from: number, read: FieldReader): Generator<number> {
  const fields = expression.trim().split(/\s+/);
  const [second = '0', minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] =
    fields.length > 5 ? fields : ['0', ...fields];
  const seconds = read.taken(`${second} * * * * *`, 60, 1000);
  const minutes = read.taken(`0 ${minute} * * * *`, 60, 60_000);
  const hours = read.taken(`0 0 ${hour} * * *`, 24, 3_600_000);
  const isMonth = read.isTaken(`0 0 0 * ${month} *`);
  const isDay = read.isTaken(`0 0 0 ${day} ${month} ${weekday}`);
  for (const midnight of daysFrom(from, isMonth)) {
    if (!isDay(midnight)) continue;
    for (const h of hours) {
      if (midnight + h + 3_600_000 <= from) continue;
      for (const m of minutes)
        for (const s of seconds) if (midnight + h + m + s >= from) yield midnight + h + m + s;
    }
  }
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
