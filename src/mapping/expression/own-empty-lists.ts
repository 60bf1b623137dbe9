import { isJsonObject, setMember } from '../../contract/json.ts';
import type { Node } from '../node.ts';

/** Where JSONata groups: `a{b: c}`, and an object that it builds of what may be a list. */
export function isGrouping(node: Node): boolean {
  return 'group' in node || (node.type === 'unary' && node.value === '{');
}

/**
 * JSONata writes a member into an empty list that it groups, also where the list is the caller's: whoever reads the data
 * next would find one. The same value, with empty lists of its own; what holds none is not copied.
 */
export function withOwnEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : ownItems(value);
  return isJsonObject(value) ? ownMembers(value) : value;
}

function ownItems(items: readonly unknown[]): readonly unknown[] {
  let own: unknown[] | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const item = withOwnEmptyLists(items[index]);
    if (item === items[index]) continue;
    own ??= [...items];
    own[index] = item;
  }
  return own ?? items;
}

function ownMembers(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let own: Record<string, unknown> | undefined;
  for (const name of Object.keys(object)) {
    const member = withOwnEmptyLists(object[name]);
    if (member === object[name]) continue;
    own ??= { ...object };
    setMember(own, name, member);
  }
  return own ?? object;
}
