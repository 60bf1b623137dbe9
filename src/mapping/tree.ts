import { Fault } from '../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { type LeafEdit, toEdits, withMember } from './edits.ts';
import type { Bindings } from './expression/bindings.ts';
import { evaluateAll } from './expression/evaluate-all.ts';
import { compileExpression, type Expression } from './expression/expression.ts';
import type { MappingFunctions } from './expression/functions.ts';
import { isRaised, typeName } from './expression/raised.ts';
import { type Place, toLocation } from './place.ts';

export type TreePath = readonly (string | number)[];

/** Where a member of the tree stands in its file. */
export type PlaceOf = (path: TreePath) => Place | undefined;

export interface TreeOptions {
  readonly placeOf: PlaceOf;
  readonly functions?: MappingFunctions;
}

export interface MappingTree {
  /** Rejects as {@link Expression.evaluate} does. */
  apply(input: unknown, bindings?: Bindings): Promise<unknown>;
  /** The same, with the paths of the leaves that gave nothing: `lines[0].sku`. */
  applyWatched(input: unknown, bindings?: Bindings): Promise<WatchedResult>;
}

export interface WatchedResult {
  readonly value: unknown;
  readonly silent: readonly string[];
}

/**
 * A tree whose strings are JSONata; numbers, booleans and null stand for themselves. A member whose expression gives
 * nothing is left out. Leaves are evaluated side by side; of several that fail, the first in the tree is reported.
 */
export function compileTree(tree: unknown, options: TreeOptions): MappingTree {
  const compilation: Compilation = { leaves: [], paths: [], options };
  const build = compileNode(tree, [], compilation);
  return toMappingTree(compilation, () => build);
}

/**
 * A flow's `set`: the tree's result laid over a copy of the input. Keys may be dotted paths ("xp.erpNumber",
 * "xp.`a.b`"). Nested objects of the tree reach into the input's objects; the value of an expression replaces what was
 * there, and an expression that gives nothing leaves it alone.
 */
export function compileOverlay(tree: unknown, options: TreeOptions): MappingTree {
  if (!isJsonObject(tree)) throw invalid('`set` must be an object of expressions', [], options);
  const compilation: Compilation = { leaves: [], paths: [], options };
  const edits = [...toEdits(tree)].map((edit) => {
    if (edit.target.length === 0)
      throw invalid(`\`${edit.path.at(-1)}\` is not a path of names`, edit.path, options);
    for (const name of edit.target) refuseReserved(name, edit.path, options);
    return { ...edit, build: compileNode(edit.node, edit.path, compilation) };
  });
  return toMappingTree(compilation, (input) => {
    if (!isJsonObject(input)) {
      const at = toLocation('', 0, options.placeOf([]));
      const message = `\`set\` needs an object to lay over, got ${typeName(input)}`;
      throw new Fault('TL_MAP_FAILED', `${message} (${at})`, { at });
    }
    return (values) => {
      let result: JsonObject = { ...input };
      for (const edit of edits) result = lay(edit, edit.build(values), { result, options });
      return result;
    };
  });
}

/** @param begin - throws for an input that nothing can be made of. */
function toMappingTree({ leaves, paths }: Compilation, begin: (input: unknown) => Build): MappingTree {
  return Object.freeze({
    async apply(input: unknown, bindings?: Bindings) {
      const build = begin(input);
      const values = evaluateAll(leaves, input, bindings);
      return build(values instanceof Promise ? await values : values);
    },
    async applyWatched(input: unknown, bindings?: Bindings) {
      const build = begin(input);
      const evaluated = evaluateAll(leaves, input, bindings);
      const values = evaluated instanceof Promise ? await evaluated : evaluated;
      const silent = values.includes(undefined)
        ? paths.filter((_path, index) => values[index] === undefined)
        : none;
      return { value: build(values), silent };
    },
  });
}

const none: readonly string[] = Object.freeze([]);

function lay(
  edit: LeafEdit,
  value: unknown,
  { result, options }: { result: JsonObject; options: TreeOptions },
): JsonObject {
  if (value === undefined) return result;
  try {
    return withMember(result, edit.target, value);
  } catch (thrown) {
    if (!isRaised(thrown)) throw thrown;
    const at = toLocation('', 0, options.placeOf(edit.path));
    throw new Fault('TL_MAP_FAILED', `${thrown.message} (${at})`, { at });
  }
}

/** Puts the values of the leaves, in the order in which they were compiled, into their places. */
type Build = (values: readonly unknown[]) => unknown;

interface Compilation {
  readonly leaves: Expression[];
  /** Where each of them stands. */
  readonly paths: string[];
  readonly options: TreeOptions;
}

function compileNode(node: unknown, path: TreePath, compilation: Compilation): Build {
  if (typeof node === 'string') return compileLeaf(node, path, compilation);
  if (Array.isArray(node)) return compileArray(node, path, compilation);
  if (isJsonObject(node)) return compileObject(node, path, compilation);
  return () => node;
}

function compileLeaf(text: string, path: TreePath, { leaves, paths, options }: Compilation): Build {
  const place = options.placeOf(path);
  const index = leaves.length;
  paths.push(toPathText(path));
  leaves.push(
    compileExpression(text, {
      ...(place === undefined ? {} : { place }),
      ...(options.functions === undefined ? {} : { functions: options.functions }),
    }),
  );
  return (values) => values[index];
}

/** `lines[0].sku` */
function toPathText(path: TreePath): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}

function compileArray(items: readonly unknown[], path: TreePath, compilation: Compilation): Build {
  const builds = items.map((item, index) => compileNode(item, [...path, index], compilation));
  return (values) => builds.map((build) => build(values)).filter((value) => value !== undefined);
}

function compileObject(
  node: Readonly<Record<string, unknown>>,
  path: TreePath,
  compilation: Compilation,
): Build {
  const members = Object.entries(node).map(([name, child]): [string, Build] => {
    refuseReserved(name, [...path, name], compilation.options);
    return [name, compileNode(child, [...path, name], compilation)];
  });
  return (values) => {
    const result: Record<string, unknown> = {};
    for (const [name, build] of members) {
      const value = build(values);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}

/** Assigned to, `__proto__` would change the object instead of becoming a member of it. */
function refuseReserved(name: string, path: TreePath, options: TreeOptions): void {
  if (name === '__proto__') throw invalid('`__proto__` cannot be the name of a member', path, options);
}

function invalid(message: string, path: TreePath, options: TreeOptions): Fault {
  const at = toLocation('', 0, options.placeOf(path));
  return new Fault('TL_WORKSPACE_INVALID', `${message} (${at})`, { at });
}
