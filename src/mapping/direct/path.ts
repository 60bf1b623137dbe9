import { compileFastPath } from '../expression/fast-path.ts';
import type { Node } from '../expression/jsonata.ts';
import { type Direct, type DirectCompiler, giveUp, type Scope } from './direct.ts';
import { toBoolean } from './to-boolean.ts';

/** `$` is the context, `$$` the input of the whole expression, any other name a binding. */
export function compileVariable(name: string): Direct | undefined {
  if (name === '') return (context) => context;
  if (name === '$') return (_, scope) => scope.root;
  const read = compileFastPath({ type: 'variable', value: name });
  return read === undefined ? undefined : (context, scope) => read(context, scope.bindings);
}

/**
 * A path of names, objects and simple expressions, with or without predicates. The results of a step are flattened
 * into one sequence: of one item it is that item (an array of one with `[]`), of none it is nothing. An array out of
 * the data that is the only result of the last step is given as it is.
 */
export function compilePath(node: Node, compiler: DirectCompiler): Direct | undefined {
  const nodes = node.steps ?? [];
  if (nodes.length === 0 || Object.keys(node).some((key) => !pathMembers.has(key))) return undefined;
  const steps: Step[] = [];
  for (const [index, each] of nodes.entries()) {
    const step = compileStep(each, index, compiler);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  // What an expression makes may hold marked arrays in JSONata, which a further step would treat differently.
  if (steps.slice(0, -1).some((step) => !step.isLookup)) return undefined;
  const keepsOne = 'keepSingletonArray' in node;
  return (context, scope) => {
    let items: readonly unknown[] = [context];
    for (const [index, step] of steps.entries()) {
      const found = takeStep(step, items, scope);
      if (index === steps.length - 1 && found.kept !== undefined) return found.kept;
      items = found.items;
      if (items.length === 0) return undefined;
    }
    return items.length === 1 && !keepsOne ? items[0] : items;
  };
}

const pathMembers: ReadonlySet<string> = new Set(['type', 'steps', 'keepSingletonArray', 'keepArray']);
const nameMembers: ReadonlySet<string> = new Set(['type', 'value', 'position', 'keepArray', 'stages']);
const sortsOfStep: ReadonlySet<string> = new Set(['unary', 'block', 'function']);

interface Step {
  readonly evaluate: Direct;
  /** A name is looked up in the data, and may find arrays there; anything else has to give single values. */
  readonly isLookup: boolean;
  readonly predicates: readonly Predicate[];
}

function compileStep(node: Node, index: number, compiler: DirectCompiler): Step | undefined {
  if (node.type === 'name') return compileName(node, compiler);
  if (node.type === 'variable' && index === 0 && Object.keys(node).every((key) => variableMembers.has(key))) {
    const evaluate = compileVariable(String(node.value));
    return evaluate && { evaluate, isLookup: true, predicates: [] };
  }
  if (index === 0 || !sortsOfStep.has(node.type) || refusedMembers.some((member) => member in node))
    return undefined;
  if (node.type === 'unary' && node.value !== '{') return undefined;
  const { keepArray: _, ...rest } = node as Node & { readonly keepArray?: boolean };
  const evaluate = compiler.compile(rest);
  return evaluate && { evaluate, isLookup: false, predicates: [] };
}

const variableMembers: ReadonlySet<string> = new Set(['type', 'value', 'position']);
const refusedMembers = ['stages', 'predicate', 'group', 'focus', 'index', 'tuple', 'ancestor', 'consarray'];

function compileName(node: Node, compiler: DirectCompiler): Step | undefined {
  if (Object.keys(node).some((key) => !nameMembers.has(key))) return undefined;
  const predicates: Predicate[] = [];
  for (const stage of (node as Node & { readonly stages?: readonly Stage[] }).stages ?? []) {
    const predicate = stage.type === 'filter' ? compilePredicate(stage.expr, compiler) : undefined;
    if (predicate === undefined) return undefined;
    predicates.push(predicate);
  }
  const name = String(node.value);
  const evaluate: Direct = (context) => {
    if (typeof context !== 'object' || context === null || !Object.hasOwn(context, name)) return undefined;
    return (context as Record<string, unknown>)[name];
  };
  return { evaluate, isLookup: true, predicates };
}

interface Found {
  readonly items: readonly unknown[];
  /** The one array that was found, as it stands in the data. */
  readonly kept: readonly unknown[] | undefined;
}

function takeStep(step: Step, items: readonly unknown[], scope: Scope): Found {
  const found: unknown[] = [];
  let results = 0;
  let only: readonly unknown[] | undefined;
  for (const item of items) {
    // Arrays inside arrays have rules of their own.
    if (Array.isArray(item)) throw giveUp;
    const value = step.evaluate(item, scope);
    if (value === undefined) continue;
    results += 1;
    if (step.predicates.length > 0) {
      found.push(...applyPredicates(step.predicates, value, scope));
    } else if (!Array.isArray(value)) {
      found.push(value);
    } else {
      if (!step.isLookup) throw giveUp;
      only = value;
      found.push(...value);
    }
  }
  return { items: found, kept: results === 1 ? only : undefined };
}

interface Stage {
  readonly type: string;
  readonly expr: Node;
}

type Predicate = (items: readonly unknown[], scope: Scope) => readonly unknown[];

/** `[0]`, `[-1]`, `[kind = "x"]`. */
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
  return (items, scope) =>
    items.filter((item) => {
      if (Array.isArray(item)) throw giveUp;
      const value = evaluate(item, scope);
      if (typeof value === 'number' || Array.isArray(value)) throw giveUp;
      return toBoolean(value);
    });
}

function applyPredicates(predicates: readonly Predicate[], value: unknown, scope: Scope): readonly unknown[] {
  let items: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const predicate of predicates) items = predicate(items, scope);
  return items;
}
