import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp, type Scope } from './direct.ts';
import { type FoundItems, getMember, lookUpAll } from './look-up.ts';
import { compileVariable } from './plain.ts';
import { toBoolean } from './to-boolean.ts';

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
  /** Looked up in arrays inside arrays as well. */
  readonly name?: string;
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
  const evaluate: Direct = (context) => getMember(context, name);
  // JSONata marks what `a[]` finds in an array inside an array; that is left to it.
  const isBare = predicates.length === 0 && !('keepArray' in node);
  return { evaluate, isLookup: true, predicates, ...(isBare && { name }) };
}

function takeStep(step: Step, items: readonly unknown[], scope: Scope): FoundItems {
  if (step.name !== undefined) return lookUpAll(items, step.name);
  const found: unknown[] = [];
  let results = 0;
  let only: readonly unknown[] | undefined;
  for (const item of items) {
    // Arrays inside arrays have rules of their own.
    if (Array.isArray(item)) throw giveUp;
    const value = step.evaluate(item, scope);
    // JSONata asks the predicates about nothing, too: `missing[true].(1)` is 1.
    if (value === undefined && step.predicates.length === 0) continue;
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
