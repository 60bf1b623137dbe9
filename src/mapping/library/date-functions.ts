import jsonata, { type Focus } from 'jsonata';
import { DateTime } from 'luxon';
import { badArgument, type RaisedProblem } from '../expression/raised.ts';
import { type Moment, readMoment } from '../moments/moment.ts';
import { isZone, resolveWall } from '../moments/zone.ts';

const formatHint = 'a format uses the tokens of Luxon, such as "dd.MM.yyyy HH:mm"';

/** @param timezone - whose clock shows what names no zone itself (IANA). */
export function createDateFunctions(timezone: string) {
  return {
    /**
     * A moment as RFC 3339 text in UTC, with as many decimals of a second as there are: "2026-03-01T12:00:00Z".
     * `format` (Luxon tokens; ISO 8601 if left out) says how `text` is written, `zone` (IANA; that of the connection
     * if left out) whose clock it shows unless the text says so itself.
     */
    date(text: unknown, format: unknown, zone: unknown): string | undefined {
      if (text === undefined) return undefined;
      if (typeof text !== 'string') {
        throw badArgument('date', 1, 'a text', text, 'milliseconds since 1970 become one with $fromMillis');
      }
      if (format !== undefined && format !== null && typeof format !== 'string') {
        throw badArgument('date', 2, 'a format', format, formatHint);
      }
      const moment = readIn(text.trim(), format || undefined, toZone(zone, timezone));
      if (moment === undefined) throw unreadable(format || undefined);
      return toText(moment);
    },
  };
}

/** A date as text says it in a format (Luxon tokens) or, without one, in the form of ISO 8601. */
function readIn(text: string, format: string | undefined, zone: string): Moment | undefined {
  return format === undefined ? readIso(text, zone) : readFormat(text, format, zone);
}

/** For whoever has no expressions: RFC 3339 in UTC, `undefined` for what is not written so. */
export function readDate(
  text: string,
  { format, timezone }: { readonly format: string; readonly timezone: string },
): string | undefined {
  const moment = readFormat(text.trim(), format, timezone);
  return moment && toText(moment);
}

/** RFC 3339, in UTC. */
function toText({ ms, rest }: Pick<Moment, 'ms' | 'rest'>): string {
  const text = new Date(ms).toISOString();
  if (rest !== '') return text.replace('Z', `${rest}Z`);
  return text.endsWith('.000Z') ? text.replace('.000Z', 'Z') : text;
}

/** Weeks and days of a year are ISO 8601, too. */
const weekOrDay = /^\d{4}-?(?:W\d{2}-?\d|\d{3})(?:T|$)/;

function readIso(text: string, zone: string): Moment | undefined {
  const moment = readMoment(text, zone);
  if (moment !== undefined || !weekOrDay.test(text)) return moment;
  const wall = DateTime.fromISO(text, { zone: 'UTC' });
  const hasZone = /(?:Z|[+-]\d\d(?::?\d\d)?)$/.test(text.split('T')[1] ?? '');
  return wall.isValid ? toMoment(wall, hasZone ? 'UTC' : zone) : undefined;
}

/** What a format does not say must not be taken from today: without a year it makes no date. */
function readFormat(text: string, format: string, zone: string): Moment | undefined {
  const options = { zone: 'UTC', locale: 'en-US' };
  const {
    result,
    specificOffset,
    zone: named,
  } = DateTime.fromFormatExplain(text, format, options) as Explained;
  if (result?.['year'] === undefined && result?.['weekYear'] === undefined) return undefined;
  const parsed = DateTime.fromFormat(text, format, options);
  if (!parsed.isValid) return undefined;
  const hasZone = typeof specificOffset === 'number' || (named !== null && named !== undefined);
  return toMoment(parsed, hasZone ? 'UTC' : zone);
}

/** What Luxon made out in a text, part by part. */
interface Explained {
  readonly result?: Readonly<Record<string, number>> | null;
  readonly specificOffset?: unknown;
  readonly zone?: unknown;
}

function toMoment(wall: DateTime, zone: string): Moment {
  return { ...resolveWall(wall.toMillis(), zone), rest: '', spanMs: 0 };
}

function toZone(zone: unknown, timezone: string): string {
  if (zone === undefined || zone === null || zone === '') return timezone;
  if (typeof zone === 'string' && isZone(zone)) return zone;
  throw badArgument('date', 3, 'an IANA time zone such as "Europe/Berlin"', zone);
}

function unreadable(format: string | undefined): RaisedProblem {
  return format === undefined
    ? {
        raised: 'argument',
        message: 'argument 1 of $date is not an ISO 8601 date',
        argument: { name: 'date', index: 1 },
        hint: `say how it is written: ${formatHint}`,
      }
    : {
        raised: 'argument',
        message: `argument 1 of $date is not a date written as "${format}"`,
        argument: { name: 'date', index: 1 },
        hint: /y|k|D/.test(format) ? formatHint : 'a date has a year: a time of the day alone is none',
      };
}

const native = (await jsonata('$toMillis').evaluate(undefined)) as {
  readonly implementation: (this: Focus, text: unknown, picture?: unknown) => unknown;
};

const withoutZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

/**
 * `$toMillis`, which is JSONata's own but for what names no zone: that is in `timezone`, never in the zone of the
 * machine.
 */
export function createToMillis(timezone: string) {
  return function toMillis(this: Focus, text: unknown, picture?: unknown): unknown {
    if (typeof text !== 'string') return native.implementation.call(this, text, picture);
    if (typeof picture !== 'string') {
      refuseNoDay(text);
      const moment = withoutZone.test(text) ? readMoment(text, timezone) : undefined;
      return moment?.ms ?? native.implementation.call(this, text);
    }
    const ms = native.implementation.call(this, text, picture);
    return typeof ms !== 'number' || /\[[Zz]/.test(picture) ? ms : resolveWall(ms, timezone).ms;
  };
}

/** JavaScript takes 30 February for 2 March. */
function refuseNoDay(text: string): void {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  if (day === undefined) return;
  const found = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (found.getUTCDate() !== Number(day)) throw { code: 'D3110', value: text };
}
