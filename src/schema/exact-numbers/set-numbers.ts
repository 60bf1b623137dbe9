import { isExactText, toExactNumber } from '../../contract/exact-json/json-number.ts';
import { isJsonObject } from '../../contract/json.ts';

/** Does a value hold the text of a number that a double cannot hold? */
export function hasExactText(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const each = open.pop();
    if (isExactText(each)) return true;
    if (Array.isArray(each)) for (const item of each) open.push(item);
    else if (isJsonObject(each)) for (const name in each) open.push(each[name]);
  }
  return false;
}

type Place = readonly (string | number)[];

/** A copy of a value in which the texts at these places are numbers with their digits. What has none of them is shared. */
export function setNumbers(value: unknown, places: readonly Place[]): unknown {
  if (places.some((place) => place.length === 0)) {
    return isExactText(value) ? toExactNumber(value) : value;
  }
  const inner = Map.groupBy(places, ([first]) => first);
  const change = (name: string | number, each: unknown): unknown => {
    const below = inner.get(name);
    return below === undefined
      ? each
      : setNumbers(
          each,
          below.map((place) => place.slice(1)),
        );
  };
  if (places.length === 0) return value;
  if (Array.isArray(value)) return value.map((item, index) => change(index, item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(name, each)]));
}
