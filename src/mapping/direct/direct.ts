import type { Bindings } from '../expression/bindings.ts';
import type { MappingFunctions } from '../expression/functions.ts';
import type { Node } from '../node.ts';

/** What one evaluation has, of an expression or of all leaves of a tree. */
export interface Scope {
  /** `$$`: the input of the whole expression. */
  readonly root: unknown;
  readonly bindings: Bindings | undefined;
  /** Values of the variables that the expression sets itself, by their number. */
  readonly variables: unknown[];
  /** Items that steps may still look at. */
  left: number;
  /** What `$xref` has been told. */
  answers: Map<string, unknown> | undefined;
}

/** So many take less than a fifth of a second; JSONata's evaluator, which counts and gives way, sees to larger ones. */
const mostItems = 250_000;

export function createScope(root: unknown, bindings: Bindings | undefined): Scope {
  return { root, bindings, variables: [], left: mostItems, answers: undefined };
}

/** Evaluates a node for a context that is no array; throws {@link giveUp} where the data are not of the easy kind. */
export type Direct = (context: unknown, scope: Scope) => unknown;

export interface DirectCompiler {
  readonly functions: MappingFunctions | undefined;
  readonly names: Names;
  /** Is there no `[]` that keeps lists of one? Then a list of one or none is one of the data, or was written as one. */
  readonly isUnmarked: boolean;
  /** `undefined`: JSONata has to do it. */
  compile(node: Node): Direct | undefined;
  /** The same where further names are known. */
  within(names: Names): DirectCompiler;
  /** Where the value of another variable is kept. */
  newPlace(): number;
}

/**
 * What a name that the expression itself gives means. `unset`: it is given elsewhere, before or behind, and what it
 * means here depends on what has been evaluated by then.
 */
export type Names = ReadonlyMap<string, Variable | Lambda | 'unset'>;

export interface Variable {
  readonly place: number;
}

/** A function that the expression has written out. It neither calls itself nor leaves the expression. */
export interface Lambda {
  readonly arity: number;
  call(values: readonly unknown[], context: unknown, scope: Scope): unknown;
}

/**
 * Thrown where JSONata has to decide: an operand of the wrong type, an array inside an array, a function that failed.
 * The expression is then evaluated again by JSONata, which gives the right result or the right error. Nothing that is
 * evaluated directly has an effect, so doing it twice does no harm.
 */
export const giveUp = Symbol('left to JSONata');

export function spend(scope: Scope, items: number): void {
  scope.left -= items;
  if (scope.left < 0) throw giveUp;
}

/** One value, or none, of what JSONata collects as a sequence. */
export function unwrap(items: readonly unknown[]): unknown {
  return items.length > 1 ? items : items[0];
}
