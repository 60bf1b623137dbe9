import type { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toExact, toText } from '../../../../src/mapping/library/decimal.ts';
import { decimalFunctions } from '../../../../src/mapping/library/decimal-functions.ts';
import { moneyFunctions } from '../../../../src/mapping/library/money.ts';
import { propertyRuns } from '../../../support/random/property-runs.ts';

/** Amounts as they are written, of few digits and of so many that an integer cannot hold them any more. */
const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^\\d{0,${maxLength}}$`));
const text = fc
  .tuple(fc.constantFrom('', '', '', '-', '+'), digits(12), fc.option(digits(9)))
  .map(([sign, whole, decimals]) => `${sign}${whole}${decimals === null ? '' : `.${decimals}`}`)
  .filter((each) => /\d/.test(each));
const amount = fc.oneof(
  { arbitrary: text, weight: 6 },
  fc.constantFrom('0', '-0', '-0.00', '0.005', '1.005', '-2.5', '99999999999999.5', '007', '5.', '.5', '1e3'),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e18, max: 1e18 }),
  fc.integer(),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, -0, 0.1, 2 ** 53, 1e-7),
);

const read = (value: unknown) => toExact('decimal', 1, value);
const apply = (a: unknown, b: unknown, calculate: (x: Decimal, y: Decimal) => Decimal) =>
  calculate(read(a).value, read(b).value);

it('amounts that are short are calculated with integers, and give what decimal.js gives', () => {
  const { decimal, plus, minus, times, total, rounded } = decimalFunctions;
  const places = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(amount, amount, amount, places, (a, b, c, digits) => {
      const scale = Math.max(read(a).scale, read(b).scale);
      expect(decimal(a, undefined)).toBe(toText(read(a).value, read(a).scale));
      expect(plus(a, b)).toBe(
        toText(
          apply(a, b, (x, y) => x.plus(y)),
          scale,
        ),
      );
      expect(minus(a, b)).toBe(
        toText(
          apply(a, b, (x, y) => x.minus(y)),
          scale,
        ),
      );
      expect(times(a, b)).toBe(
        toText(
          apply(a, b, (x, y) => x.times(y)),
          read(a).scale + read(b).scale,
        ),
      );
      const sum = apply(a, b, (x, y) => x.plus(y)).plus(read(c).value);
      expect(total([a, b, c])).toBe(toText(sum, Math.max(scale, read(c).scale)));
      expect(rounded(a, digits, undefined)).toBe(toText(read(a).value.toDecimalPlaces(digits), digits));
      expect(moneyFunctions.money(a, ' eur ')).toEqual({
        amount: toText(read(a).value.toDecimalPlaces(2), 2),
        currency: 'EUR',
      });
    }),
    propertyRuns(3_000),
  );
});
