import jsonata from 'jsonata';
import { pad } from '../bounds/bounded-functions.ts';
import { directFunctions } from '../expression/functions.ts';
import { createToMillis } from '../library/date-functions.ts';
import { number } from '../library/exact-functions.ts';
import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp } from './direct.ts';

/** A call of one of our own functions, or of a conversion of JSONata's that returns at once. */
export function compileCall(node: Node, compiler: DirectCompiler): Direct | undefined {
  const { procedure, arguments: given = [] } = node;
  if (procedure?.type !== 'variable' || !('value' in procedure)) return undefined;
  const call = callOf(String(procedure.value), compiler);
  const args = given.map((argument) => compiler.compile(argument));
  if (call === undefined || !args.every((argument) => argument !== undefined)) return undefined;
  return (context, scope) => {
    // A binding may stand in for any function.
    if (scope.bindings !== undefined && Object.hasOwn(scope.bindings, String(procedure.value))) throw giveUp;
    const values = args.map((argument) => argument(context, scope));
    if (values.some((value) => typeof value === 'function')) throw giveUp;
    try {
      return call(values, context);
    } catch {
      throw giveUp;
    }
  };
}

type Call = (values: readonly unknown[], context: unknown) => unknown;

function callOf(name: string, compiler: DirectCompiler): Call | undefined {
  const own = directFunctions(compiler.functions);
  if (Object.hasOwn(own, name)) {
    const implementation = own[name] as ((...values: readonly unknown[]) => unknown) | undefined;
    return implementation && ((values) => implementation(...values));
  }
  // `a ?? b` is made of it.
  if (name === 'exists') return existsOf;
  const native = natives.get(name);
  if (native === undefined) return undefined;
  const implementation = replacements(compiler)[name] ?? native.implementation;
  return (values, context) => implementation(...native.signature.validate(values, context));
}

/** Ours, in place of JSONata's own, with its signature. */
function replacements({
  functions,
}: DirectCompiler): Readonly<Record<string, NativeFunction['implementation']>> {
  const toMillis = createToMillis(functions?.timezone ?? 'UTC') as NativeFunction['implementation'];
  return { number, pad: pad as NativeFunction['implementation'], toMillis };
}

function existsOf(values: readonly unknown[]): boolean {
  if (values.length !== 1) throw giveUp;
  return values[0] !== undefined;
}

/** A function of JSONata's as its evaluator sees it: `validate` checks the arguments and puts the context in. */
interface NativeFunction {
  readonly implementation: (...values: readonly unknown[]) => unknown;
  readonly signature: { validate(values: readonly unknown[], context: unknown): readonly unknown[] };
}

// Those that neither wait, nor call functions, nor make arrays.
const nativeNames = [
  ...[
    'string',
    'length',
    'substring',
    'substringBefore',
    'substringAfter',
    'uppercase',
    'lowercase',
    'trim',
    'pad',
  ],
  ...[
    'number',
    'abs',
    'floor',
    'ceil',
    'round',
    'formatNumber',
    'sum',
    'max',
    'min',
    'average',
    'count',
    'join',
  ],
  ...['boolean', 'not', 'type', 'toMillis', 'fromMillis', 'encodeUrlComponent'],
];

const natives: ReadonlyMap<string, NativeFunction> = new Map(
  await Promise.all(
    nativeNames.map(async (name): Promise<[string, NativeFunction]> => {
      const found: unknown = await jsonata(`$${name}`).evaluate(undefined);
      return [name, found as NativeFunction];
    }),
  ),
);
