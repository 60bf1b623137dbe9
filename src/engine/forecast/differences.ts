import { isJsonObject } from '../../contract/json.ts';
import { toPath } from '../../schema/problem-path.ts';

/** A member that an update would change. */
export interface Difference {
  /** `lines[2].quantity` */
  readonly path: string;
  /** The same as names and indexes. */
  readonly segments: readonly (string | number)[];
  /** What the target has; `undefined`: nothing. */
  readonly before: unknown;
  /** What it would be given; `undefined`: the target's list is longer than the one it would be given. */
  readonly after: unknown;
}

/**
 * Where a payload differs from what the target has, in the order of the payload. Only members of the payload are
 * looked at: what an update does not name, it leaves alone. Values that systems write in their own ways (`12.5` and
 * `"12.50"`, the same instant in two zones, nothing and an empty text) do not differ.
 */
export function findDifferences(payload: unknown, found: unknown): readonly Difference[] {
  return compareAt([], found, payload);
}

function compareAt(
  segments: readonly (string | number)[],
  before: unknown,
  after: unknown,
): readonly Difference[] {
  if (isJsonObject(after) && isJsonObject(before)) {
    return Object.entries(after).flatMap(([name, value]) => {
      const old = Object.hasOwn(before, name) ? before[name] : undefined;
      return compareAt([...segments, name], old, value);
    });
  }
  if (Array.isArray(after) && Array.isArray(before)) {
    return Array.from({ length: Math.max(after.length, before.length) }, (_, index) =>
      compareAt([...segments, index], before[index], after[index]),
    ).flat();
  }
  return isSame(before, after) ? [] : [{ path: toPath(segments), segments, before, after }];
}

function isSame(before: unknown, after: unknown): boolean {
  if (isNothing(before) && isNothing(after)) return true;
  if (isNothing(before) !== isNothing(after)) return false;
  if (typeof before !== typeof after) return isSameNumber(before, after) || isSameSwitch(before, after);
  if (typeof before === 'string' && typeof after === 'string') {
    return before === after || isSameInstant(before, after);
  }
  return before === after;
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === '';
}

/** One of them a number, the other the text of one. */
function isSameNumber(a: unknown, b: unknown): boolean {
  const text = [a, b].find((value) => typeof value === 'string');
  const number = [a, b].find((value) => typeof value === 'number');
  if (typeof text !== 'string' || typeof number !== 'number') return false;
  return /^-?\d+(\.\d+)?$/.test(text) && Number(text) === number;
}

function isSameSwitch(a: unknown, b: unknown): boolean {
  return [a, b].some((value) => typeof value === 'boolean') && String(a) === String(b);
}

function isSameInstant(a: string, b: string): boolean {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
  return time.test(a) && time.test(b) && Date.parse(a) === Date.parse(b);
}
