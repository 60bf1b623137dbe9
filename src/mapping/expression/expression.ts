import { Fault } from '../../contract/fault.ts';
import { compileDirect } from '../direct/compile-direct.ts';
import { giveUp } from '../direct/direct.ts';
import { wrapXref } from '../library/xref.ts';
import { type Place, toLocation } from '../place.ts';
import type { Bindings } from './bindings.ts';
import { checkSyntax } from './check-expression.ts';
import { type MappingFunctions, ownFunctionNames } from './functions.ts';
import { compileJsonata, syntaxTree } from './jsonata.ts';
import { jsonataFunctionNames } from './jsonata-functions.ts';
import { toMappingFault } from './mapping-fault.ts';
import { toPlain } from './plain.ts';
import type { ExpressionProblem } from './syntax-problem.ts';

export type { Place } from '../place.ts';

export interface Expression {
  readonly text: string;
  /**
   * Rejects with a Fault (TL_MAP_FAILED, or the code of `$fail`) that names the place, or with the signal of `$skip`,
   * see `skippedReason`.
   */
  evaluate(input: unknown, bindings?: Bindings): Promise<unknown>;
  /**
   * The same at once where it can be had at once, which it always can of constants and plain paths; a promise only where
   * JSONata itself has to run.
   */
  evaluateSoon(input: unknown, bindings?: Bindings): unknown;
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
  const attempt = compileDirect(ast, options.functions);
  if (attempt === undefined)
    return Object.freeze({ text, evaluate: evaluateSlowly, evaluateSoon: evaluateSlowly });
  const evaluateSoon = (input: unknown, bindings?: Bindings): unknown => {
    const value = attempt(input, bindings);
    return value === giveUp ? evaluateSlowly(input, bindings) : value;
  };
  const evaluate = async (input: unknown, bindings?: Bindings): Promise<unknown> =>
    evaluateSoon(input, bindings);
  return Object.freeze({ text, evaluate, evaluateSoon });
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
