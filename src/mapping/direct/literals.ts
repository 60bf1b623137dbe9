import type { Node } from '../node.ts';
import type { Direct, DirectCompiler } from './direct.ts';

/** `{"a": b}` with names that are known; the context is one item, so nothing is grouped. */
export function compileObject(node: Node, compiler: DirectCompiler): Direct | undefined {
  const members: [string, Direct][] = [];
  const names = new Set<string>();
  for (const [key, value] of node.lhs as readonly [Node, Node][]) {
    const name = key.type === 'string' ? String(key.value) : undefined;
    const direct = compiler.compile(value);
    if (name === undefined || direct === undefined || names.has(name) || isReserved(name)) return undefined;
    names.add(name);
    members.push([name, direct]);
  }
  return (context, scope) => {
    const result: Record<string, unknown> = {};
    for (const [name, direct] of members) {
      const value = direct(context, scope);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}

function isReserved(name: string): boolean {
  return name === '__proto__' || name.startsWith('_jsonata_');
}

/** `[a, b]`: what an item gives as an array is appended item by item, unless it is an array constructor itself. */
export function compileArray(node: Node, compiler: DirectCompiler): Direct | undefined {
  if (node.value !== '[') return undefined;
  const items: { readonly direct: Direct; readonly nested: boolean }[] = [];
  for (const item of (node as Node & { readonly expressions: readonly Node[] }).expressions) {
    const direct = compiler.compile(item);
    if (direct === undefined) return undefined;
    items.push({ direct, nested: item.value === '[' });
  }
  return (context, scope) => {
    const result: unknown[] = [];
    for (const { direct, nested } of items) {
      const value = direct(context, scope);
      if (value === undefined) continue;
      if (Array.isArray(value) && !nested) result.push(...value);
      else result.push(value);
    }
    return result;
  };
}
