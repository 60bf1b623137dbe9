/** A decimal number as JSON writes it: `digits` × 10^`exponent`. Zero has no digits. */
interface Decimal {
  readonly isNegative: boolean;
  /** Without zeros at either end. */
  readonly digits: string;
  readonly exponent: number;
}

const written = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Do two texts write the same number? Both as JSON writes numbers. */
export function isSameDecimal(left: string, right: string): boolean {
  return compareDecimals(left, right) === 0;
}

/** Negative: `left` is less. Exact, however many digits there are. Both as JSON writes numbers. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = [toDecimal(left), toDecimal(right)];
  const [signA, signB] = [signOf(a), signOf(b)];
  if (signA !== signB) return signA - signB;
  if (signA === 0) return 0;
  return signA > 0 ? compareSizes(a, b) : compareSizes(b, a);
}

/** Has the number no decimals but zeros? */
export function isWhole(text: string): boolean {
  const { digits, exponent } = toDecimal(text);
  return digits === '' || exponent >= 0;
}

/** A number without an exponent and without zeros behind its decimals; as JSON writes numbers, and so is `text`. */
export function toPlainDigits(text: string): string {
  const { digits, exponent, isNegative } = toDecimal(text);
  if (digits === '') return '0';
  const sign = isNegative ? '-' : '';
  if (exponent >= 0) return `${sign}${digits}${'0'.repeat(exponent)}`;
  const all = digits.padStart(1 - exponent, '0');
  return `${sign}${all.slice(0, exponent)}.${all.slice(exponent)}`;
}

/** Is `text` a multiple of `unit`, which is not zero? Both as JSON writes numbers. */
export function isMultipleOf(text: string, unit: string): boolean {
  const [value, step] = [toDecimal(text), toDecimal(unit)];
  if (value.digits === '') return true;
  const shift = value.exponent - step.exponent;
  // Digits end in no zero, so they cannot be divided by a ten.
  if (shift < 0) return false;
  const modulus = BigInt(step.digits);
  return ((BigInt(value.digits) % modulus) * powerOfTen(BigInt(shift), modulus)) % modulus === 0n;
}

function powerOfTen(exponent: bigint, modulus: bigint): bigint {
  let [power, base, left] = [1n % modulus, 10n % modulus, exponent];
  while (left > 0n) {
    if ((left & 1n) === 1n) power = (power * base) % modulus;
    base = (base * base) % modulus;
    left >>= 1n;
  }
  return power;
}

function toDecimal(text: string): Decimal {
  const match = written.exec(text);
  if (match === null) throw new Error('not a number as JSON writes it');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const all = withoutLeadingZeros(whole + fraction);
  const digits = withoutTrailingZeros(all);
  const moved = Number(exponent) - fraction.length + (all.length - digits.length);
  return { isNegative: sign === '-', digits, exponent: digits === '' ? 0 : moved };
}

function signOf({ digits, isNegative }: Decimal): number {
  return digits === '' ? 0 : isNegative ? -1 : 1;
}

function compareSizes(a: Decimal, b: Decimal): number {
  const [above, below] = [a.digits.length + a.exponent, b.digits.length + b.exponent];
  if (above !== below) return above < below ? -1 : 1;
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1;
}

// By hand: a regular expression would try every run of zeros in the middle of a long number.
function withoutLeadingZeros(text: string): string {
  let from = 0;
  while (text.charCodeAt(from) === 48) from += 1;
  return text.slice(from);
}

function withoutTrailingZeros(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  return text.slice(0, end);
}
