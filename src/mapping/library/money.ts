import { badArgument } from '../expression/raised.ts';
import { minorUnits } from './currencies.ts';
import { toExact, toPaddedText, toText } from './decimal.ts';

export const moneyFunctions = {
  /** Money as canonical entities hold it, rounded half-up to the decimals of the currency. */
  money(amount: unknown, currency: unknown): { amount: string; currency: string } | undefined {
    if (amount === undefined || currency === undefined) return undefined;
    const code = typeof currency === 'string' ? currency.trim().toUpperCase() : undefined;
    const digits = code === undefined ? undefined : minorUnits.get(code);
    if (code === undefined || digits === undefined) {
      throw badArgument('money', 2, 'an ISO 4217 currency code such as "EUR"', currency);
    }
    return { amount: toPaddedText(amount, digits) ?? roundedTo(digits, amount), currency: code };
  },
};

function roundedTo(digits: number, amount: unknown): string {
  return toText(toExact('money', 1, amount).value.toDecimalPlaces(digits), digits);
}
