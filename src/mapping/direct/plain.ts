import { ownFunctionNames } from '../expression/functions.ts';
import { jsonataFunctionNames } from '../expression/jsonata-functions.ts';
import type { Node } from '../node.ts';
import { type Direct, type Names, type Scope, spend } from './direct.ts';

/**
 * Most leaves of a mapping are a plain path (`a.b`, `` `x y`.b ``, `$target.id`), a variable or a constant. These do not
 * give up, unless millions of items are looked into: whatever the data, arrays inside arrays included, they give what JSONata gives.
 */
export function compilePlain(node: Node, names: Names): Direct | undefined {
  if (isPlain(node, 'string') || isPlain(node, 'number') || isPlain(node, 'value')) {
    const { value } = node;
    return () => value;
  }
  if (isPlain(node, 'variable')) return compileVariable(String(node.value), names);
  if (node.type !== 'path' || !hasOnly(node, pathMembers)) return undefined;
  const [first, ...rest] = node.steps ?? [];
  if (first === undefined || !rest.every((step) => isPlain(step, 'name'))) return undefined;
  const path = rest.map((step) => String(step.value));
  if (isPlain(first, 'name')) return compileNames([String(first.value), ...path]);
  const variable = isPlain(first, 'variable') ? compileVariable(String(first.value), names) : undefined;
  return variable && ((context, scope) => follow(variable(context, scope), path, scope));
}

/** An input that is an array is looked into as a whole; one met later, or in a variable, item by item. */
function compileNames(path: readonly string[]): Direct {
  const [first = '', ...more] = path;
  if (more.length === 0)
    return (context, scope) =>
      Array.isArray(context) ? follow([context], path, scope) : getMember(context, first);
  return (context, scope) => follow(Array.isArray(context) ? [context] : context, path, scope);
}

const functions: ReadonlySet<string> = new Set([...jsonataFunctionNames, ...ownFunctionNames]);

/**
 * `$` is the context, `$$` the input of the whole expression, any other name what the expression has set itself, or a
 * binding; but the name of a function is for JSONata to look up.
 */
export function compileVariable(name: string, names: Names): Direct | undefined {
  if (name === '') return (context) => context;
  if (name === '$') return (_, scope) => scope.root;
  const own = names.get(name);
  if (own !== undefined) {
    if (own === 'unset' || 'call' in own) return undefined;
    const { place } = own;
    return (_, { variables }) => variables[place];
  }
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

/** Looking into an item costs a fraction of evaluating anything for it. */
const itemsPerStep = 16;

function follow(start: unknown, path: readonly string[], scope: Scope): unknown {
  let value = start;
  for (let index = 0; index < path.length; index += 1) {
    if (Array.isArray(value)) {
      spend(scope, value.length / itemsPerStep);
      return followAll(value, path, index);
    }
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

/** What a step of a path has found, as JSONata collects it. */
export interface FoundItems {
  readonly items: readonly unknown[];
  /** The one array that was found: where it stands in the data, as it stands there. */
  readonly kept: readonly unknown[] | undefined;
}

/** What an object inherits is not its own; most members that are not there are not inherited either. */
export function getMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const member = (value as Record<string, unknown>)[name];
  return member === undefined || Object.hasOwn(value, name) ? member : undefined;
}

/** The members of that name. What they hold as arrays is put together; in an array inside an array, so are its items'. */
export function lookUpAll(items: readonly unknown[], name: string): FoundItems {
  return findAll(items, (item) => {
    if (!Array.isArray(item)) return getMember(item, name);
    const inside = collect(item, name, []);
    return inside.length > 1 ? inside : inside[0];
  });
}

/** What is found in each; arrays are put together. */
export function findAll(items: readonly unknown[], find: (item: unknown) => unknown): FoundItems {
  const found: unknown[] = [];
  let results = 0;
  let kept: readonly unknown[] | undefined;
  for (const item of items) {
    const value = find(item);
    if (value === undefined) continue;
    results += 1;
    if (Array.isArray(value)) {
      kept = value;
      for (const each of value) found.push(each);
    } else {
      found.push(value);
    }
  }
  return { items: found, kept: results === 1 ? kept : undefined };
}

function collect(items: readonly unknown[], name: string, into: unknown[]): unknown[] {
  for (const item of items) {
    const value = Array.isArray(item) ? collect(item, name, []) : getMember(item, name);
    if (Array.isArray(value)) for (const each of value) into.push(each);
    else if (value !== undefined) into.push(value);
  }
  return into;
}
