/**
 * Exact decimals as strings ('12.50'), for amounts that the simulated system computes itself. Business Central
 * calculates in 128-bit decimals; JavaScript's binary numbers would differ from it by a cent now and then.
 */
interface Fixed {
  readonly units: bigint;
  readonly scale: number;
}

/** A JSON number → decimal string, without exponent. */
export function toDecimal(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text;
}

export function plus(a: string, b: string): string {
  const [left, right] = aligned(a, b);
  return print({ units: left.units + right.units, scale: left.scale });
}

export function minus(a: string, b: string): string {
  const [left, right] = aligned(a, b);
  return print({ units: left.units - right.units, scale: left.scale });
}

export function times(a: string, b: string): string {
  const left = parse(a);
  const right = parse(b);
  return print({ units: left.units * right.units, scale: left.scale + right.scale });
}

/** `a / b`, rounded half away from zero to `digits` decimals, as AL's Round(…, 0.01, '=') does. `b` is not zero. */
export function dividedBy(a: string, b: string, digits: number): string {
  const [left, right] = aligned(a, b);
  const scaled = left.units * 10n ** BigInt(digits);
  return print({ units: divideHalfAwayFromZero(scaled, right.units), scale: digits });
}

export function rounded(value: string, digits: number): string {
  return dividedBy(value, '1', digits);
}

/** Negative, zero or positive, as a sort function wants it. */
export function compare(a: string, b: string): number {
  const [left, right] = aligned(a, b);
  return left.units < right.units ? -1 : left.units > right.units ? 1 : 0;
}

function parse(text: string): Fixed {
  const point = text.indexOf('.');
  if (point < 0) return { units: BigInt(text), scale: 0 };
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

function print({ units, scale }: Fixed): string {
  if (scale === 0) return units.toString();
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function aligned(a: string, b: string): readonly [Fixed, Fixed] {
  const left = parse(a);
  const right = parse(b);
  const scale = Math.max(left.scale, right.scale);
  return [grown(left, scale), grown(right, scale)];
}

function grown({ units, scale }: Fixed, to: number): Fixed {
  return { units: units * 10n ** BigInt(to - scale), scale: to };
}

function divideHalfAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const top = dividend < 0n ? -dividend : dividend;
  const bottom = divisor < 0n ? -divisor : divisor;
  const quotient = (2n * top + bottom) / (2n * bottom);
  return negative ? -quotient : quotient;
}
