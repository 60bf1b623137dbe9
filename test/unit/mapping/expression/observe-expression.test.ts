import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../../src/mapping/expression/expression.ts';
import { observeExpression } from '../../../../src/mapping/expression/observe-expression.ts';

const functions = { tables: {} };

/** The parts that are reached after these inputs, as `kind` or `member NAME`, each with its offset. */
async function reached(text: string, inputs: readonly unknown[]): Promise<readonly string[]> {
  const observed = observeExpression(text, functions);
  for (const input of inputs) await observed.evaluate(input, {}).catch(() => {});
  return observed
    .parts()
    .filter((part) => part.reached)
    .map(({ kind, name, offset }) => `${name === undefined ? kind : `${kind} ${name}`} ${offset}`);
}

describe('observeExpression', () => {
  it.each([
    ['one side', 'a ? b : c', [{ a: 1 }], ['true 2']],
    ['both sides', 'a ? b : c', [{ a: 1 }, {}], ['true 2', 'false 2']],
    ['a side that is not written', 'a ? b', [{}], ['false 2']],
    ['a side that fails', 'a ? b : $fail("NO_A", "no a")', [{}], ['false 2']],
    ['a condition inside of a path', 'lines.(x ? 1 : 2)', [{ lines: [{ x: 1 }, {}] }], ['true 9', 'false 9']],
    ['a list as a condition', 'a.b ? 1 : 2', [{ a: [{ b: 0 }] }], ['false 4']],
    ['nothing', 'a ? b : c', [], []],
  ])('notes which sides of a condition are taken: %s', async (_what, text, inputs, expected) => {
    expect(await reached(text, inputs)).toEqual(expected);
  });

  it.each([
    ['of an object', '{ "a": x, "b": y }', [{ x: 1 }], ['member a 2']],
    [
      'of objects made of lines',
      'lines.{ "a": x, "b": y }',
      [{ lines: [{ x: 1 }, { y: 2 }] }],
      ['member a 8', 'member b 16'],
    ],
    ['that is an empty list', '{ "a": x[n > 5] }', [{ x: [{ n: 1 }] }], []],
    ['that is a list on purpose', '{ "a": [] }', [{}], ['member a 2']],
  ])('notes which members have had a value: %s', async (_what, text, inputs, expected) => {
    expect(await reached(text, inputs)).toEqual(expected);
  });

  it.each([
    'a.b',
    '[lines.x]',
    '$exists(a) ? a.b : "none"',
    '$money("1.005", "EUR")',
    'lines{x: $string(y)}',
  ])('gives what the expression gives: %s', async (text) => {
    const input = { a: { b: 1 }, lines: [{ x: 'p', y: 2 }] };
    const observed = await observeExpression(text, functions).evaluate(input, {});
    expect(observed).toEqual(await compileExpression(text, { functions }).evaluate(input));
  });
});
