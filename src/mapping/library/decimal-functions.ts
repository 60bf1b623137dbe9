import { Decimal } from 'decimal.js';
import { badArgument, type RaisedProblem } from '../expression/raised.ts';
import { Exact, toExact, toText } from './decimal.ts';
import { readLocalNumber } from './local-number.ts';
import {
  addShort,
  multiplyShort,
  readShort,
  roundShort,
  type ShortDecimal,
  subtractShort,
  toShortText,
} from './short-decimal.ts';

const modes: Readonly<Record<string, Decimal.Rounding>> = {
  'half-up': Decimal.ROUND_HALF_UP,
  'half-even': Decimal.ROUND_HALF_EVEN,
  'half-down': Decimal.ROUND_HALF_DOWN,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
  ceiling: Decimal.ROUND_CEIL,
  floor: Decimal.ROUND_FLOOR,
};

const maxDigits = 100;
const divisionDigits = 20;
const Division = Exact.clone({ precision: divisionDigits });

/**
 * Exact arithmetic over numbers and decimal texts; every result is a decimal text without an exponent.
 * As everywhere in JSONata, a missing argument gives a missing result. Most amounts are short enough for integers to
 * calculate with, which gives the same; decimal.js does the others.
 */
export const decimalFunctions = {
  decimal(value: unknown, locale: unknown): string | undefined {
    if (value === undefined) return undefined;
    // `$map(amounts, $decimal)` gives each function the place of its item as well.
    if (locale !== undefined && typeof locale !== 'number') return readLocalNumber(value, locale);
    const short = readShort(value);
    if (short !== undefined) return toShortText(short);
    const read = toExact('decimal', 1, value);
    return toText(read.value, read.scale);
  },

  plus(left: unknown, right: unknown): string | undefined {
    if (left === undefined || right === undefined) return undefined;
    const short = calculateShort(left, right, addShort);
    if (short !== undefined) return toShortText(short);
    const [a, b] = [toExact('plus', 1, left), toExact('plus', 2, right)];
    return toText(a.value.plus(b.value), Math.max(a.scale, b.scale));
  },

  minus(left: unknown, right: unknown): string | undefined {
    if (left === undefined || right === undefined) return undefined;
    const short = calculateShort(left, right, subtractShort);
    if (short !== undefined) return toShortText(short);
    const [a, b] = [toExact('minus', 1, left), toExact('minus', 2, right)];
    return toText(a.value.minus(b.value), Math.max(a.scale, b.scale));
  },

  times(left: unknown, right: unknown): string | undefined {
    if (left === undefined || right === undefined) return undefined;
    const short = calculateShort(left, right, multiplyShort);
    if (short !== undefined) return toShortText(short);
    const [a, b] = [toExact('times', 1, left), toExact('times', 2, right)];
    return toText(a.value.times(b.value), a.scale + b.scale);
  },

  dividedBy(left: unknown, right: unknown): string | undefined {
    if (left === undefined || right === undefined) return undefined;
    const [a, b] = [toExact('dividedBy', 1, left), toExact('dividedBy', 2, right)];
    if (b.value.isZero()) {
      throw {
        raised: 'argument',
        message: 'argument 2 of $dividedBy is zero',
        argument: { name: 'dividedBy', index: 2 },
        hint: 'ask first, as in `n = "0" ? …`',
      } satisfies RaisedProblem;
    }
    return toText(new Division(a.value).dividedBy(b.value), 0);
  },

  /** A lone value counts as an array of one: JSONata unwraps arrays of one element. */
  total(values: unknown): string | undefined {
    if (values === undefined) return undefined;
    const short = sumShort(Array.isArray(values) ? values : [values]);
    if (short !== undefined) return toShortText(short);
    let sum = new Exact(0);
    let scale = 0;
    for (const each of Array.isArray(values) ? values : [values]) {
      const read = toExact('total', 1, each);
      sum = sum.plus(read.value);
      scale = Math.max(scale, read.scale);
    }
    return toText(sum, scale);
  },

  /** `digits` decimals (0 if left out; negative rounds before the dot); half-up if `mode` is left out. */
  rounded(value: unknown, digits: unknown, mode: unknown): string | undefined {
    if (value === undefined) return undefined;
    const short = mode === undefined || mode === 'half-up' ? roundIfShort(value, digits ?? 0) : undefined;
    if (short !== undefined) return toShortText(short);
    const read = toExact('rounded', 1, value);
    const places = toDigits(digits);
    const rounding = toRounding(mode);
    if (places >= 0) return toText(read.value.toDecimalPlaces(places, rounding), places);
    const unit = new Exact(10).pow(-places);
    return toText(read.value.dividedBy(unit).toDecimalPlaces(0, rounding).times(unit), 0);
  },
};

type Calculate = (a: ShortDecimal, b: ShortDecimal) => ShortDecimal | undefined;

function calculateShort(left: unknown, right: unknown, calculate: Calculate): ShortDecimal | undefined {
  const a = readShort(left);
  const b = a === undefined ? undefined : readShort(right);
  return a === undefined || b === undefined ? undefined : calculate(a, b);
}

function sumShort(values: readonly unknown[]): ShortDecimal | undefined {
  let sum: ShortDecimal | undefined = { units: 0, scale: 0 };
  for (const each of values) {
    const value = readShort(each);
    sum = value && addShort(sum, value);
    if (sum === undefined) return undefined;
  }
  return sum;
}

function roundIfShort(value: unknown, digits: unknown): ShortDecimal | undefined {
  if (typeof digits !== 'number' || !Number.isInteger(digits) || digits < 0) return undefined;
  const short = readShort(value);
  return short && roundShort(short, digits);
}

function toDigits(digits: unknown): number {
  if (digits === undefined) return 0;
  if (typeof digits === 'number' && Number.isInteger(digits) && Math.abs(digits) <= maxDigits) return digits;
  throw badArgument('rounded', 2, `a whole number of digits (at most ${maxDigits})`, digits);
}

function toRounding(mode: unknown): Decimal.Rounding {
  if (mode === undefined) return Decimal.ROUND_HALF_UP;
  const rounding = typeof mode === 'string' && Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  if (rounding === undefined)
    throw badArgument('rounded', 3, `one of ${Object.keys(modes).join(', ')}`, mode);
  return rounding;
}
