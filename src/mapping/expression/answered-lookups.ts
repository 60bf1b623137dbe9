import { answeredLookup } from '../library/lookup.ts';
import type { Node } from '../node.ts';

/**
 * `$lookup` fails for a key without a row. Where the expression says what happens then, it does not: with a third
 * argument, before `?:`, `??` and `?`, and where `$exists` asks for it; or for the variable that it is assigned to. Changes the nodes, all of one tree.
 */
export function markAnsweredLookups(nodes: readonly Node[]): void {
  if (!nodes.some(isLookup)) return;
  const asked = new Set<unknown>();
  for (const node of nodes) {
    if (node.type === 'condition') mark((node as Node & { readonly condition: Node }).condition, asked);
    else if (node.type === 'function' && node.procedure?.value === 'exists') mark(node.arguments?.[0], asked);
    if (isLookup(node) && (node.arguments?.length ?? 0) > 2) rename(node);
  }
  for (const { type, lhs, rhs } of nodes) {
    if (type === 'bind' && asked.has((lhs as Node).value)) mark(rhs as Node, asked);
  }
}

/** What decides in a condition: a call, a path out of its row, a variable, either side of `and` and `or`. */
function mark(node: Node | undefined, asked: Set<unknown>): void {
  if (node === undefined) return;
  if (isLookup(node)) rename(node);
  else if (node.type === 'variable') asked.add(node.value);
  else if (node.type === 'path') mark(node.steps?.[0], asked);
  else if (node.type === 'binary' && (node.value === 'and' || node.value === 'or')) {
    mark(node.lhs as Node, asked);
    mark(node.rhs as Node, asked);
  } else if (node.type === 'block') {
    const { expressions = [] } = node as Node & { readonly expressions?: readonly Node[] };
    mark(expressions.at(-1), asked);
  }
}

function isLookup(node: Node): boolean {
  return node.type === 'function' && node.procedure?.type === 'variable' && node.procedure.value === 'lookup';
}

function rename(node: Node): void {
  (node.procedure as { value: unknown }).value = answeredLookup;
}
