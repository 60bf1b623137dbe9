import { describe, expect, it, test } from 'vitest';
import { toExactNumber } from '../../../../src/contract/exact-json/json-number.ts';
import { readJson } from '../../../../src/contract/exact-json/read-json.ts';
import { checkExpression, compileExpression } from '../../../../src/mapping/expression/expression.ts';
import { compileTemplate } from '../../../../src/mapping/template.ts';
import { compileTree } from '../../../../src/mapping/tree.ts';

const big = '820982911946154508';
const long = '12345678901234567.89';
const record = readJson(
  `{"id":${big},"price":${long},"small":0.1234567890123456789,"qty":3,"json":"{\\"id\\":${big},\\"n\\":[1e5]}","items":[{"n":${long}},{"n":2}]}`,
).value;

const evaluate = (text: string, input: unknown = record) => compileExpression(text).evaluate(input);

describe('an expression sees every digit', () => {
  it.each<[text: string, value: unknown]>([
    ['id', big],
    ['"A-" & id', `A-${big}`],
    ['$string(id)', big],
    ['id = "820982911946154508"', true],
    ['id = "820982911946154509"', false],
    ['$decimal(price)', long],
    ['$decimal(small)', '0.1234567890123456789'],
    ['$plus(price, "0.01")', '12345678901234567.90'],
    ['$times(price, qty)', '37037036703703703.67'],
    ['$total(items.n)', '12345678901234569.89'],
    ['$money(price, "EUR").amount', long],
    ['$rounded(price, 1)', '12345678901234567.9'],
    ['$number($minus(id, "820982911946154500"))', 8],
    ['$eval(json)', { id: big, n: [100_000] }],
    ['$eval("qty + 1")', 4],
    [
      '$ ~> |items|{"m": n}| ~> $lookup("items")',
      [
        { n: long, m: long },
        { n: 2, m: 2 },
      ],
    ],
    ['$sum(items[1].n)', 2],
  ])('%s', async (text, value) => expect(await evaluate(text)).toEqual(value));

  it.each([
    ['$number(id)', 'argument 1 of $number (`id`) has more digits than a number can hold'],
    ['$number(price)', '$decimal keeps all digits'],
    ['[1].($number($$.small))', 'has more digits than a number can hold'],
    ['price * 2', 'must be a number, got a string'],
    ['$number("0x1FFFFFFFFFFFFFFF")', 'has more digits'],
    ['$eval("{\\"a\\":1,\\"a\\":2}")', 'JSON that cannot be relied on: `a` stands twice'],
  ])('or fails: %s', async (text, message) => {
    await expect(evaluate(text)).rejects.toThrow(message);
  });

  it('and what a number holds is a number as before', async () => {
    expect(
      await evaluate('[$number("12.5"), $number("007"), $number("1e5"), $number(true), $number("0x1F")]'),
    ).toEqual([...[12.5, 7, 100_000, 1, 31]]);
  });
});

test.each<[text: string, offset: number | undefined]>([
  ['id = 820982911946154508', 5],
  ['items[n > -12345678901234567.89]', 11],
  ['{"a": 0.1234567890123456789, "b": 1}', 6],
  ['qty > 9007199254740991', undefined],
  ['qty < 1e18 and qty > -1E+21', undefined],
  ['qty * 1.5e10 + 0.30000000000000004', undefined],
  ['id = "820982911946154508"', undefined],
])('a number in an expression keeps its digits, or is told: %s', (text, offset) => {
  const problem = checkExpression(text);
  expect(problem?.offset).toBe(offset);
  if (offset !== undefined) expect(problem?.message).toContain('more digits than a number can hold');
});

describe('a number that is to be written with its digits', () => {
  const payload = { n: toExactNumber(long), list: [toExactNumber(big)] };

  it('goes through the expressions of a body as it is', async () => {
    const tree = compileTree(
      {
        all: 'payload',
        n: 'payload.n',
        list: 'payload.list[0]',
        merged: '$merge([payload, {"x": 1}])',
        text: '"#" & payload.n',
      },
      { placeOf: () => undefined },
    );
    expect(JSON.stringify(await tree.apply({ payload }))).toBe(
      `{"all":{"n":${long},"list":[${big}]},"n":${long},"list":${big},"merged":{"n":${long},"list":[${big}],"x":1},"text":"#${long}"}`,
    );
  });

  it('is its text in a template and to a function', async () => {
    expect(await compileTemplate('/things/{{payload.n}}').evaluate({ payload })).toBe(`/things/${long}`);
    expect(await compileTemplate('{{payload.n}}').evaluate({ payload })).toBe(long);
    expect(await evaluate('$plus(n, "0.11")', payload)).toBe('12345678901234568.00');
  });
});
