import type { Node } from '../node.ts';
import type { Direct, DirectCompiler } from './direct.ts';

/** `{"a": b}` with names that are known; the context is one item, so nothing is grouped. */
export function compileObject(node: Node, compiler: DirectCompiler): Direct | undefined {
  const names: string[] = [];
  const directs: Direct[] = [];
  for (const [key, value] of node.lhs as readonly [Node, Node][]) {
    const name = key.type === 'string' && !('predicate' in key) ? String(key.value) : undefined;
    const direct = compiler.compile(value);
    if (name === undefined || direct === undefined || names.includes(name) || isReserved(name))
      return undefined;
    names.push(name);
    directs.push(direct);
  }
  return (context, scope) => {
    const result: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) {
      const value = directs[index]?.(context, scope);
      if (value !== undefined) result[names[index] as string] = value;
    }
    return result;
  };
}

function isReserved(name: string): boolean {
  return name === '__proto__' || name.startsWith('_jsonata_');
}

/** `[a, b]`: what an item gives as an array is appended item by item, unless it is an array constructor itself. */
export function compileArray(node: Node, compiler: DirectCompiler): Direct | undefined {
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
      if (Array.isArray(value) && !nested) for (const each of value) result.push(each);
      else result.push(value);
    }
    return result;
  };
}
