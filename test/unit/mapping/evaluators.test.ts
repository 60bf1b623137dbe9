import { isDeepStrictEqual, inspect as show } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { compileExpression } from '../../../src/mapping/expression/expression.ts';
import { compileJsonata, syntaxTree } from '../../../src/mapping/expression/jsonata.ts';
import { toMappingFault } from '../../../src/mapping/expression/mapping-fault.ts';
import { toPlain } from '../../../src/mapping/expression/plain.ts';
import { anyExpression, anyInput } from '../../support/any-expression.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/**
 * An expression is evaluated directly where it can be, and by JSONata's own evaluator where not: nobody is to notice
 * which. Both are asked about random expressions over random data. `RUNS=200000 SEED=1` before the command asks about
 * more of them. Of what they do not agree on, the shortest is printed.
 */
describe('both evaluators', () => {
  const runs = propertyRuns(10_000);

  it('give the same value, or fail in the same way', async () => {
    const differences: string[] = [];
    let compared = 0;
    let direct = 0;
    await fc.assert(
      fc.asyncProperty(anyExpression, anyInput, anyInput, async (text, data, bound) => {
        const given = { data, bound };
        const before = JSON.stringify(given);
        const forJsonata = structuredClone(given);
        const ours = evaluateOurs(text, given);
        if (ours === invalid) return;
        compared += 1;
        if (!(ours instanceof Promise)) direct += 1;
        const difference = await compare(text, forJsonata, ours);
        if (difference !== undefined) differences.push(difference);
        const after = JSON.stringify(given);
        if (after !== before) differences.push(`${text} has changed ${before} to ${after}`);
      }),
      runs,
    );
    differences.sort((a, b) => a.length - b.length);
    expect(differences[0], `${differences.length} differences (SEED=${runs.seed})`).toBeUndefined();
    // What is left to JSONata on both sides proves nothing.
    expect(direct / compared).toBeGreaterThan(0.4);
  }, 1_000_000);
});

interface Given {
  readonly data: unknown;
  readonly bound: unknown;
}

const units = new Map<string, unknown>([
  ['a', 'A'],
  ['1', { code: 'ONE' }],
]);
const functions = { tables: { units } };

function bindingsOf({ bound }: Given) {
  return { bound, list: [bound, { a: bound }], nothing: null };
}

const invalid = Symbol('no expression');

/** A promise where JSONata's evaluator had to run. */
function evaluateOurs(text: string, given: Given): unknown {
  try {
    return compileExpression(text, { functions }).evaluateSoon(given.data, bindingsOf(given));
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'TL_WORKSPACE_INVALID') return invalid;
    throw thrown;
  }
}

async function compare(text: string, given: Given, evaluated: unknown): Promise<string | undefined> {
  const over = inspect(given);
  const ours = await outcomeOf(async () => evaluated);
  const theirs = await outcomeOf(() => evaluateByJsonata(text, given));
  // Members in another order would be written in another order.
  if (isDeepStrictEqual(ours, theirs) && JSON.stringify(ours) === JSON.stringify(theirs)) return undefined;
  return `${text}\nover    ${over}\nours    ${inspect(ours)}\ntheirs  ${inspect(theirs)}`;
}

async function evaluateByJsonata(text: string, given: Given): Promise<unknown> {
  const expression = compileJsonata(text, functions);
  try {
    return toPlain(await expression.evaluate(given.data, bindingsOf(given)));
  } catch (thrown) {
    throw toMappingFault(thrown, { text, ast: syntaxTree(expression), place: undefined });
  }
}

type Outcome = { readonly value: unknown } | { readonly code: string; readonly message: string };

async function outcomeOf(evaluate: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await evaluate() };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

function inspect(value: unknown): string {
  return show(value, { depth: null, breakLength: Number.POSITIVE_INFINITY });
}
