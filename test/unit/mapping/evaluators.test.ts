import { isDeepStrictEqual, inspect as show } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { compileExpression } from '../../../src/mapping/expression/expression.ts';
import { compileJsonata, syntaxTree } from '../../../src/mapping/expression/jsonata.ts';
import { toMappingFault } from '../../../src/mapping/expression/mapping-fault.ts';
import { toPlain } from '../../../src/mapping/expression/plain.ts';
import { wrapXref } from '../../../src/mapping/library/xref.ts';
import { anyExpression } from '../../support/random/any-expression.ts';
import { anyList, anyRecord, anyValue } from '../../support/random/any-record.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

/**
 * An expression is evaluated directly where it can be, and by JSONata's own evaluator where not: nobody is to notice
 * which. Both are asked about random expressions over random data. `RUNS=200000 SEED=1` before the command asks about
 * more of them. Of what they do not agree on, the shortest is printed.
 */
describe('both evaluators', () => {
  const runs = propertyRuns(10_000);

  it('give the same value, or fail in the same way', async () => {
    const seen: Seen = { differences: [], compared: 0, direct: 0 };
    const inputs = fc.tuple(anyRecord, fc.oneof(anyList, anyValue));
    await fc.assert(
      fc.asyncProperty(anyExpression, inputs, async (text, [bound, other]) => {
        const evaluators = compileBoth(text);
        if (evaluators === undefined) return;
        for (const data of [bound, other]) await compare(evaluators, { data, bound }, seen);
      }),
      runs,
    );
    const { differences, compared, direct } = seen;
    differences.sort((a, b) => a.length - b.length);
    expect(differences[0], `${differences.length} differences (SEED=${runs.seed})`).toBeUndefined();
    // What is left to JSONata on both sides proves nothing.
    expect(direct / compared).toBeGreaterThan(0.35);
  }, 1_000_000);
});

interface Seen {
  readonly differences: string[];
  compared: number;
  direct: number;
}

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
  return { bound, list: [bound, { a: bound }], nothing: null, xref };
}

/** Who has to be waited for. */
async function xref(entity: string, id: string): Promise<string | undefined> {
  return id.length > 1 ? undefined : `${entity}/${id}`;
}

interface Evaluators {
  readonly text: string;
  /** A promise where JSONata's evaluator has to run. */
  ours(given: Given): unknown;
  theirs(given: Given): Promise<unknown>;
}

/** `undefined` for what was generated and is no expression. */
function compileBoth(text: string): Evaluators | undefined {
  try {
    const ours = compileExpression(text, { functions });
    const theirs = compileJsonata(text, functions);
    const source = { text, ast: syntaxTree(theirs), place: undefined };
    return {
      text,
      ours: (given) => ours.evaluate(given.data, bindingsOf(given)),
      theirs: async (given) => {
        try {
          return toPlain(await theirs.evaluate(given.data, wrapXref(bindingsOf(given))));
        } catch (thrown) {
          throw toMappingFault(thrown, source);
        }
      },
    };
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'TL_WORKSPACE_INVALID') return undefined;
    throw thrown;
  }
}

async function compare({ text, ours, theirs }: Evaluators, given: Given, seen: Seen): Promise<void> {
  const before = JSON.stringify(given);
  // JSONata marks lists that it has seen, of the data too.
  const [forUs, forJsonata] = [structuredClone(given), structuredClone(given)];
  const evaluated = ours(forUs);
  seen.compared += 1;
  if (!(evaluated instanceof Promise)) seen.direct += 1;
  const [a, b] = [await outcomeOf(async () => evaluated), await outcomeOf(() => theirs(forJsonata))];
  // Members in another order would be written in another order.
  if (!isDeepStrictEqual(a, b) || JSON.stringify(a) !== JSON.stringify(b)) {
    seen.differences.push(`${text}\nover   ${before}\nours   ${inspect(a)}\ntheirs ${inspect(b)}`);
  }
  const after = JSON.stringify(forUs);
  if (after !== before) seen.differences.push(`${text} has changed ${before} to ${after}`);
}

type Outcome = { readonly value: unknown } | { readonly code: string };

async function outcomeOf(evaluate: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await evaluate() };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    // Of several parts that fail, JSONata tells of one or another.
    return { code: thrown.code };
  }
}

function inspect(value: unknown): string {
  return show(value, { depth: null, breakLength: Number.POSITIVE_INFINITY });
}
