import { Fault } from '../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { andThen, type Soon } from '../contract/soon.ts';
import { createScope, giveUp, type Scope } from './direct/direct.ts';
import { type LeafEdit, toEdits, withMember } from './edits.ts';
import type { Bindings } from './expression/bindings.ts';
import { compileExpression, type Expression, evaluateAll } from './expression/expression.ts';
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
  /** At once where no leaf has to wait. Fails as {@link Expression.evaluate} does, at once or later. */
  apply(input: unknown, bindings?: Bindings): Soon<unknown>;
  /** The same, with the paths of the leaves that gave nothing: `lines[0].sku`. */
  applyWatched(input: unknown, bindings?: Bindings): Soon<WatchedResult>;
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
  const compilation: Compilation = { leaves: [], options };
  return toMappingTree(compilation, compileNode(tree, [], compilation));
}

/**
 * A flow's `set`: the tree's result laid over a copy of the input. Keys may be dotted paths ("xp.erpNumber",
 * "xp.`a.b`"). Nested objects of the tree reach into the input's objects; the value of an expression replaces what was
 * there, and an expression that gives nothing leaves it alone.
 */
export function compileOverlay(tree: unknown, options: TreeOptions): MappingTree {
  if (!isJsonObject(tree)) throw invalid('`set` must be an object of expressions', [], options);
  const compilation: Compilation = { leaves: [], options };
  const edits = [...toEdits(tree)].map((edit) => {
    if (edit.target.length === 0)
      throw invalid(`\`${edit.path.at(-1)}\` is not a path of names`, edit.path, options);
    for (const name of edit.target) refuseReserved(name, edit.path, options);
    return { ...edit, build: compileNode(edit.node, edit.path, compilation) };
  });
  const build: Build = (evaluation) => {
    let result = { ...(evaluation.scope.root as JsonObject) };
    for (const edit of edits) result = lay(edit, edit.build(evaluation), { result, options });
    return result;
  };
  return toMappingTree(compilation, build, (input) => refuseOther(input, options));
}

function refuseOther(input: unknown, { placeOf }: TreeOptions): void {
  if (isJsonObject(input)) return;
  const at = toLocation('', 0, placeOf([]));
  const message = `\`set\` needs an object to lay over, got ${typeName(input)}`;
  throw new Fault('TL_MAP_FAILED', `${message} (${at})`, { at });
}

/**
 * All leaves in one go, straight into their places, where each can be evaluated without waiting; otherwise each by
 * itself first.
 * @param check - throws for an input that nothing can be made of.
 */
function toMappingTree({ leaves }: Compilation, build: Build, check?: (input: unknown) => void): MappingTree {
  const isDirect = leaves.every(({ direct }) => direct !== undefined);
  const applyWatched = (input: unknown, bindings?: Bindings): Soon<WatchedResult> => {
    check?.(input);
    const evaluation: Evaluation = { scope: createScope(input, bindings), values: undefined, silent: [] };
    if (isDirect) {
      try {
        return { value: build(evaluation), silent: evaluation.silent };
      } catch (thrown) {
        if (thrown !== giveUp) throw thrown;
      }
    }
    return andThen(evaluateAll(leaves, input, bindings), (values) => {
      const again: Evaluation = { ...evaluation, values, silent: [] };
      return { value: build(again), silent: again.silent };
    });
  };
  return Object.freeze({
    applyWatched,
    apply: (input: unknown, bindings?: Bindings) =>
      andThen(applyWatched(input, bindings), ({ value }): unknown => value),
  });
}

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

/** Makes its part of the result. */
type Build = (evaluation: Evaluation) => unknown;

interface Evaluation {
  readonly scope: Scope;
  /** Of the leaves, in the order in which they were compiled. Absent: each is evaluated as its place is come to. */
  readonly values: readonly unknown[] | undefined;
  /** Paths of the leaves that gave nothing, so far. */
  readonly silent: string[];
}

interface Compilation {
  readonly leaves: Expression[];
  readonly options: TreeOptions;
}

function compileNode(node: unknown, path: TreePath, compilation: Compilation): Build {
  if (typeof node === 'string') return compileLeaf(node, path, compilation);
  if (Array.isArray(node)) return compileArray(node, path, compilation);
  if (isJsonObject(node)) return compileObject(node, path, compilation);
  return () => node;
}

function compileLeaf(text: string, path: TreePath, { leaves, options }: Compilation): Build {
  const place = options.placeOf(path);
  const expression = compileExpression(text, {
    ...(place === undefined ? {} : { place }),
    ...(options.functions === undefined ? {} : { functions: options.functions }),
  });
  const { direct = neverDirect } = expression;
  const index = leaves.length;
  const name = toPathText(path);
  leaves.push(expression);
  return ({ scope, values, silent }) => {
    const value = values === undefined ? direct(scope.root, scope) : values[index];
    if (value === undefined) silent.push(name);
    return value;
  };
}

function neverDirect(): never {
  throw giveUp;
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
  return (evaluation) => builds.map((build) => build(evaluation)).filter((value) => value !== undefined);
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
  return (evaluation) => {
    const result: Record<string, unknown> = {};
    for (const [name, build] of members) {
      const value = build(evaluation);
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
