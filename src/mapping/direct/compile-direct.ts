import type { MappingFunctions } from '../expression/functions.ts';
import type { Node } from '../node.ts';
import { compileBinary } from './binary.ts';
import { compileCall } from './call.ts';
import { type Direct, type DirectCompiler, giveUp } from './direct.ts';
import { compileArray, compileObject } from './literals.ts';
import { compilePath } from './path.ts';
import { compilePlain } from './plain.ts';
import { toBoolean } from './to-boolean.ts';

/**
 * JSONata's evaluator awaits every node, which costs more than the work itself. What most mappings are made of (paths,
 * objects and arrays made of them, conditions, operators, conversions, the mapping functions) is compiled to plain
 * functions here. Only what gives exactly JSONata's result is; `undefined` leaves the expression to JSONata.
 */
export function compileDirect(ast: Node, functions: MappingFunctions | undefined): Direct | undefined {
  const plain = compilePlain(ast);
  if (plain !== undefined) return plain;
  const direct = compilerFor(functions).compile(ast);
  if (direct === undefined) return undefined;
  return (input, scope) => {
    if (Array.isArray(input)) throw giveUp;
    return direct(input, scope);
  };
}

function compilerFor(functions: MappingFunctions | undefined): DirectCompiler {
  const compiler: DirectCompiler = {
    functions,
    compile(node) {
      if ('predicate' in node || 'group' in node || 'keepArray' in node) return compileKept(node, compiler);
      return compilePlain(node) ?? compileNode(node, compiler);
    },
  };
  return compiler;
}

/** `a.b[]`: the mark stands on the last step as well as on the path. */
function compileKept(node: Node, compiler: DirectCompiler): Direct | undefined {
  if (node.type !== 'path' || 'predicate' in node || 'group' in node) return undefined;
  return compilePath(node, compiler);
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
    case 'block':
      return compileBlock(node as Block, compiler);
    case 'unary':
      return node.value === '{' ? compileObject(node, compiler) : compileArray(node, compiler);
    default:
      return undefined;
  }
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

interface Block extends Node {
  readonly expressions: readonly Node[];
}

/** Parentheses around one expression; more than one would mean variables. */
function compileBlock(node: Block, compiler: DirectCompiler): Direct | undefined {
  const [only, ...more] = node.expressions;
  return only === undefined || more.length > 0 ? undefined : compiler.compile(only);
}
