import { isExactNumber } from '../../contract/exact-json/json-number.ts';
import { isJsonObject } from '../../contract/json.ts';
import { toPath } from '../../contract/to-path.ts';
import { isEqualDecimal } from '../../mapping/decimals.ts';
import { compareMoments, readMoment } from '../../mapping/moments/moment.ts';

/** A member that an update would change. */
export interface Difference {
  /** `lines[2].quantity` */
  readonly path: string;
  /** The same as names and indexes. */
  readonly segments: readonly (string | number)[];
  /** What the target has; `undefined`: nothing. */
  readonly before: unknown;
  /** What it would be given; `undefined`: nothing, so that it loses what it has. */
  readonly after: unknown;
}

/** What a write does with members that it does not name. */
export type Semantics = 'keeps' | 'replaces';

/**
 * Where what is sent differs from what the target has, in the order of what is sent. What an update does not name it
 * leaves alone, unless it replaces the whole record: then that is lost, and comes last. Values that systems write in their own ways (`12.5` and
 * `"12.50"`, the same instant in two zones, nothing and an empty text) do not differ.
 */
export function findDifferences(
  sent: unknown,
  found: unknown,
  semantics: Semantics = 'keeps',
): readonly Difference[] {
  const changed = compareAt([], found, sent);
  return semantics === 'keeps' ? changed : [...changed, ...lostAt([], found, sent)];
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

/** Members that the target has and that are not sent. */
function lostAt(
  segments: readonly (string | number)[],
  before: unknown,
  after: unknown,
): readonly Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.flatMap((item, index) => lostAt([...segments, index], item, after[index]));
  }
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  return Object.entries(before).flatMap(([name, value]) => {
    const inner = [...segments, name];
    if (Object.hasOwn(after, name)) return lostAt(inner, value, after[name]);
    return isNothing(value)
      ? []
      : [{ path: toPath(inner), segments: inner, before: value, after: undefined }];
  });
}

function isSame(old: unknown, wanted: unknown): boolean {
  if (isExactNumber(wanted)) return isNumberText(old) && isEqualDecimal(String(old), wanted.rawJSON);
  const [before, after] = [old, wanted];
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
  return isNumberText(text) && isEqualDecimal(text, String(number));
}

function isNumberText(value: unknown): boolean {
  return /^-?\d+(\.\d+)?$/.test(String(value));
}

function isSameSwitch(a: unknown, b: unknown): boolean {
  return [a, b].some((value) => typeof value === 'boolean') && String(a) === String(b);
}

function isSameInstant(a: string, b: string): boolean {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
  if (!time.test(a) || !time.test(b)) return false;
  const [before, after] = [readMoment(a, 'UTC'), readMoment(b, 'UTC')];
  return before !== undefined && after !== undefined && compareMoments(before, after) === 0;
}
