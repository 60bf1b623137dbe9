import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp, type Scope, spend } from './direct.ts';
import { compileFilter, type Filter, type FilterNode } from './filter.ts';
import { compileVariable, type FoundItems, findAll, getMember, lookUpAll } from './plain.ts';
import { compileSort } from './sort.ts';

const nameMembers: ReadonlySet<string> = new Set(['type', 'value', 'position', 'keepArray', 'stages']);
const variableMembers: ReadonlySet<string> = new Set(['type', 'value', 'position']);
const sortsOfStep: ReadonlySet<string> = new Set([
  'unary',
  'block',
  'function',
  'condition',
  'apply',
  'binary',
]);

/** What a step makes of all that the one before it has found. */
export type PathStep = (items: readonly unknown[], scope: Scope) => FoundItems;

export function compilePathSteps(
  nodes: readonly Node[],
  compiler: DirectCompiler,
): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  for (const [index, node] of nodes.entries()) {
    const isLast = index === nodes.length - 1;
    const step = compileStep(node, { isFirst: index === 0, isLast }, compiler);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

interface Position {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function compileStep(
  node: Node,
  { isFirst, isLast }: Position,
  compiler: DirectCompiler,
): PathStep | undefined {
  if (node.type === 'name') return compileName(node, compiler);
  if (node.type === 'variable' && isFirst && Object.keys(node).every((key) => variableMembers.has(key))) {
    const variable = compileVariable(String(node.value), compiler.names);
    return variable && ((items, scope) => takeEach(items, variable, scope));
  }
  if (node.type === 'sort') return isFirst || !compiler.isUnmarked ? undefined : compileSort(node, compiler);
  // What an expression makes may hold lists of one that are kept, which a further step would treat differently.
  const isHard = (isFirst || !isLast) && !compiler.isUnmarked;
  if (isHard || !sortsOfStep.has(node.type) || refusedMembers.some((member) => member in node))
    return undefined;
  if (node.type === 'unary' && node.value === '[') return undefined;
  const {
    keepArray: _,
    stages,
    ...rest
  } = node as Node & {
    readonly stages?: readonly FilterNode[];
  };
  const filter = stages && compileFilter(stages, compiler);
  const evaluate = compiler.compile(rest);
  if (evaluate === undefined || (stages !== undefined && filter === undefined)) return undefined;
  const checked = compiler.isUnmarked ? evaluate : refuseLists(evaluate);
  if (filter !== undefined)
    return (items, scope) => takeFiltered(items, { evaluate: checked, filter }, scope);
  return (items, scope) => takeEach(items, checked, scope);
}

const refusedMembers = ['group', 'focus', 'index', 'tuple', 'ancestor', 'consarray'];

function refuseLists(evaluate: Direct): Direct {
  return (context, scope) => {
    const value = evaluate(context, scope);
    if (Array.isArray(value)) throw giveUp;
    return value;
  };
}

function compileName(node: Node, compiler: DirectCompiler): PathStep | undefined {
  if (Object.keys(node).some((key) => !nameMembers.has(key))) return undefined;
  const name = String(node.value);
  const { stages } = node as Node & { readonly stages?: readonly FilterNode[] };
  if (stages !== undefined) {
    const filter = compileFilter(stages, compiler);
    const evaluate: Direct = (context) => getMember(context, name);
    return filter && ((items, scope) => takeFiltered(items, { evaluate, filter }, scope));
  }
  // JSONata marks what `a[]` finds in an array inside an array; that is left to it.
  if (node.keepArray) return (items, scope) => takeEach(items, (context) => getMember(context, name), scope);
  return (items, scope) => {
    spend(scope, items.length);
    return lookUpAll(items, name);
  };
}

function takeEach(items: readonly unknown[], evaluate: Direct, scope: Scope): FoundItems {
  spend(scope, items.length);
  return findAll(items, (item) => {
    // Arrays inside arrays have rules of their own.
    if (Array.isArray(item)) throw giveUp;
    return evaluate(item, scope);
  });
}

/** JSONata asks the predicates about nothing, too: `missing[true].(1)` is 1. */
function takeFiltered(
  items: readonly unknown[],
  { evaluate, filter }: { readonly evaluate: Direct; readonly filter: Filter },
  scope: Scope,
): FoundItems {
  spend(scope, items.length);
  const found: unknown[] = [];
  for (const item of items) {
    if (Array.isArray(item)) throw giveUp;
    for (const each of filter(evaluate(item, scope), scope)) found.push(each);
  }
  return { items: found, kept: undefined };
}
