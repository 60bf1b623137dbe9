import jsonata, { type Expression as JsonataExpression } from 'jsonata';
import { type AfterNode, createBudget, defaultBounds, type Limits } from '../bounds/budget.ts';
import { RegexEngine } from '../bounds/regex-engine.ts';
import type { Node } from '../node.ts';
import { markAnsweredLookups } from './answered-lookups.ts';
import type { MappingFunctions } from './functions.ts';
import { registerFunctions } from './functions.ts';
import { isGrouping, withOwnEmptyLists } from './own-empty-lists.ts';

/**
 * A JSONata expression with the mapping functions registered, within bounds. Throws JSONata's own syntax error.
 * @param watch - called after each node with its result, as JSONata has it for debuggers.
 */
export function compileJsonata(
  text: string,
  functions?: MappingFunctions,
  { limits = defaultBounds, watch }: JsonataOptions = {},
): JsonataExpression {
  // The type asks for all that RegExp has beside what JSONata uses.
  const engine = RegexEngine as unknown as RegExpConstructor;
  const expression = jsonata(text, { stack: limits.stack, RegexEngine: engine });
  const nodes = [...walk(syntaxTree(expression))];
  markAnsweredLookups(nodes);
  registerFunctions(expression, functions);
  const count = createBudget(limits);
  const afterNode: AfterNode = (node, input, frame, result) => {
    watch?.(node as Node, result);
    return count(node, input, frame, result);
  };
  const assign = expression.assign as (name: unknown, value: unknown) => void;
  assign(Symbol.for('jsonata.__evaluate_exit'), watch === undefined ? count : afterNode);
  return nodes.some(isGrouping) ? protectInput(expression) : expression;
}

function protectInput(expression: JsonataExpression): JsonataExpression {
  const evaluate = expression.evaluate;
  expression.evaluate = (input, bindings) =>
    evaluate(withOwnEmptyLists(input), withOwnEmptyLists(bindings) as typeof bindings);
  return expression;
}

export interface JsonataOptions {
  readonly limits?: Limits;
  readonly watch?: (node: Node, result: unknown) => void;
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
