import { compareDecimals } from '../../contract/exact-json/decimal-text.ts';

export type CursorType = 'time' | 'number' | 'text';

/** Negative: `left` is before `right`. Values that cannot be read as the type are before all others. */
export function compareCursors(type: CursorType, left: string, right: string): number {
  if (type === 'text') return left < right ? -1 : left > right ? 1 : 0;
  const isExact = isNumber(left) && isNumber(right);
  if (isExact && (type === 'number' || (isCount(left) && isCount(right))))
    return compareDecimals(left, right);
  if (type === 'number') return compareNumbers(toNumber(left), toNumber(right));
  const [a, b] = [toMoment(left), toMoment(right)];
  return compareNumbers(a.ms, b.ms) || (a.fraction < b.fraction ? -1 : a.fraction > b.fraction ? 1 : 0);
}

/** `now` in the manner of `sample`: millims where the system counts them, RFC 3339 otherwise. */
export function toCursorTime(now: number, sample: string): string {
  return isCount(sample) ? String(now) : new Date(now).toISOString();
}

function isNumber(text: string): boolean {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
}

function toNumber(text: string): number {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Moment {
  readonly ms: number;
  /** Digits behind the second: systems give up to nine, a Date keeps three. */
  readonly fraction: string;
}

function toMoment(text: string): Moment {
  if (isCount(text)) return { ms: Number(text), fraction: ''.padEnd(12, '0') };
  const match = /^(.*?\d{2}:\d{2}:\d{2})[.,](\d+)(.*)$/.exec(text);
  const whole = match === null ? text : `${match[1]}${match[3]}`;
  // Without a zone a time is UTC; Date would take it for local time. A date alone is UTC already.
  const zoned =
    /\d{2}:\d{2}/.test(whole) && !/(z|[+-]\d{2}:?\d{2}|gmt|utc)$/i.test(whole.trim()) ? `${whole}Z` : whole;
  const parsed = Date.parse(zoned);
  return {
    ms: Number.isNaN(parsed) ? Number.NEGATIVE_INFINITY : parsed,
    fraction: (match?.[2] ?? '').padEnd(12, '0'),
  };
}

function isCount(text: string): boolean {
  return /^\d{10,}$/.test(text);
}
