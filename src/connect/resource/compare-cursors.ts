import { compareDecimals } from '../../contract/exact-json/decimal-text.ts';
import type { ManifestCursor } from '../../contract/generated/connector.ts';
import { readCursorTime } from '../../mapping/moments/cursor-time.ts';
import { compareMoments } from '../../mapping/moments/moment.ts';

export type CursorType = NonNullable<ManifestCursor['type']>;

/**
 * Negative: `left` is before `right`. `undefined`: one of them cannot be read as the type, so nobody can tell.
 * @param zone - whose clock shows a time that names no zone (IANA).
 */
export function compareCursors(
  type: CursorType,
  { left, right }: { readonly left: string; readonly right: string },
  zone: string,
): number | undefined {
  if (type === 'text') return left < right ? -1 : left > right ? 1 : 0;
  if (type === 'number') return isNumber(left) && isNumber(right) ? compareDecimals(left, right) : undefined;
  const [a, b] = [readCursorTime(left, zone), readCursorTime(right, zone)];
  return a === undefined || b === undefined ? undefined : compareMoments(a, b);
}

/** Can it be read as the type? */
export function isOrdered(type: CursorType, value: string, zone: string): boolean {
  if (type === 'text') return true;
  return type === 'number' ? isNumber(value) : readCursorTime(value, zone) !== undefined;
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(text) && text.length < 200;
}
