import jsonata, { type Expression as JsonataExpression } from 'jsonata';
import type { MappingFunctions } from './functions.ts';
import { registerFunctions } from './functions.ts';

/**
 * Bounds of one evaluation. `timeout` (milliseconds, waiting for `$xref` included) ends endless tail recursion, which
 * would otherwise keep the whole process busy; `stack` ends recursion that is not in tail position. JSONata counts
 * the members of an object that it builds at the same time into the stack, so it has to be roomy.
 */
export interface Limits {
  readonly timeout: number;
  readonly stack: number;
}

const limits: Limits = { timeout: 5_000, stack: 10_000 };

/** A JSONata expression with the mapping functions registered. Throws JSONata's own syntax error. */
export function compileJsonata(
  text: string,
  functions?: MappingFunctions,
  bounds: Partial<Limits> = limits,
): JsonataExpression {
  const expression = jsonata(text, bounds);
  registerFunctions(expression, functions);
  return expression;
}

/** The syntax tree, as far as we read it; JSONata's own type knows fewer members and fewer kinds of node. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly procedure?: Node;
  /** What a `-` negates. */
  readonly expression?: Node;
  readonly lhs?: unknown;
  readonly rhs?: unknown;
}

export function syntaxTree(expression: JsonataExpression): Node {
  return expression.ast() as Node;
}

/** Every node below and including `node`, parents before their children. */
export function* walk(node: unknown): Generator<Node> {
  if (typeof node !== 'object' || node === null) return;
  if (typeof (node as Node).type === 'string') yield node as Node;
  for (const child of Object.values(node)) yield* walk(child);
}
