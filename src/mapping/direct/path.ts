import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp, type Scope, unwrap } from './direct.ts';
import { compileFilter, type Filter, type FilterNode } from './filter.ts';
import { compilePathSteps, type PathStep } from './path-steps.ts';
import { lookUpAll } from './plain.ts';

/**
 * A path of names, objects and other expressions, with or without predicates. The results of a step are flattened into
 * one sequence: of one item it is that item (an array of one with `[]`), of none it is nothing. An array out of the data
 * that is the only result of the last step is given as it is.
 */
export function compilePath(node: Node, compiler: DirectCompiler): Direct | undefined {
  const nodes = node.steps ?? [];
  if (nodes.length === 0 || Object.keys(node).some((key) => !pathMembers.has(key))) return undefined;
  const indexed = nodes.findIndex((each) => 'tuple' in each);
  if (indexed !== -1) return compileIndexed(nodes, indexed, compiler);
  const steps = compilePathSteps(nodes, compiler);
  if (steps === undefined) return undefined;
  const last = steps.length - 1;
  const keepsOne = node.keepSingletonArray === true;
  return (context, scope) => {
    let items: readonly unknown[] = [context];
    for (let index = 0; index <= last; index += 1) {
      const found = (steps[index] as PathStep)(items, scope);
      if (index === last && found.kept !== undefined) return found.kept;
      items = found.items;
      if (items.length === 0) return undefined;
    }
    return items.length === 1 && !keepsOne ? items[0] : items;
  };
}

const pathMembers: ReadonlySet<string> = new Set(['type', 'steps', 'keepSingletonArray', 'keepArray']);
/** `lines#$i.{…}`: each of what a name gives, with its place as a variable for the steps behind it. */
function compileIndexed(nodes: readonly Node[], at: number, compiler: DirectCompiler): Direct | undefined {
  const indexed = toIndexed(nodes[at], compiler);
  const rest = nodes.slice(at + 1);
  if (indexed === undefined || rest.length === 0 || !compiler.isUnmarked) return undefined;
  // Their predicates would ask about what all items together have given.
  if (rest.some((node) => 'stages' in node || 'tuple' in node || node.type === 'sort')) return undefined;
  const place = compiler.newPlace();
  const names = new Map([...compiler.names, [indexed.variable, { place }] as const]);
  const [before, after] = [
    compilePathSteps(nodes.slice(0, at), compiler),
    compilePathSteps(rest, compiler.within(names)),
  ];
  if (before === undefined || after === undefined) return undefined;
  return (context, scope) => {
    const found: unknown[] = [];
    for (const items of itemsOf(indexed, take(before, [context], scope), scope)) {
      for (const [nth, item] of items.entries()) {
        scope.variables[place] = nth;
        for (const each of take(after, [item], scope)) found.push(each);
      }
    }
    return unwrap(found);
  };
}

function take(steps: readonly PathStep[], start: readonly unknown[], scope: Scope): readonly unknown[] {
  let items = start;
  for (const step of steps) items = step(items, scope).items;
  return items;
}

interface Indexed {
  readonly name: string;
  readonly variable: string;
  /** Between the name and the place. */
  readonly filter: Filter | undefined;
}

interface IndexedNode extends Node {
  readonly stages?: readonly (FilterNode & { readonly value?: string })[];
  readonly index?: string;
}

/** `a#$i` has the variable beside its name, `a[b]#$i` behind its predicates. */
function toIndexed(node: Node | undefined, compiler: DirectCompiler): Indexed | undefined {
  if (node?.type !== 'name' || Object.keys(node).some((key) => !indexedMembers.has(key))) return undefined;
  const { value, stages, index } = node as IndexedNode;
  const name = String(value);
  if (stages === undefined)
    return index === undefined ? undefined : { name, variable: index, filter: undefined };
  const last = stages.at(-1);
  const filter = compileFilter(stages.slice(0, -1), compiler);
  if (index !== undefined || last?.type !== 'index' || last.value === undefined || filter === undefined)
    return undefined;
  return { name, variable: last.value, filter };
}

const indexedMembers: ReadonlySet<string> = new Set([
  'type',
  'value',
  'position',
  'stages',
  'index',
  'tuple',
]);

/** Places begin anew with each item that the name is looked up in; behind predicates they go on through all of them. */
function itemsOf(
  { name, filter }: Indexed,
  inputs: readonly unknown[],
  scope: Scope,
): readonly (readonly unknown[])[] {
  const lists = inputs.map((input) => lookUpAll([input], name).items);
  if (filter === undefined) return lists;
  const [only = []] = lists;
  if (lists.length > 1) throw giveUp;
  return [filter(only, scope)];
}
