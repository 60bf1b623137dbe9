/** A decimal of few digits, exactly: so many units of the last of its decimals as written. */
export interface ShortDecimal {
  /** A safe integer. */
  readonly units: number;
  readonly scale: number;
}

/** A double holds every integer of so many digits. */
const mostDigits = 15;

const powers: readonly number[] = Array.from({ length: mostDigits + 1 }, (_, digits) => 10 ** digits);

/**
 * Reads a number or a text such as "12.50". `undefined` for what has more digits, an exponent, or is no number at all:
 * that is for decimal.js. All below is the same: a result that an integer cannot hold is `undefined`.
 */
export function readShort(value: unknown): ShortDecimal | undefined {
  if (typeof value === 'string') return parse(value);
  if (typeof value !== 'number') return undefined;
  if (!Number.isSafeInteger(value)) return parse(String(value));
  return { units: value, scale: 0 };
}

const [zero, dot, minus] = [48, 46, 45];

function parse(text: string): ShortDecimal | undefined {
  // A sign and a dot.
  if (text.length > mostDigits + 2) return undefined;
  const start = text.charCodeAt(0) === minus ? 1 : 0;
  let [units, digits, dotAt] = [0, 0, -1];
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dot && dotAt === -1) {
      dotAt = at;
      continue;
    }
    if (code < zero || code > zero + 9) return undefined;
    units = units * 10 + code - zero;
    digits += 1;
  }
  if (digits === 0 || digits > mostDigits) return undefined;
  const scale = dotAt === -1 ? 0 : text.length - dotAt - 1;
  return { units: start === 1 ? -units : units, scale };
}

/** No exponent, no plus sign, no negative zero, as many decimals as it was read or calculated with. */
export function toShortText({ units, scale }: ShortDecimal): string {
  if (scale === 0) return String(units);
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function addShort(a: ShortDecimal, b: ShortDecimal): ShortDecimal | undefined {
  const scale = Math.max(a.scale, b.scale);
  return toShort(unitsAt(a, scale) + unitsAt(b, scale), scale);
}

export function subtractShort(a: ShortDecimal, { units, scale }: ShortDecimal): ShortDecimal | undefined {
  return addShort(a, { units: -units, scale });
}

export function multiplyShort(a: ShortDecimal, b: ShortDecimal): ShortDecimal | undefined {
  return toShort(a.units * b.units, a.scale + b.scale);
}

/** Half away from zero, to so many decimals (0 or more). */
export function roundShort(value: ShortDecimal, decimals: number): ShortDecimal | undefined {
  const tooMany = value.scale - decimals;
  if (tooMany <= 0) return toShort(unitsAt(value, decimals), decimals);
  const unit = powers[tooMany];
  if (unit === undefined) return undefined;
  const size = Math.abs(value.units);
  const rest = size % unit;
  const rounded = (size - rest) / unit + (rest * 2 >= unit ? 1 : 0);
  return toShort(value.units < 0 ? -rounded : rounded, decimals);
}

/** NaN or no safe integer where there are too many. */
function unitsAt({ units, scale }: ShortDecimal, decimals: number): number {
  return decimals === scale ? units : units * (powers[decimals - scale] ?? Number.NaN);
}

function toShort(units: number, scale: number): ShortDecimal | undefined {
  return Number.isSafeInteger(units) ? { units, scale } : undefined;
}
