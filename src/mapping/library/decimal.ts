import { Decimal } from 'decimal.js';
import { withoutExactNumber } from '../../contract/exact-json/json-number.ts';
import { badArgument } from '../expression/raised.ts';

/** Wide enough that sums, products and rounding are exact; a division says its own precision. */
export const Exact = Decimal.clone({
  precision: 1000,
  toExpNeg: -9e15,
  toExpPos: 9e15,
  rounding: Decimal.ROUND_HALF_UP,
});

export type Exact = Decimal;

// What JSON can say about a number, and what systems write: a sign, digits, a dot, an exponent.
const numeric = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;
const maxLength = 200;

/**
 * Reads argument `index` of `$name`: a finite number or a text such as "12.50". `scale` is the number of decimals as
 * written, which sums keep ("12.50" + "1" is "13.50").
 */
export function toExact(
  name: string,
  index: number,
  given: unknown,
): { readonly value: Decimal; readonly scale: number } {
  const value = withoutExactNumber(given);
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') throw badArgument(name, index, 'a number or a decimal text', value);
  const trimmed = text.trim();
  if (trimmed.length > maxLength || !numeric.test(trimmed)) throw notNumeric(name, index, trimmed);
  return { value: new Exact(trimmed), scale: scaleOf(trimmed) };
}

/** Canonical text: no exponent, no plus sign, no negative zero, `scale` decimals at least. */
export function toText(value: Decimal, scale: number): string {
  const text = value.toFixed(Math.max(scale, value.decimalPlaces()));
  return value.isZero() && text.startsWith('-') ? text.slice(1) : text;
}

function scaleOf(text: string): number {
  const [mantissa = '', exponent] = text.toLowerCase().split('e');
  const decimals = mantissa.split('.')[1]?.length ?? 0;
  return Math.max(0, decimals - Number(exponent ?? 0));
}

function notNumeric(name: string, index: number, text: string) {
  const hint = text.includes(',')
    ? 'a decimal text has a dot and no thousands separators; say whose way of writing it is: $decimal(text, "de")'
    : 'such as "12.50": digits and a dot, no units and no separators';
  return badArgument(name, index, 'a decimal text', text, hint);
}
