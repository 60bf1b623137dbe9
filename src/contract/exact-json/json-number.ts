import { isSameDecimal, isWhole, toPlainDigits } from './decimal-text.ts';

declare global {
  interface JSON {
    /** What `JSON.stringify` writes as it stands. */
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** So many digits a double always holds. */
const safeDigits = 15;

/**
 * A number as it stands in a JSON text. One that a double cannot hold becomes a text with exactly the digits of its
 * source: every decimal that would come out as another one, and every integer beyond 2^53, written out however its
 * source writes it: `1e21` and `1000000000000000000000` are one number, and must be one key. `undefined` for one that is
 * too large for a double altogether, such as 1e400.
 */
export function readNumber(source: string): number | string | undefined {
  const value = Number(source);
  if (source.length <= safeDigits && !/[eE]/.test(source)) return value;
  if (!Number.isFinite(value)) return undefined;
  if (isWhole(source)) return Number.isSafeInteger(value) ? value : toPlainDigits(source);
  return isSameDecimal(source, String(value)) ? value : source;
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Is it the text of a number that a double cannot hold, as {@link readNumber} gives it? */
export function isExactText(value: unknown): value is string {
  return typeof value === 'string' && jsonNumber.test(value) && typeof readNumber(value) === 'string';
}

/** A number with exactly these digits, for `JSON.stringify` to write. No object or list to anybody else. */
export type ExactNumber = object & { readonly rawJSON: string };

export function toExactNumber(text: string): ExactNumber {
  return JSON.rawJSON(text) as ExactNumber;
}

export function isExactNumber(value: unknown): value is ExactNumber {
  return typeof value === 'object' && JSON.isRawJSON(value);
}

/** An exact number as the text it was; anything else as it is. */
export function withoutExactNumber(value: unknown): unknown {
  return isExactNumber(value) ? value.rawJSON : value;
}

/** The same for all that a value holds; what holds none is shared. */
export function withoutExactNumbers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isExactNumber(value)) return value.rawJSON;
  const names = Object.keys(value);
  const members = Object.values(value).map(withoutExactNumbers);
  if (Object.values(value).every((member, index) => member === members[index])) return value;
  return Array.isArray(value)
    ? members
    : Object.fromEntries(names.map((name, index) => [name, members[index]]));
}
