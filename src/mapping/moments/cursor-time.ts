import { exactly, type Moment, readMoment } from './moment.ts';
import { toWall } from './zone.ts';

/** A number of seconds, milliseconds, microseconds or nanoseconds since 1970: its size says which of them. */
const epoch = /^(-?\d+)(?:\.(\d+))?$/;
const units = [
  { below: 1e11, perSecondDigits: 0 },
  { below: 1e14, perSecondDigits: 3 },
  { below: 1e17, perSecondDigits: 6 },
  { below: Number.POSITIVE_INFINITY, perSecondDigits: 9 },
] as const;

/**
 * Reads a time as cursors hold it: as {@link readMoment}, or a number since 1970. Below 10^11 these are seconds (until
 * the year 5138), below 10^14 milliseconds, below 10^17 microseconds, above that nanoseconds. Eight, twelve or fourteen
 * digits that are a date of this or the last century (20261120, 20261120150000) are that date.
 */
export function readCursorTime(text: string, zone: string): Moment | undefined {
  const number = toEpoch(text);
  if (number === undefined) return readMoment(text, zone);
  const { whole, fraction, digits } = number;
  // All digits below the second in one row; a negative number counts backwards, so its fraction is turned round.
  const scaled = BigInt(`${whole}${fraction}`);
  const below = digits + fraction.length;
  const perMs = below >= 3 ? 10n ** BigInt(below - 3) : undefined;
  if (perMs === undefined) return exactly(Number(scaled * 10n ** BigInt(3 - below)));
  const ms = floorDivide(scaled, perMs);
  const rest = String(scaled - ms * perMs).padStart(below - 3, '0');
  return exactly(Number(ms), perMs === 1n ? '' : rest.replace(/0+$/, ''));
}

/** A cursor that is a time, so much earlier, in the form in which it came; what is no time stays as it is. */
export function moveBack(cursor: string, byMs: number, zone: string): string {
  const moment = readCursorTime(cursor, zone);
  if (moment === undefined || byMs === 0) return cursor;
  const { ms, rest, foldMs } = moment;
  // Where the clock shows the hour twice, what was changed in the second pass looks older than the first.
  return writeLike(cursor, { ...exactly(ms - byMs, rest) }, { zone, foldMs });
}

/**
 * A moment in the form of `sample`, never a later one: with as many digits, with its offset, or without a zone; RFC 3339
 * where the sample is no time.
 */
export function toFormOf(sample: string, ms: number, zone: string): string {
  if (readCursorTime(sample, zone) === undefined) return new Date(ms).toISOString();
  return writeLike(sample, exactly(ms), { zone, foldMs: 0 });
}

function writeLike(
  sample: string,
  { ms, rest }: Moment,
  { zone, foldMs }: { readonly zone: string; readonly foldMs: number },
): string {
  const number = toEpoch(sample);
  if (number !== undefined) return toNumber(ms, rest, number);
  const trimmed = sample.trim();
  if (trimmed.startsWith('/Date(')) return trimmed.replace(/-?\d+/, String(ms));
  if (/^[a-z]/i.test(trimmed)) return new Date(ms).toUTCString();
  const offset = /(?:z|utc|gmt|[+-]\d{2}(?::?\d{2})?)(?:\[[^\]]*\])?$/i.exec(trimmed.slice(10))?.[0] ?? '';
  const zoned = offset === '' ? toWall(ms, zone) - foldMs : toWallAt(ms, trimmed, offset);
  return fillIn(trimmed.slice(0, trimmed.length - offset.length), zoned, rest) + offset;
}

/** Puts the digits of another time into a text, part by part; what it is too coarse to say is left off. */
function fillIn(sample: string, wallMs: number, rest: string): string {
  const digits = `${new Date(wallMs)
    .toISOString()
    .replace(/^\+?0*(?=\d{4}-)/, '')
    .replaceAll(/\D/g, '')}${rest}`;
  const isCompact = /^\d{8}/.test(sample);
  if (isCompact) return fillDigits(sample, digits);
  const parts = [4, 2, 2, 2, 2, 2];
  let at = 0;
  let part = 0;
  return sample.replaceAll(/\d+/g, (run) => {
    const width = parts[part] ?? run.length;
    part += 1;
    const value = digits.slice(at, at + width).padEnd(width, '0');
    at += width;
    return value;
  });
}

function fillDigits(sample: string, digits: string): string {
  let at = 0;
  return sample.replaceAll(/\d/g, () => digits[at++] ?? '0');
}

function toWallAt(ms: number, sample: string, offset: string): number {
  if (/^[a-z]/i.test(offset)) return ms;
  // The offset as it is written: how far the sample itself is from what it reads without.
  const bare = readMoment(sample.slice(0, sample.length - offset.length), 'UTC');
  const own = readMoment(sample, 'UTC');
  return ms + ((bare?.ms ?? 0) - (own?.ms ?? 0));
}

interface Epoch {
  readonly whole: string;
  readonly fraction: string;
  /** Of a second, that the whole number counts. */
  readonly digits: number;
}

function toEpoch(text: string): Epoch | undefined {
  const match = epoch.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  if (fraction === '' && isCalendarDate(whole)) return undefined;
  const size = Math.abs(Number(whole));
  const unit = units.find(({ below }) => size < below);
  return { whole, fraction, digits: unit?.perSecondDigits ?? 0 };
}

function isCalendarDate(digits: string): boolean {
  return /^(?:19|20|21)\d{2}(?:\d{4}|\d{8}|\d{10})$/.test(digits) && readMoment(digits, 'UTC') !== undefined;
}

function toNumber(ms: number, rest: string, { fraction, digits }: Epoch): string {
  const wanted = digits + fraction.length;
  const seconds = Math.floor(ms / 1_000);
  const below = `${String(ms - seconds * 1_000).padStart(3, '0')}${rest}`
    .padEnd(wanted, '0')
    .slice(0, wanted);
  const all = BigInt(seconds) * 10n ** BigInt(wanted) + BigInt(below === '' ? 0 : below);
  if (fraction === '') return String(all);
  const text = String(all < 0n ? -all : all).padStart(fraction.length + 1, '0');
  return `${all < 0n ? '-' : ''}${text.slice(0, -fraction.length)}.${text.slice(-fraction.length)}`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
