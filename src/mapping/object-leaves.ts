import jsonata from 'jsonata';
import { syntaxTree } from './expression/jsonata.ts';
import type { Node } from './node.ts';

/** Names from the top of an object to one of its members. */
export type MemberPath = readonly string[];

/** The members of the object that an expression builds, those of objects in it included; none if it builds none. */
export function objectLeavesOf(text: string): readonly MemberPath[] {
  return [...leavesOf(syntaxTree(jsonata(text)), [])];
}

function* leavesOf(node: Node, above: MemberPath): Generator<MemberPath> {
  if (node.type === 'block') {
    const { expressions = [] } = node as Node & { readonly expressions?: readonly Node[] };
    const last = expressions.at(-1);
    if (last !== undefined) yield* leavesOf(last, above);
  } else if (node.type === 'unary' && node.value === '{') {
    for (const [key, value] of node.lhs as readonly (readonly [Node, Node])[]) {
      if (key.type === 'string') yield* leavesOf(value, [...above, String(key.value)]);
    }
  } else if (above.length > 0 && node.type !== 'string' && node.type !== 'number' && node.type !== 'value') {
    yield above;
  }
}

/** Is there nothing at the end of a path? */
export function isSilent(value: unknown, path: MemberPath): boolean {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return true;
    at = (at as Record<string, unknown>)[name];
  }
  return at === undefined;
}
