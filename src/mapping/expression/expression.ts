import { Fault, toFault } from '../../contract/fault.ts';
import type { Soon } from '../../contract/soon.ts';
import { comeBack } from '../bounds/turns.ts';
import { compileDirect } from '../direct/compile-direct.ts';
import { createScope, type Direct, giveUp, type Scope } from '../direct/direct.ts';
import { Awaited } from '../direct/xref.ts';
import { wrapXref } from '../library/xref.ts';
import { type Place, toLocation } from '../place.ts';
import type { Bindings } from './bindings.ts';
import { checkSyntax } from './check-expression.ts';
import { type MappingFunctions, ownFunctionNames } from './functions.ts';
import { compileJsonata, syntaxTree, walk } from './jsonata.ts';
import { jsonataFunctionNames } from './jsonata-functions.ts';
import { toMappingFault } from './mapping-fault.ts';
import { toPlain } from './plain.ts';
import type { ExpressionProblem } from './syntax-problem.ts';

export type { Place } from '../place.ts';

export interface Expression {
  readonly text: string;
  /** Evaluates it without a promise, for whoever evaluates many; throws `giveUp` where `evaluate` has to be asked. */
  readonly direct?: Direct;
  /**
   * The value at once where it can be had at once, which it always can of constants and plain paths; a promise where
   * JSONata itself has to run, or where a reference is waited for. Fails, as a promise that rejects, with a Fault
   * (TL_MAP_FAILED, or the code of `$fail`) that names the place, or with the signal of `$skip`, see `skippedReason`.
   */
  evaluate(input: unknown, bindings?: Bindings): Soon<unknown>;
}

export interface ExpressionOptions {
  /** Where the text stands; names the place in faults. */
  readonly place?: Place;
  readonly functions?: MappingFunctions;
}

/** Throws a Fault TL_WORKSPACE_INVALID, with the error's own place, for what is not an expression. */
export function compileExpression(text: string, options: ExpressionOptions = {}): Expression {
  const expression = parse(text, options);
  const ast = syntaxTree(expression);
  const evaluateSlowly = async (input: unknown, bindings?: Bindings): Promise<unknown> => {
    try {
      return toPlain(await expression.evaluate(input, wrapXref(bindings)));
    } catch (thrown) {
      throw toMappingFault(thrown, { text, ast, place: options.place });
    }
  };
  const direct = compileDirect(ast, options.functions);
  if (direct === undefined) return Object.freeze({ text, evaluate: evaluateSlowly });
  const evaluateIn = (scope: Scope): Soon<unknown> => {
    try {
      return direct(scope.root, scope);
    } catch (thrown) {
      if (thrown instanceof Awaited && (scope.answers?.size ?? 0) < mostAnswers)
        return withAnswer(scope, thrown).then(evaluateIn);
      const isLeft = thrown === giveUp || thrown instanceof Awaited;
      return isLeft ? evaluateSlowly(scope.root, scope.bindings) : Promise.reject(thrown);
    }
  };
  const evaluate = (input: unknown, bindings?: Bindings): Soon<unknown> =>
    evaluateIn(createScope(input, bindings));
  const waits = [...walk(ast)].some(({ type, value }) => type === 'variable' && value === 'xref');
  return Object.freeze({ text, evaluate, ...(!waits && { direct }) });
}

/**
 * Values of all expressions; at once where none of them has to wait. They are evaluated side by side; of several that
 * fail, the first is reported.
 */
export function evaluateAll(
  expressions: readonly Pick<Expression, 'evaluate'>[],
  input: unknown,
  bindings?: Bindings,
): Soon<readonly unknown[]> {
  let waits = false;
  const values = expressions.map((expression) => {
    const value = expression.evaluate(input, bindings);
    waits ||= value instanceof Promise;
    return value;
  });
  return waits ? settleAll(values) : values;
}

/** One that fails keeps none of the others from being evaluated: which references they lack is asked for as a whole. */
async function settleAll(values: readonly unknown[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(values);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** An expression that asks for more references than these one after the other is left to JSONata's evaluator. */
const mostAnswers = 16;

async function withAnswer(scope: Scope, { name, answer }: Awaited): Promise<Scope> {
  try {
    const answers = new Map(scope.answers).set(name, (await answer) ?? undefined);
    return { ...createScope(scope.root, scope.bindings), answers };
  } catch (thrown) {
    throw toFault(thrown);
  } finally {
    comeBack();
  }
}

/** The first problem of a text: its syntax, or a call of a function that does not exist. `offset` is 0-based. */
export function checkExpression(text: string): ExpressionProblem | undefined {
  return checkSyntax(text);
}

/** Every function an expression can call, without the `$`, sorted. */
export function functionNames(): readonly string[] {
  return allNames;
}

const allNames: readonly string[] = Object.freeze(
  [...new Set([...jsonataFunctionNames, ...ownFunctionNames])].sort(),
);

function parse(text: string, options: ExpressionOptions) {
  const problem = checkSyntax(text);
  if (problem !== undefined) {
    const at = toLocation(text, problem.offset, options.place);
    throw new Fault('TL_WORKSPACE_INVALID', `expression: ${problem.message} (${at})`, { at });
  }
  return compileJsonata(text, options.functions);
}
