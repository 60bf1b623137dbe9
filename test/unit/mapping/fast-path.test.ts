import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/mapping/expression/expression.ts';

const names = ['a', 'b', 'c', 'x y'];

const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, 0, 1, '', 'text'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 3 }),
  ),
})).value;

const path = fc
  .array(fc.constantFrom('a', 'b', 'c', '`x y`'), { minLength: 1, maxLength: 4 })
  .chain((steps) =>
    fc.constantFrom(
      steps.join('.'),
      `$.${steps.join('.')}`,
      `$$.${steps.join('.')}`,
      `$bound.${steps.join('.')}`,
    ),
  );

describe('the fast path', () => {
  it.each([
    'a',
    'a.b',
    '`x y`.b',
    'a."b c"',
    '"text"',
    '12',
    '-1.5',
    'true',
    'null',
    '$',
    '$$',
    '$.a',
    '$$.a.b',
  ])('%s is taken', (text) => {
    expect(compileExpression(text).evaluateNow).toBeDefined();
  });

  it.each([
    'a[]',
    'a[0]',
    'a.b[c=1]',
    'a.*',
    'a.b^(c)',
    'a@$x.b',
    'a#$i.b',
    '$now()',
    '$map(a, $string)',
    '**.a',
  ])('%s is left to JSONata', (text) => {
    expect(compileExpression(text).evaluateNow).toBeUndefined();
  });

  it('gives exactly what JSONata gives, whatever the data', async () => {
    await fc.assert(
      fc.asyncProperty(path, anyJson, async (text, data) => {
        const fast = compileExpression(text).evaluateNow;
        const expected = await jsonata(text).evaluate(data, { bound: data });
        expect(toJson(fast?.(data, { bound: data }))).toEqual(toJson(expected));
      }),
      { numRuns: 3_000, seed: 4711 },
    );
  });

  it('does not see what an object inherits', () => {
    expect(compileExpression('constructor').evaluateNow?.({}, undefined)).toBeUndefined();
    expect(compileExpression('a.length').evaluateNow?.({ a: 'text' }, undefined)).toBeUndefined();
  });
});

function toJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
