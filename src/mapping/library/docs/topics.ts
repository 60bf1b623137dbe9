import type { MappingExample } from './function-doc.ts';

/** On each line the tax is rounded down, on their total it is not. */
const lines = [{ net: '0.13' }, { net: '0.13' }, { net: '0.13' }];

/** Examples for what concerns several functions, or none of them: by the topic they belong to. */
export const topicExamples = {
  money: [
    { expression: '0.1 + 0.2', gives: 0.30000000000000004 },
    { expression: '$plus(0.1, 0.2)', gives: '0.3' },
    { expression: '1.005 * 100', gives: 100.49999999999999 },
    { expression: '$times("1.005", 100)', gives: '100.500' },
    {
      expression: '"12.50" * 2',
      fails:
        'the left side of `*` must be a number, got a string; hint: decimal texts are calculated with $plus, $minus, $times, $dividedBy; $number makes a number of one',
    },
    {
      expression: '$money($times($total(lines.net), "0.19"), "EUR").amount',
      input: { lines },
      gives: '0.07',
    },
    {
      expression: '$total(lines.$money($times(net, "0.19"), "EUR").amount)',
      input: { lines },
      gives: '0.06',
    },
    { expression: '$rounded("0.125", 2, "half-even")', gives: '0.12' },
    { expression: '$rounded("0.135", 2, "half-even")', gives: '0.14' },
    { expression: '$money("0.125", "EUR").amount', gives: '0.13' },
    { expression: '$money("1234.5", "JPY").amount', gives: '1235' },
    { expression: '$money("0.0005", "KWD").amount', gives: '0.001' },
  ],
  comparing: [
    { expression: '"9" > "10"', gives: true },
    {
      expression: '$number(total.amount) > 0',
      input: { total: { amount: '12.50' } },
      gives: true,
    },
  ],
  leavingOut: [
    { expression: 'email ? email', input: { email: null }, givesNothing: true },
    { expression: 'email ? email', input: { email: '' }, givesNothing: true },
    { expression: 'email ? email', input: { email: 'anna@example.com' }, gives: 'anna@example.com' },
  ],
} as const satisfies Readonly<Record<string, readonly MappingExample[]>>;
