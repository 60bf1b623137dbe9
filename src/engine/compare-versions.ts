import { compareDecimals } from '../contract/exact-json/decimal-text.ts';

/**
 * Orders two version values of one record: numbers by value, RFC 3339 times by instant (their text does not sort:
 * `…00Z` and `…00.5Z`), anything else as text. Negative: `a` is older.
 */
export function compareVersions(a: string, b: string): number {
  if (isNumber(a) && isNumber(b)) return compareDecimals(a, b);
  const [aMs, bMs] = [instantOf(a), instantOf(b)];
  if (aMs !== undefined && bMs !== undefined && aMs !== bMs) return aMs - bMs;
  return compare(a, b);
}

function isNumber(text: string): boolean {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
}

function instantOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
