import { directFunctions } from '../expression/functions.ts';
import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp, type Lambda, type Scope, spend } from './direct.ts';
import { compileHigherOrder, higherOrderNames } from './higher-order.ts';
import { callNative, callOwn, callUnseen, type NativeFunction, nativesFor } from './natives.ts';
import { quickCalls } from './quick-calls.ts';
import { compileXref } from './xref.ts';

/** A call of one of our own functions, of one of JSONata's that returns at once, or of what the expression wrote out. */
export function compileCall(node: Node, compiler: DirectCompiler): Direct | undefined {
  const { procedure, arguments: given = [] } = node;
  if (procedure?.type !== 'variable' || !('value' in procedure) || 'predicate' in procedure) return undefined;
  const name = String(procedure.value);
  const own = compiler.names.get(name);
  if (own !== undefined) return own === 'unset' ? undefined : compileOwnCall(own, given, compiler);
  // What ends the record, or fails, is for JSONata to tell; as long as it is not come to, the rest goes on without it.
  if (endings.has(name)) return leave;
  if (name === 'xref') return compileXref(given, compiler);
  if (higherOrderNames.has(name)) return withoutBinding(name, compileHigherOrder(name, node, compiler));
  const args = compileArguments(given, compiler);
  return args && withoutBinding(name, compileKnown(name, args, { compiler, isTail: 'isTail' in node }));
}

const endings: ReadonlySet<string> = new Set(['fail', 'skip', 'error']);

function leave(): never {
  throw giveUp;
}

/** `a ~> $trim`, `a ~> $join(", ")` */
export function compileApply(node: Node, compiler: DirectCompiler): Direct | undefined {
  const [first, then] = [node.lhs as Node, node.rhs as Node];
  if ('predicate' in then || 'group' in then || then.keepArray) return undefined;
  if (then.type === 'function')
    return compileCall({ ...then, arguments: [first, ...(then.arguments ?? [])] }, compiler);
  if (then.type !== 'variable') return undefined;
  const call = { type: 'function', procedure: then, arguments: [first], isTail: true };
  return compileCall(call as Node, compiler);
}

type Arguments = (context: unknown, scope: Scope) => unknown[];

function compileArguments(given: readonly Node[], compiler: DirectCompiler): Arguments | undefined {
  const directs: Direct[] = [];
  for (const each of given) {
    const direct = compiler.compile(each);
    if (direct === undefined) return undefined;
    directs.push(direct);
  }
  const [first, second] = directs;
  if (directs.length === 1 && first !== undefined) return (context, scope) => [first(context, scope)];
  if (directs.length === 2 && first !== undefined && second !== undefined)
    return (context, scope) => [first(context, scope), second(context, scope)];
  return (context, scope) => directs.map((direct) => direct(context, scope));
}

function compileOwnCall(
  own: Lambda | { readonly place: number },
  given: readonly Node[],
  compiler: DirectCompiler,
): Direct | undefined {
  const args = 'call' in own ? compileArguments(given, compiler) : undefined;
  if (args === undefined || !('call' in own)) return undefined;
  return (context, scope) => {
    spend(scope, 1);
    return own.call(args(context, scope), context, scope);
  };
}

interface Calling {
  readonly compiler: DirectCompiler;
  /** It does not see what `$` is. */
  readonly isTail: boolean;
}

function compileKnown(name: string, args: Arguments, { compiler, isTail }: Calling): Direct | undefined {
  const own = directFunctions(compiler.functions);
  if (Object.hasOwn(own, name)) {
    const implementation = own[name] as (...values: readonly unknown[]) => unknown;
    return (context, scope) => callOwn(implementation, args(context, scope));
  }
  // `a ?? b` is made of it.
  if (name === 'exists') return (context, scope) => isThere(args(context, scope));
  const native = nativesFor(compiler.functions).get(name);
  return native && compileNative({ name, native, isTail }, args);
}

function isThere(values: readonly unknown[]): boolean {
  if (values.length !== 1) throw giveUp;
  return values[0] !== undefined;
}

function compileNative(
  {
    name,
    native,
    isTail,
  }: { readonly name: string; readonly native: NativeFunction; readonly isTail: boolean },
  args: Arguments,
): Direct {
  const quick = quickCalls.get(name);
  return (context, scope) => {
    const values = args(context, scope);
    const value = quick === undefined ? giveUp : quick(values);
    if (value !== giveUp) return value;
    return isTail ? callUnseen(native, values, giveUp) : callNative(native, values, context);
  };
}

/** A binding may stand in for any function. */
function withoutBinding(name: string, call: Direct | undefined): Direct | undefined {
  return (
    call &&
    ((context, scope) => {
      if (scope.bindings !== undefined && Object.hasOwn(scope.bindings, name)) throw giveUp;
      return call(context, scope);
    })
  );
}
