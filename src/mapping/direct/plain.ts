import { ownFunctionNames } from '../expression/functions.ts';
import { jsonataFunctionNames } from '../expression/jsonata-functions.ts';
import type { Node } from '../node.ts';
import type { Direct } from './direct.ts';
import { getMember, lookUpAll } from './look-up.ts';

/**
 * Most leaves of a mapping are a plain path (`a.b`, `` `x y`.b ``, `$target.id`), a variable or a constant. These never
 * give up: whatever the data, arrays inside arrays included, they give what JSONata gives.
 */
export function compilePlain(node: Node): Direct | undefined {
  if (isPlain(node, 'string') || isPlain(node, 'number') || isPlain(node, 'value')) {
    const { value } = node;
    return () => value;
  }
  if (isPlain(node, 'variable')) return compileVariable(String(node.value));
  if (node.type !== 'path' || !hasOnly(node, pathMembers)) return undefined;
  const [first, ...rest] = node.steps ?? [];
  if (first === undefined || !rest.every((step) => isPlain(step, 'name'))) return undefined;
  const names = rest.map((step) => String(step.value));
  if (isPlain(first, 'name')) {
    const path = [String(first.value), ...names];
    // An input that is an array is looked into as a whole; one met later, or in a variable, item by item.
    return (context) => follow(Array.isArray(context) ? [context] : context, path);
  }
  const variable = isPlain(first, 'variable') ? compileVariable(String(first.value)) : undefined;
  return variable && ((context, scope) => follow(variable(context, scope), names));
}

const functions: ReadonlySet<string> = new Set([...jsonataFunctionNames, ...ownFunctionNames]);

/**
 * `$` is the context, `$$` the input of the whole expression, any other name a binding; but the name of a function is
 * for JSONata to look up.
 */
export function compileVariable(name: string): Direct | undefined {
  if (name === '') return (context) => context;
  if (name === '$') return (_, scope) => scope.root;
  if (functions.has(name)) return undefined;
  return (_, { bindings }) =>
    bindings !== undefined && Object.hasOwn(bindings, name) ? bindings[name] : undefined;
}

const pathMembers = ['type', 'steps'];
const plainMembers = ['type', 'value', 'position'];

function isPlain(node: Node, type: string): boolean {
  return node.type === type && hasOnly(node, plainMembers);
}

function hasOnly(node: Node, members: readonly string[]): boolean {
  return Object.keys(node).every((key) => members.includes(key));
}

function follow(start: unknown, path: readonly string[]): unknown {
  let value = start;
  for (let index = 0; index < path.length; index += 1) {
    if (Array.isArray(value)) return followAll(value, path, index);
    value = getMember(value, path[index] as string);
    if (value === undefined) return undefined;
  }
  return value;
}

/**
 * Once an array is met, results are put together in one sequence; of one item it is that item, of none it is nothing.
 * But an array that is the only result of the last step is given as it is.
 */
function followAll(start: readonly unknown[], path: readonly string[], from: number): unknown {
  let items = start;
  for (let index = from; index < path.length; index += 1) {
    const found = lookUpAll(items, path[index] as string);
    if (index === path.length - 1 && found.kept !== undefined) return found.kept;
    items = found.items;
    if (items.length === 0) return undefined;
  }
  return items.length === 1 ? items[0] : items;
}
