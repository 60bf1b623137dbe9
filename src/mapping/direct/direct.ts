import type { Bindings } from '../expression/bindings.ts';
import type { MappingFunctions } from '../expression/functions.ts';
import type { Node } from '../node.ts';

/** What stays the same while one expression is evaluated. */
export interface Scope {
  /** `$$`: the input of the whole expression. */
  readonly root: unknown;
  readonly bindings: Bindings | undefined;
}

export function createScope(root: unknown, bindings: Bindings | undefined): Scope {
  return { root, bindings };
}

/** Evaluates a node for a context that is no array; throws {@link giveUp} where the data are not of the easy kind. */
export type Direct = (context: unknown, scope: Scope) => unknown;

export interface DirectCompiler {
  readonly functions: MappingFunctions | undefined;
  /** `undefined`: JSONata has to do it. */
  compile(node: Node): Direct | undefined;
}

/**
 * Thrown where JSONata has to decide: an operand of the wrong type, an array inside an array, a function that failed.
 * The expression is then evaluated again by JSONata, which gives the right result or the right error. Nothing that is
 * evaluated directly has an effect, so doing it twice does no harm.
 */
export const giveUp = Symbol('left to JSONata');
