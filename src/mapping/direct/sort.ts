import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp, type Scope, spend } from './direct.ts';
import { compileFilter, type FilterNode } from './filter.ts';
import type { FoundItems } from './plain.ts';

/** `^(a, >b)` as a step of a path: numbers or texts, what has none last. */
export function compileSort(
  node: Node,
  compiler: DirectCompiler,
): ((items: readonly unknown[], scope: Scope) => FoundItems) | undefined {
  const { terms, stages, ...others } = node as SortNode;
  if (Object.keys(others).some((key) => key !== 'type' && key !== 'position')) return undefined;
  const filter = stages && compileFilter(stages, compiler);
  if (stages !== undefined && filter === undefined) return undefined;
  const compiled: Term[] = [];
  for (const { expression, descending } of terms) {
    const evaluate = compiler.compile(expression);
    if (evaluate === undefined) return undefined;
    compiled.push({ evaluate, sign: descending ? -1 : 1 });
  }
  return (items, scope) => {
    // Of few, fewer are compared than there are pairs.
    spend(scope, items.length * 16);
    if (items.some((item) => Array.isArray(item))) throw giveUp;
    const sorted = items.length <= 1 ? items : items.toSorted((a, b) => compareBy(compiled, [a, b], scope));
    return { items: filter === undefined ? sorted : filter(sorted, scope), kept: undefined };
  };
}

interface SortNode extends Node {
  readonly terms: readonly { readonly descending: boolean; readonly expression: Node }[];
  readonly stages?: readonly FilterNode[];
}

interface Term {
  readonly evaluate: Direct;
  readonly sign: 1 | -1;
}

function compareBy(terms: readonly Term[], [a, b]: readonly [unknown, unknown], scope: Scope): number {
  for (const { evaluate, sign } of terms) {
    const [left, right] = [evaluate(a, scope), evaluate(b, scope)];
    if (left === undefined || right === undefined) {
      if (left === right) continue;
      return left === undefined ? 1 : -1;
    }
    const isText = typeof left === 'string' && typeof right === 'string';
    if (!isText && !(typeof left === 'number' && typeof right === 'number')) throw giveUp;
    if (left !== right) return (left as string) < (right as string) ? -sign : sign;
  }
  return 0;
}
