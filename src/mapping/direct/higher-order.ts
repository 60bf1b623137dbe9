import { isJsonObject, setMember } from '../../contract/json.ts';
import { directFunctions } from '../expression/functions.ts';
import type { Node } from '../node.ts';
import { toBoolean } from './binary.ts';
import { compileLambda } from './block.ts';
import {
  type Direct,
  type DirectCompiler,
  giveUp,
  type Lambda,
  type Scope,
  spend,
  unwrap,
} from './direct.ts';
import { callOwn, callUnseen, nativesFor, requireSeveral } from './natives.ts';

/** Calls the function that it was given. */
type Call = (values: readonly unknown[]) => unknown;

interface About {
  readonly arity: number;
  /** Values of the arguments behind the function. */
  readonly rest: readonly unknown[];
  /** What comes of the results. */
  readonly gather: (results: readonly unknown[]) => unknown;
}

type HigherOrder = (given: unknown, call: Call, about: About) => unknown;

const functions: Readonly<Record<string, HigherOrder>> = {
  map(given, call, { arity, gather }) {
    const list = toList(given);
    if (list === undefined) return undefined;
    const results: unknown[] = [];
    for (let index = 0; index < list.length; index += 1) {
      const value = call(toArguments(arity, list[index], index, list));
      if (value !== undefined) results.push(value);
    }
    return gather(results);
  },
  filter(given, call, { arity, gather }) {
    const list = toList(given);
    if (list === undefined) return undefined;
    return gather(list.filter((item, index) => toBoolean(call(toArguments(arity, item, index, list)))));
  },
  reduce(given, call, { arity, rest: [start] }) {
    const list = toList(given);
    if (list === undefined) return undefined;
    if (arity < 2) throw giveUp;
    const isFirst = start === undefined && list.length > 0;
    let value = isFirst ? list[0] : start;
    for (let index = isFirst ? 1 : 0; index < list.length; index += 1)
      value = call([value, list[index], index, list].slice(0, Math.min(arity, 4)));
    return value;
  },
  each(given, call, { arity, gather }) {
    const members = Object.entries(requireObject(given));
    const values = members.map(([name, value]) => call(toArguments(arity, value, name, given)));
    return gather(values.filter((value) => value !== undefined));
  },
  sift(given, call, { arity }) {
    const kept: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(requireObject(given)))
      if (toBoolean(call(toArguments(arity, value, name, given)))) setMember(kept, name, value);
    return Object.keys(kept).length === 0 ? undefined : kept;
  },
};

export const higherOrderNames: ReadonlySet<string> = new Set(Object.keys(functions));

/** `$map(list, function($item, $index) { … })` and what is called like it. */
export function compileHigherOrder(name: string, node: Node, compiler: DirectCompiler): Direct | undefined {
  const [list, called, ...others] = node.arguments ?? [];
  const higher = functions[name];
  if (higher === undefined || list === undefined || called === undefined) return undefined;
  if (others.length > (name === 'reduce' ? 1 : 0)) return undefined;
  const given = compiler.compile(list);
  const fn = toFunction(called, compiler);
  // At the end of a function JSONata takes only functions that are written out.
  if ('isTail' in node && called.type !== 'lambda') return undefined;
  const rest: Direct[] = [];
  for (const other of others) {
    const direct = compiler.compile(other);
    if (direct === undefined) return undefined;
    rest.push(direct);
  }
  if (given === undefined || fn === undefined) return undefined;
  const gather = 'isTail' in node ? requireSeveral : unwrap;
  return (context, scope) => {
    const value = given(context, scope);
    if (typeof value === 'function') throw giveUp;
    const about = { arity: fn.arity, rest: rest.map((each) => each(context, scope)), gather };
    const call: Call = (values) => {
      spend(scope, 1);
      return fn.call(values, context, scope);
    };
    return higher(value, call, about);
  };
}

/** What is written out, what the expression has named, or a function by its name. */
function toFunction(node: Node, compiler: DirectCompiler): Lambda | undefined {
  if (node.type === 'lambda') return compileLambda(node, compiler);
  if (node.type !== 'variable' || 'predicate' in node) return undefined;
  const name = String(node.value);
  const named = compiler.names.get(name);
  if (named !== undefined) return named !== 'unset' && 'call' in named ? named : undefined;
  const own = directFunctions(compiler.functions);
  if (Object.hasOwn(own, name)) {
    const implementation = own[name] as (...values: readonly unknown[]) => unknown;
    return notBound(name, implementation.length, (values) => callOwn(implementation, values));
  }
  const native = nativesFor(compiler.functions).get(name);
  // It does not see what `$` is.
  return native && notBound(name, native.implementation.length, (values) => callUnseen(native, values, null));
}

function notBound(name: string, arity: number, call: (values: readonly unknown[]) => unknown): Lambda {
  return {
    arity,
    call(values, _context, scope: Scope) {
      if (scope.bindings !== undefined && Object.hasOwn(scope.bindings, name)) throw giveUp;
      return call(values);
    },
  };
}

/** A value by itself is a list of one. */
function toList(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || Array.isArray(value)) return value;
  return [value];
}

function requireObject(value: unknown): object {
  if (!isJsonObject(value)) throw giveUp;
  return value;
}

function toArguments(arity: number, value: unknown, place: unknown, whole: unknown): readonly unknown[] {
  if (arity < 2) return [value];
  return arity < 3 ? [value, place] : [value, place, whole];
}
