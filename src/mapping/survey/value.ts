import type { Node } from '../node.ts';

/** Names from the top of an expression's input to a value; lists on the way are stepped through, as JSONata does. */
export type InputPlace = readonly string[];

export type SurveyedKind = 'text' | 'number' | 'truth' | 'nothing' | 'list' | 'object';

/** What can be said of a value without evaluating the expression that gives it. */
export interface Value {
  /** The value is the one at one of these places, as it came; `undefined`: it is not known where it comes from. */
  readonly places?: readonly InputPlace[];
  /** Places of the input whose numbers it was made of. */
  readonly numbers: readonly InputPlace[];
  /** Binary floating point has been through it. */
  readonly isFloat?: boolean;
  /** What it is in any case, whatever the input holds. */
  readonly kind?: SurveyedKind;
  /** The value itself, where it is written out. */
  readonly constant?: string | number | boolean | null;
  readonly closure?: Closure;
}

/** A function that the expression defines, with what it sees. */
export interface Closure {
  readonly node: Node;
  readonly scope: SurveyScope;
}

/** What a part of an expression sees. */
export interface SurveyScope {
  /** `$`: what paths start from. */
  readonly input: Value;
  readonly variables: ReadonlyMap<string, Value>;
}

/** Nothing is known. */
export const unknown: Value = Object.freeze({ numbers: [] });

export function ofKind(kind: SurveyedKind): Value {
  return { numbers: [], kind };
}

export function atPlaces(places: readonly InputPlace[]): Value {
  return { places, numbers: places };
}

/** The value is one of these; what cannot be said of each of them cannot be said. */
export function oneOf(values: readonly Value[]): Value {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) return first ?? unknown;
  const isKnown = values.every(({ places }) => places !== undefined);
  const { kind } = first;
  return {
    numbers: distinct(values.flatMap(({ numbers }) => numbers)),
    ...(isKnown && { places: distinct(values.flatMap(({ places }) => places ?? [])) }),
    ...(values.some(({ isFloat }) => isFloat) && { isFloat: true }),
    ...(kind !== undefined && others.every((other) => other.kind === kind) && { kind }),
  };
}

/** A value made of others, of which only the numbers in them are followed. */
export function madeOf(values: readonly Value[], kind?: SurveyedKind): Value {
  return {
    numbers: distinct(values.flatMap(({ numbers }) => numbers)),
    ...(values.some(({ isFloat }) => isFloat) && { isFloat: true }),
    ...(kind !== undefined && { kind }),
  };
}

function distinct(places: readonly InputPlace[]): readonly InputPlace[] {
  return [...new Map(places.map((place) => [place.join('\0'), place])).values()];
}
