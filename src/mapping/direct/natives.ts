import jsonata from 'jsonata';
import { distinct, pad } from '../bounds/bounded-functions.ts';
import type { MappingFunctions } from '../expression/functions.ts';
import { toPlain } from '../expression/plain.ts';
import { createToMillis } from '../library/date-functions.ts';
import { number } from '../library/exact-functions.ts';
import { maxCharacters } from './binary.ts';
import { giveUp, unwrap } from './direct.ts';

/** A function of JSONata's as its evaluator sees it: `validate` checks the arguments and puts the context in. */
export interface NativeFunction {
  readonly implementation: (this: Focus, ...values: readonly unknown[]) => unknown;
  readonly signature: { validate(values: readonly unknown[], context: unknown): readonly unknown[] };
}

interface Focus {
  createSequence(...items: readonly unknown[]): unknown[];
}

// Those that neither wait nor call functions.
const nativeNames = [
  ...['string', 'length', 'substring', 'substringBefore', 'substringAfter', 'uppercase', 'lowercase'],
  ...[
    'trim',
    'pad',
    'number',
    'abs',
    'floor',
    'ceil',
    'round',
    'power',
    'sqrt',
    'formatNumber',
    'formatBase',
  ],
  ...['formatInteger', 'parseInteger', 'sum', 'max', 'min', 'average', 'count', 'join', 'boolean', 'not'],
  ...['type', 'toMillis', 'fromMillis', 'encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl'],
  ...['base64encode', 'base64decode', 'append', 'reverse', 'keys', 'spread', 'merge', 'zip', 'distinct'],
  // These wait for regular expressions only; with texts, `quickCalls` has them.
  ...['contains', 'split', 'replace'],
];

const natives: ReadonlyMap<string, NativeFunction> = new Map(
  await Promise.all(
    nativeNames.map(async (name): Promise<[string, NativeFunction]> => {
      const found: unknown = await jsonata(`$${name}`).evaluate(undefined);
      return [name, found as NativeFunction];
    }),
  ),
);

/** Those of JSONata, and ours that stand in place of its own, with its signature. */
export function nativesFor(functions: MappingFunctions | undefined): ReadonlyMap<string, NativeFunction> {
  const timezone = functions?.timezone ?? 'UTC';
  const all = known.get(timezone) ?? nativesIn(timezone);
  known.set(timezone, all);
  return all;
}

const known = new Map<string, ReadonlyMap<string, NativeFunction>>();

function nativesIn(timezone: string): ReadonlyMap<string, NativeFunction> {
  const toMillis = createToMillis(timezone);
  const own = Object.entries({ number, pad, distinct: distinctSurely, toMillis });
  const replaced = own.flatMap(([name, implementation]) => {
    const native = natives.get(name);
    return native === undefined
      ? []
      : [[name, { ...native, implementation: implementation as NativeFunction['implementation'] }] as const];
  });
  return new Map([...natives, ...replaced]);
}

/** What is left alone of several stays a list or not by marks that there are none of here. */
function distinctSurely(list: unknown): unknown {
  const kept = distinct(list);
  if (Array.isArray(kept) && kept.length === 1 && kept !== list) throw giveUp;
  return kept;
}

/** One of our own functions. */
export function callOwn(
  implementation: (...values: readonly unknown[]) => unknown,
  values: readonly unknown[],
): unknown {
  try {
    return implementation(...values);
  } catch {
    throw giveUp;
  }
}

/** @param context - what `$` is. */
export function callNative(native: NativeFunction, values: readonly unknown[], context: unknown): unknown {
  return toDirect(call(native, values, context), unwrap);
}

/**
 * Where JSONata leaves what a function gives as it is, lists of one and of none too: at the end of a function, or called
 * by another one.
 * @param context - {@link giveUp} where it is not known, and must not be needed.
 */
export function callUnseen(native: NativeFunction, values: readonly unknown[], context: unknown): unknown {
  return toDirect(call(native, values, context), requireSeveral);
}

export function requireSeveral(items: readonly unknown[]): unknown {
  if (items.length <= 1) throw giveUp;
  return items;
}

function call(
  { implementation, signature }: NativeFunction,
  values: readonly unknown[],
  context: unknown,
): unknown {
  if (values.some((value) => typeof value === 'function')) throw giveUp;
  try {
    const validated = signature.validate(values, context);
    if (context === giveUp && validated.includes(giveUp)) throw giveUp;
    return implementation.apply(focus, [...validated]);
  } catch {
    throw giveUp;
  }
}

/** JSONata marks the lists that it makes, and unwraps them; its objects have no prototype. */
function toDirect(result: unknown, gather: (items: readonly unknown[]) => unknown): unknown {
  if (typeof result === 'string' && result.length > maxCharacters) throw giveUp;
  if (typeof result !== 'object' || result === null) return result;
  if (result instanceof Promise) {
    result.catch(() => {});
    throw giveUp;
  }
  const plain = toPlain(result);
  return Array.isArray(result) && 'sequence' in result ? gather(plain as readonly unknown[]) : plain;
}

const focus: Focus = {
  createSequence(...items) {
    return Object.defineProperty(items, 'sequence', { enumerable: false, value: true }) as unknown[];
  },
};
