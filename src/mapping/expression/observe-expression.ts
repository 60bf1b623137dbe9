import { toBoolean } from '../direct/binary.ts';
import { wrapXref } from '../library/xref.ts';
import type { Node } from '../node.ts';
import type { Bindings } from './bindings.ts';
import type { MappingFunctions } from './functions.ts';
import { compileJsonata, syntaxTree, walk } from './jsonata.ts';
import { toPlain } from './plain.ts';

/** An expression that notes which of its parts an evaluation comes through. */
export interface ObservedExpression {
  /** As JSONata evaluates it, and as slowly: `undefined` where it gives nothing. Rejects with whatever it threw. */
  evaluate(input: unknown, bindings: Bindings): Promise<unknown>;
  /** The parts, with what has happened by now. */
  parts(): readonly ObservedPart[];
}

export interface ObservedPart {
  /** The `?` or the member's name: 0-based offset into the text. */
  readonly offset: number;
  /** `true` and `false`: the sides of a `?:`. `member`: one of an object that the expression builds. */
  readonly kind: 'true' | 'false' | 'member';
  /** The member's name. */
  readonly name?: string;
  /** The side was taken; the member had a value. */
  readonly reached: boolean;
}

/** A part, and the node whose result shows whether it is reached. */
interface Watched extends Omit<ObservedPart, 'reached'> {
  readonly node: Node;
  isReachedBy(result: unknown): boolean;
}

/** The text must be an expression: whoever watches a flow has compiled it before. */
export function observeExpression(text: string, functions: MappingFunctions): ObservedExpression {
  const byNode = new Map<Node, Watched[]>();
  const reached = new Set<Watched>();
  const watch = (node: Node, result: unknown) => {
    for (const part of byNode.get(node) ?? []) if (part.isReachedBy(unwrap(result))) reached.add(part);
  };
  const expression = compileJsonata(text, functions, { watch });
  const watched = [...walk(syntaxTree(expression))].flatMap(partsOf);
  for (const part of watched) byNode.set(part.node, [...(byNode.get(part.node) ?? []), part]);
  return {
    evaluate: async (input, bindings) => toPlain(await expression.evaluate(input, wrapXref(bindings))),
    parts: () =>
      watched.map((part) => {
        const { offset, kind, name } = part;
        return { offset, kind, ...(name !== undefined && { name }), reached: reached.has(part) };
      }),
  };
}

function partsOf(node: Node): readonly Watched[] {
  const { condition } = node as { readonly condition?: Node };
  const { position = 1 } = node;
  if (node.type === 'condition' && condition !== undefined) {
    const side = { offset: position - 1, node: condition };
    return [
      { ...side, kind: 'true', isReachedBy: (result) => toBoolean(result) === true },
      { ...side, kind: 'false', isReachedBy: (result) => toBoolean(result) !== true },
    ];
  }
  if (node.type !== 'unary' || node.value !== '{') return [];
  return (node.lhs as readonly (readonly [Node, Node])[]).flatMap(([key, value]): Watched[] => {
    // A name that is calculated is no part of the text that could be spoken of.
    if (key.type !== 'string') return [];
    const name = String(key.value);
    const offset = (key.position ?? 1) - name.length - 2;
    return [{ kind: 'member', name, offset, node: value, isReachedBy: (result) => result !== undefined }];
  });
}

/** JSONata makes one value, or none, of a sequence only after it has told of it. */
function unwrap(result: unknown): unknown {
  if (!Array.isArray(result) || !('sequence' in result)) return result;
  return result.length > 1 ? result : result[0];
}
