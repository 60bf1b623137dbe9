import type { Fault, FaultSubject } from '../../contract/fault.ts';

/**
 * What our own functions throw inside an expression. JSONata writes `position` and `token` into whatever passes
 * through it, so it is a plain object that belongs to nobody; `toMappingFault` makes the Fault of it.
 */
export interface RaisedProblem {
  readonly raised: 'argument' | 'refused' | 'skipped' | 'fault' | 'slow';
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  /** Which argument of which function was wrong, counted from 1: the message begins with `argument 1 of $name`. */
  readonly argument?: { readonly name: string; readonly index: number };
  readonly about?: FaultSubject;
  /** A fault of ours on its way through JSONata (`$xref` reading from the store). */
  readonly fault?: Fault;
}

export function isRaised(thrown: unknown): thrown is RaisedProblem {
  return typeof thrown === 'object' && thrown !== null && 'raised' in thrown;
}

/** Argument `index` (1-based) of a function is not what it takes. Says the type that came, never the value. */
export function badArgument(
  name: string,
  index: number,
  expected: string,
  got: unknown,
  hint?: string,
): RaisedProblem {
  const message = `argument ${index} of $${name} must be ${expected}, got ${typeName(got)}`;
  return { raised: 'argument', message, argument: { name, index }, ...(hint === undefined ? {} : { hint }) };
}

const skips = new WeakMap<object, string>();

/** The signal that `$skip` ends in once it has left JSONata. */
export function toSkip(reason: string): Error {
  const signal = new Error(`skipped: ${reason}`);
  skips.set(signal, reason);
  return signal;
}

/** The reason given to `$skip(reason)`, if that is what was thrown. */
export function skippedReason(thrown: unknown): string | undefined {
  return typeof thrown === 'object' && thrown !== null ? skips.get(thrown) : undefined;
}

/** The type of a value in the words of the people who read the message. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return '_jsonata_lambda' in value ? 'a function' : 'an object';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that is not finite';
  return `a ${typeof value}`;
}
