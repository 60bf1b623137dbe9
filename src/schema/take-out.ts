import { isJsonObject } from '../contract/json.ts';
import type { Check, Problem } from './compile-schema.ts';

export interface TakeOutResult {
  /** Shares with the value given what was not touched; the value itself where nothing was taken out. */
  readonly value: unknown;
  readonly taken: readonly Problem[];
  /** What still does not fit. */
  readonly left: readonly Problem[];
}

/**
 * Takes out of a value what does not fit its schema: unknown members, and values of the wrong type or form. What is
 * missing cannot be taken out, nor can the value itself.
 */
export function takeOut(value: unknown, check: Check): TakeOutResult {
  const taken: Problem[] = [];
  let rest = value;
  let left = check(value);
  // Taking one thing out may make another wrong, such as an object that is too small now.
  for (let pass = 0; pass < maxPasses; pass++) {
    const problems = left.filter(isRemovable);
    if (problems.length === 0) break;
    rest = without(
      rest,
      problems.map(({ segments }) => segments),
    );
    taken.push(...problems);
    left = check(rest);
  }
  return { value: rest, taken, left };
}

const maxPasses = 10;

function isRemovable({ segments, keyword }: Problem): boolean {
  return segments.length > 0 && keyword !== 'required' && keyword !== 'dependentRequired';
}

type Place = readonly (string | number)[];

/** A copy without what stands at these places; none of them is empty. */
function without(value: unknown, places: readonly Place[]): unknown {
  const inner = Map.groupBy(places, ([first]) => first);
  const isGone = (name: string | number) => inner.get(name)?.some((place) => place.length === 1) === true;
  const rest = (name: string | number, each: unknown) => {
    const below = inner.get(name);
    return below === undefined
      ? each
      : without(
          each,
          below.map((place) => place.slice(1)),
        );
  };
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => (isGone(index) ? [] : [rest(index, item)]));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (isGone(name) ? [] : [[name, rest(name, each)]])),
  );
}
