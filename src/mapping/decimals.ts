import { Exact, toExact, toText } from './library/decimal.ts';

/** A finite number or a decimal text ("12.50") as canonical decimal text; `undefined` for anything else. */
export function toDecimalText(value: unknown): string | undefined {
  try {
    const read = toExact('decimal', 1, value);
    return toText(read.value, read.scale);
  } catch {
    return undefined;
  }
}

/**
 * Did a number change by more than so many percent of what it was, up or down? From zero every change is more than
 * any share. All of them are decimal texts.
 */
export function isChangeAbove(
  { from, to }: { readonly from: string; readonly to: string },
  percent: string,
): boolean {
  const before = new Exact(from);
  return new Exact(to).minus(before).abs().times(100).greaterThan(before.abs().times(percent));
}

/** Both are decimal texts, or texts of numbers: digit for digit the same value, however it is written. */
export function isEqualDecimal(a: string, b: string): boolean {
  return new Exact(a).equals(b);
}

/** Is a part larger than so many percent of the whole? */
export function isShareAbove(
  { part, whole }: { readonly part: number; readonly whole: number },
  percent: string,
): boolean {
  return new Exact(part).times(100).greaterThan(new Exact(whole).times(percent));
}
