import { DateTime } from 'luxon';
import { resolveWall } from './zone.ts';

/** A point in time as a system has written it down. */
export interface Moment {
  /** Milliseconds since 1970, UTC, of its begin. */
  readonly ms: number;
  /** The digits below the millisecond, of which some systems give six; without zeros at the end. */
  readonly rest: string;
  /** How much later it may be as well: the clock of its zone shows the time twice. Usually 0. */
  readonly foldMs: number;
  /** How exact it is: a date alone may be any moment of its day. 0 for what has seconds. */
  readonly spanMs: number;
}

const zonePart = '\\s*(z|utc|gmt|[+-]\\d{2}(?::?\\d{2})?)?(?:\\[[^\\]]*\\])?';
const timePart = '(\\d{1,2})(?::(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)?)?';
const calendar = new RegExp(
  `^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:(t|\\s+)${timePart}${zonePart})?$`,
  'i',
);
const compact = new RegExp(
  `^(\\d{4})()(\\d{2})(\\d{2})(?:(t?)(\\d{2})(\\d{2})(?:(\\d{2})(?:[.,](\\d+))?)?${zonePart})?$`,
  'i',
);
const ofOData = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;
const ofMail = /^[a-z]{3}, \d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} (?:gmt|utc|[+-]\d{4})$/i;

/**
 * Reads a date or a time that can only be meant in one way: the year first (`2026-11-20T15:00:00.123Z`,
 * `2026-11-20 15:00:00`, `2026-11-20`, `20261120T1500+0200`), OData's `/Date(1763650800000)/`, or the form of HTTP and
 * mail (`Fri, 20 Nov 2026 15:00:00 GMT`). `undefined` for anything else, such as 20.11.2026 or 11/20/2026.
 * @param zone - whose clock shows what names no zone itself (IANA).
 */
export function readMoment(text: string, zone: string): Moment | undefined {
  const trimmed = text.trim();
  const match = calendar.exec(trimmed) ?? compact.exec(trimmed);
  if (match !== null) return toMoment(match, zone);
  const odata = ofOData.exec(trimmed);
  if (odata !== null) return exactly(Number(odata[1]));
  if (!ofMail.test(trimmed)) return undefined;
  const mail = DateTime.fromRFC2822(trimmed.replace(/utc$/i, 'GMT'));
  return mail.isValid ? exactly(mail.toMillis()) : undefined;
}

/** A date as HTTP headers have it, in any of the three forms of RFC 9110: milliseconds since 1970. */
export function readHttpDate(text: string): number | undefined {
  const date = DateTime.fromHTTP(text);
  return date.isValid ? date.toMillis() : readMoment(text, 'UTC')?.ms;
}

/** Negative: `a` is before `b`. */
export function compareMoments(a: Moment, b: Moment): number {
  if (a.ms !== b.ms) return a.ms - b.ms;
  return a.rest === b.rest ? 0 : a.rest < b.rest ? -1 : 1;
}

/** Is `a` before `b`, however exact they are and whichever of two is meant where a clock shows a time twice? */
export function isSurelyBefore(a: Moment, b: Moment): boolean {
  const span = a.spanMs > b.spanMs ? a.spanMs : 0;
  if (a.foldMs + span === 0) return compareMoments(a, b) < 0;
  return a.ms + a.foldMs + span < b.ms;
}

export function exactly(ms: number, rest = ''): Moment {
  return { ms, rest, foldMs: 0, spanMs: 0 };
}

function toMoment(match: RegExpExecArray, zone: string): Moment | undefined {
  const [, year, , month, day, , hour, minute, second, fraction = '', offset] = match;
  const wallMs = toWallMs([year, month, day, hour, minute, second].map((part) => Number(part ?? 0)));
  if (wallMs === undefined) return undefined;
  const ms = wallMs + Number(fraction.slice(0, 3).padEnd(3, '0'));
  const rest = fraction.slice(3).replace(/0+$/, '');
  const spanMs = hour === undefined ? 86_399_999 : second === undefined ? 59_999 : 0;
  if (offset === undefined) return { ...resolveWall(ms, zone), rest, spanMs };
  const offsetMs = toOffsetMs(offset);
  return offsetMs === undefined ? undefined : { ms: ms - offsetMs, rest, foldMs: 0, spanMs };
}

/** `undefined` for a day that no calendar has. A leap second is the first of the next minute; 24:00 ends a day. */
function toWallMs([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]):
  | number
  | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const isMidnight = hour === 24 && minute === 0 && second === 0;
  if ((hour > 23 && !isMidnight) || minute > 59 || second > 60) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000;
}

function toOffsetMs(offset: string): number | undefined {
  if (/^[a-z]/i.test(offset)) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', '') || 0)];
  if (hours > 18 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
