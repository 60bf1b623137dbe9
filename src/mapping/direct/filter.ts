import type { Node } from '../node.ts';
import { toBoolean } from './binary.ts';
import { type Direct, type DirectCompiler, giveUp, type Scope, spend, unwrap } from './direct.ts';

export interface FilterNode {
  readonly type: string;
  readonly expr: Node;
}

/** What predicates leave of a value: `[0]`, `[-1]`, `[kind = "x"]`, one after the other. */
export type Filter = (value: unknown, scope: Scope) => readonly unknown[];

export function compileFilter(nodes: readonly FilterNode[], compiler: DirectCompiler): Filter | undefined {
  const predicates: Predicate[] = [];
  for (const { type, expr } of nodes) {
    const predicate = type === 'filter' ? compilePredicate(expr, compiler) : undefined;
    if (predicate === undefined) return undefined;
    predicates.push(predicate);
  }
  return (value, scope) => {
    let items: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const predicate of predicates) items = predicate(items, scope);
    return items;
  };
}

/** Predicates behind an expression that is no path: `$join(names, " ")[$ != ""]`. */
export function compileFiltered(
  evaluate: Direct,
  nodes: readonly FilterNode[],
  compiler: DirectCompiler,
): Direct | undefined {
  const filter = compileFilter(nodes, compiler);
  return filter && ((context, scope) => unwrap(filter(evaluate(context, scope), scope)));
}

type Predicate = (items: readonly unknown[], scope: Scope) => readonly unknown[];

function compilePredicate(node: Node, compiler: DirectCompiler): Predicate | undefined {
  if (node.type === 'number') {
    const index = Math.floor(Number(node.value));
    return (items) => {
      const item = items.at(index);
      if (Array.isArray(item)) throw giveUp;
      return item === undefined ? [] : [item];
    };
  }
  const evaluate = compiler.compile(node);
  if (evaluate === undefined) return undefined;
  return (items, scope) => {
    spend(scope, items.length);
    return items.filter((item, index) => {
      if (Array.isArray(item)) throw giveUp;
      const value = evaluate(item, scope);
      return typeof value === 'number' ? isPlace(value, index, items.length) : isTrue(value);
    });
  };
}

/** A number that is calculated is a place, too. */
function isPlace(value: number, index: number, length: number): boolean {
  if (!Number.isFinite(value)) throw giveUp;
  const place = Math.floor(value);
  return (place < 0 ? length + place : place) === index;
}

function isTrue(value: unknown): boolean {
  // Several numbers are several places.
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number'))
    throw giveUp;
  return toBoolean(value);
}
