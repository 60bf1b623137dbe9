import type { MappingFunctions } from '../expression/functions.ts';
import { walk } from '../expression/jsonata.ts';
import type { Node } from '../node.ts';
import { compileBinary, compileNegation, toBoolean } from './binary.ts';
import { compileBlock } from './block.ts';
import { compileApply, compileCall } from './call.ts';
import { type Direct, type DirectCompiler, giveUp, type Names } from './direct.ts';
import { compileFiltered, type FilterNode } from './filter.ts';
import { compileArray, compileObject } from './literals.ts';
import { compilePath } from './path.ts';
import { compilePlain } from './plain.ts';

/**
 * JSONata's evaluator awaits every node, which costs more than the work itself. What most mappings are made of (paths,
 * objects and arrays made of them, conditions, operators, variables, functions) is compiled to plain functions here.
 * Only what gives exactly JSONata's result is; `undefined` leaves the expression to JSONata.
 */
export function compileDirect(ast: Node, functions: MappingFunctions | undefined): Direct | undefined {
  const plain = compilePlain(ast, noNames);
  if (plain !== undefined) return plain;
  const nodes = [...walk(ast)];
  const isUnmarked = !nodes.some(({ keepArray, keepSingletonArray }) => keepArray || keepSingletonArray);
  const set = nodes.flatMap(({ type, lhs }) => (type === 'bind' ? [String((lhs as Node).value)] : []));
  let places = 0;
  const compilerOf = (names: Names): DirectCompiler => {
    const compiler: DirectCompiler = {
      functions,
      names,
      isUnmarked,
      compile: (node) => compileAny(node, compiler),
      within: compilerOf,
      newPlace: () => places++,
    };
    return compiler;
  };
  const direct = compilerOf(new Map(set.map((name) => [name, 'unset']))).compile(ast);
  if (direct === undefined) return undefined;
  return (input, scope) => {
    if (Array.isArray(input)) throw giveUp;
    return direct(input, scope);
  };
}

const noNames: Names = new Map();

function compileAny(node: Node, compiler: DirectCompiler): Direct | undefined {
  if ('group' in node) return undefined;
  // `a.b[]`: the mark stands on the last step as well as on the path.
  if (node.keepArray) return node.type === 'path' ? compilePath(node, compiler) : undefined;
  if (!('predicate' in node)) return compilePlain(node, compiler.names) ?? compileNode(node, compiler);
  const { predicate, ...rest } = node as Node & { readonly predicate: readonly FilterNode[] };
  const evaluate = compileAny(rest, compiler);
  return evaluate && compileFiltered(evaluate, predicate, compiler);
}

function compileNode(node: Node, compiler: DirectCompiler): Direct | undefined {
  switch (node.type) {
    case 'path':
      return compilePath(node, compiler);
    case 'binary':
      return compileBinary(node, compiler);
    case 'condition':
      return compileCondition(node as Condition, compiler);
    case 'function':
      return compileCall(node, compiler);
    case 'apply':
      return compileApply(node, compiler);
    case 'block':
      return compileBlock(node, compiler);
    case 'unary':
      return compileUnary(node, compiler);
    case 'lambda':
      return compileTail(node as Tail, compiler);
    default:
      return undefined;
  }
}

function compileUnary(node: Node, compiler: DirectCompiler): Direct | undefined {
  if ('consarray' in node) return undefined;
  if (node.value === '{') return compileObject(node, compiler);
  return node.value === '[' ? compileArray(node, compiler) : compileNegation(node, compiler);
}

interface Tail extends Node {
  readonly thunk?: boolean;
  readonly body: Node;
}

/** A call at the end of a function, which JSONata marks, as it needs no depth. What it gives is the same. */
function compileTail({ thunk, body }: Tail, compiler: DirectCompiler): Direct | undefined {
  if (thunk !== true || body.type !== 'function') return undefined;
  return compileCall({ ...body, isTail: true } as Node, compiler);
}

interface Condition extends Node {
  readonly condition: Node;
  readonly then: Node;
  readonly else?: Node;
}

function compileCondition(node: Condition, compiler: DirectCompiler): Direct | undefined {
  const condition = compiler.compile(node.condition);
  const then = compiler.compile(node.then);
  const otherwise = node.else === undefined ? () => undefined : compiler.compile(node.else);
  if (condition === undefined || then === undefined || otherwise === undefined) return undefined;
  return (context, scope) =>
    toBoolean(condition(context, scope)) ? then(context, scope) : otherwise(context, scope);
}
