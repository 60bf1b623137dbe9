import type { FunctionDoc } from './function-doc.ts';

const notDecimal = (name: string, index: number, hint: string) =>
  `argument ${index} of $${name} must be a decimal text, got a string; hint: ${hint}`;
const digitsHint = 'such as "12.50": digits and a dot, no units and no separators';
const terms = [
  { name: 'a', means: 'a number or a decimal text' },
  { name: 'b', means: 'a number or a decimal text' },
];

export const decimalDocs: readonly FunctionDoc[] = [
  {
    name: 'decimal',
    signature: '$decimal(value, language?)',
    gives: 'a number or decimal text as canonical decimal text',
    parameters: [
      { name: 'value', means: 'a number, or a text: a sign, digits, one dot, an exponent' },
      {
        name: 'language',
        means: 'whose way of writing numbers the text has: `"de"`, `"fr-CH"`, a tag of BCP 47',
      },
    ],
    examples: [
      { expression: '$decimal("1e3")', gives: '1000' },
      { expression: '$decimal(" +007.10 ")', gives: '7.10' },
      { expression: '$decimal(price)', input: { price: 12.5 }, gives: '12.5' },
      {
        expression: '$decimal(price)',
        input: { price: '12345678901234567.89' },
        gives: '12345678901234567.89',
      },
      { expression: '$decimal("1.234,56", "de")', gives: '1234.56' },
      { expression: '$decimal("12 345,6", "fr")', gives: '12345.6' },
      { expression: '$decimal("1\'234.50", "de-CH")', gives: '1234.50' },
      {
        expression: '$decimal("1,234.56", "de")',
        fails:
          'argument 1 of $decimal must be a number as "de" writes it, got a string; hint: such as 1.234,50',
      },
      {
        expression: '$decimal("1.234,56")',
        fails: notDecimal(
          'decimal',
          1,
          'a decimal text has a dot and no thousands separators; say whose way of writing it is: $decimal(text, "de")',
        ),
      },
      { expression: '$decimal("12 EUR")', fails: notDecimal('decimal', 1, digitsHint) },
    ],
  },
  {
    name: 'plus',
    signature: '$plus(a, b)',
    gives: 'the sum; it keeps the longer scale',
    parameters: terms,
    examples: [
      { expression: '$plus("12.50", "1")', gives: '13.50' },
      { expression: '$plus("0.1", "0.2")', gives: '0.3' },
      {
        expression: '$plus(total.amount, shipping)',
        input: { total: { amount: '25.00' } },
        givesNothing: true,
      },
      {
        expression: '$plus(discount, "1")',
        input: { discount: null },
        fails: 'argument 1 of $plus (`discount`) must be a number or a decimal text, got null',
      },
    ],
  },
  {
    name: 'minus',
    signature: '$minus(a, b)',
    gives: 'the difference; it keeps the longer scale',
    parameters: terms,
    examples: [
      { expression: '$minus("10", "0.01")', gives: '9.99' },
      { expression: '$minus("1.00", "1.00")', gives: '0.00' },
      { expression: '$minus("10", "1%")', fails: notDecimal('minus', 2, digitsHint) },
    ],
  },
  {
    name: 'times',
    signature: '$times(a, b)',
    gives: 'the product; scales add up',
    parameters: terms,
    examples: [
      { expression: '$times("1.10", "2.0")', gives: '2.200' },
      { expression: '$times(quantity, price)', input: { quantity: 3, price: '19.99' }, gives: '59.97' },
      {
        expression: '$times(quantity, price)',
        input: { quantity: '3', price: { amount: '19.99' } },
        fails: 'argument 2 of $times (`price`) must be a number or a decimal text, got an object',
      },
    ],
  },
  {
    name: 'dividedBy',
    signature: '$dividedBy(a, b)',
    gives: 'the quotient, with 20 significant digits',
    parameters: terms,
    examples: [
      { expression: '$dividedBy("1", "3")', gives: '0.33333333333333333333' },
      { expression: '$dividedBy("10", "4")', gives: '2.5' },
      {
        expression: '$dividedBy("10", "0.00")',
        fails: 'argument 2 of $dividedBy is zero; hint: ask first, as in `n = "0" ? …`',
      },
    ],
  },
  {
    name: 'total',
    signature: '$total(values)',
    gives: 'the sum of an array; of nothing nothing, of an empty array 0',
    parameters: [{ name: 'values', means: 'an array of numbers and decimal texts, or a single one' }],
    examples: [
      {
        expression: '$total(lines.total.amount)',
        input: { lines: [{ total: { amount: '39.98' } }, { total: { amount: '19.99' } }] },
        gives: '59.97',
      },
      { expression: '$total(lines.discount)', input: { lines: [{ sku: 'A' }] }, givesNothing: true },
      { expression: '$total([lines.discount])', input: { lines: [{ sku: 'A' }] }, gives: '0' },
      { expression: '$total(["1.00", "n/a"])', fails: notDecimal('total', 1, digitsHint) },
    ],
  },
  {
    name: 'rounded',
    signature: '$rounded(value, digits?, mode?)',
    gives: 'the value, rounded',
    parameters: [
      { name: 'value', means: 'a number or a decimal text' },
      { name: 'digits', means: 'decimals, 0 if left out; negative ones round before the dot' },
      {
        name: 'mode',
        means:
          'half-up (if left out), half-even, half-down: a half away from zero, to the even digit, towards zero; up, down: away from zero, towards it; ceiling, floor',
      },
    ],
    examples: [
      { expression: '$rounded("2.345", 2)', gives: '2.35' },
      { expression: '$rounded("2.345", 2, "half-even")', gives: '2.34' },
      { expression: '$rounded("2.355", 2, "half-even")', gives: '2.36' },
      { expression: '$rounded("-2.341", 2, "floor")', gives: '-2.35' },
      { expression: '$rounded("1250", -2)', gives: '1300' },
      {
        expression: '$rounded("2.345", 2, "bankers")',
        fails:
          'argument 3 of $rounded must be one of half-up, half-even, half-down, up, down, ceiling, floor, got a string',
      },
      {
        expression: '$rounded("2.345", "2")',
        fails: 'argument 2 of $rounded must be a whole number of digits (at most 100), got a string',
      },
    ],
  },
];
