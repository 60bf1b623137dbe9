import { badArgument } from '../expression/raised.ts';
import { minorUnits } from './currencies.ts';
import { toExact, toText } from './decimal.ts';
import { readShort, roundShort, toShortText } from './short-decimal.ts';

export const moneyFunctions = {
  /** Money as canonical entities hold it, rounded half-up to the decimals of the currency. */
  money(amount: unknown, currency: unknown): { amount: string; currency: string } | undefined {
    if (amount === undefined || currency === undefined) return undefined;
    const code = toCode(currency);
    const digits = code === undefined ? undefined : minorUnits.get(code);
    if (code === undefined || digits === undefined) {
      throw badArgument('money', 2, 'an ISO 4217 currency code such as "EUR"', currency);
    }
    return { amount: roundedTo(digits, amount), currency: code };
  },
};

function toCode(currency: unknown): string | undefined {
  if (typeof currency !== 'string') return undefined;
  return minorUnits.has(currency) ? currency : currency.trim().toUpperCase();
}

function roundedTo(digits: number, amount: unknown): string {
  const short = readShort(amount);
  const rounded = short && roundShort(short, digits);
  if (rounded !== undefined) return toShortText(rounded);
  return toText(toExact('money', 1, amount).value.toDecimalPlaces(digits), digits);
}
