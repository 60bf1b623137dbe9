import type { FunctionDoc } from './function-doc.ts';

const formatHint = 'a format uses the tokens of Luxon, such as "dd.MM.yyyy HH:mm"';
const berlin = '"01.03.2026 08:15", "dd.MM.yyyy HH:mm", "Europe/Berlin"';

export const moneyAndDateDocs: readonly FunctionDoc[] = [
  {
    name: 'money',
    signature: '$money(amount, currency)',
    gives: 'money as entities hold it, rounded half-up to the decimals of the currency',
    parameters: [
      { name: 'amount', means: 'a number or a decimal text' },
      { name: 'currency', means: 'an ISO 4217 code, in upper or lower case' },
    ],
    examples: [
      { expression: '$money(12.345, "EUR")', gives: { amount: '12.35', currency: 'EUR' } },
      { expression: '$money("12.5", "JPY")', gives: { amount: '13', currency: 'JPY' } },
      { expression: '$money("1.2345", "KWD")', gives: { amount: '1.235', currency: 'KWD' } },
      { expression: '$money(discount, "EUR")', givesNothing: true },
      {
        expression: '$money("12.50", "EURO")',
        fails: 'argument 2 of $money must be an ISO 4217 currency code such as "EUR", got a string',
      },
    ],
  },
  {
    name: 'date',
    signature: '$date(text, format?, zone?)',
    gives: 'a moment in UTC, RFC 3339',
    parameters: [
      { name: 'text', means: 'the date as the system writes it' },
      {
        name: 'format',
        means:
          '[tokens of Luxon](https://moment.github.io/luxon/#/parsing?id=table-of-tokens); ISO 8601 if left out or `null`',
      },
      {
        name: 'zone',
        means:
          'whose clock the text shows, unless it says so itself: an IANA zone; that of the connection if left out, else UTC',
      },
    ],
    examples: [
      { expression: `$date(${berlin})`, gives: '2026-03-01T07:15:00Z' },
      { expression: '$date("2026-03-01T12:00:00+02:00")', gives: '2026-03-01T10:00:00Z' },
      { expression: '$date("2026-07-01", null, "Europe/Berlin")', gives: '2026-06-30T22:00:00Z' },
      { expression: '$date("2026-03-29T02:30:00", null, "Europe/Berlin")', gives: '2026-03-29T01:30:00Z' },
      { expression: '$date("2026-10-25 02:30", null, "Europe/Berlin")', gives: '2026-10-25T00:30:00Z' },
      {
        expression: '$date("10:00", "HH:mm")',
        fails:
          'argument 1 of $date is not a date written as "HH:mm"; hint: a date has a year: a time of the day alone is none',
      },
      { expression: '$date($fromMillis(1772352900000))', gives: '2026-03-01T08:15:00Z' },
      {
        expression: '$date("01.03.2026")',
        fails: `argument 1 of $date is not an ISO 8601 date; hint: say how it is written: ${formatHint}`,
      },
      {
        expression: '$date("2026-03-01", "dd.MM.yyyy")',
        fails: `argument 1 of $date is not a date written as "dd.MM.yyyy"; hint: ${formatHint}`,
      },
      {
        expression: '$date("2026-03-01", null, "Berlin")',
        fails: 'argument 3 of $date must be an IANA time zone such as "Europe/Berlin", got a string',
      },
      {
        expression: '$date(20260301)',
        fails:
          'argument 1 of $date must be a text, got a number; hint: milliseconds since 1970 become one with $fromMillis',
      },
    ],
  },
];
