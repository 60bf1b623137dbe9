/** What a step of a path has found, as JSONata collects it. */
export interface FoundItems {
  readonly items: readonly unknown[];
  /** The one array that was found: where it stands in the data, as it stands there. */
  readonly kept: readonly unknown[] | undefined;
}

/** What an object inherits is not its own. */
export function getMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** The members of that name. What they hold as arrays is put together; in an array inside an array, so are its items'. */
export function lookUpAll(items: readonly unknown[], name: string): FoundItems {
  const found: unknown[] = [];
  let results = 0;
  let kept: readonly unknown[] | undefined;
  for (const item of items) {
    const inside = Array.isArray(item) ? collect(item, name, []) : undefined;
    const value = inside === undefined ? getMember(item, name) : inside.length > 1 ? inside : inside[0];
    if (value === undefined) continue;
    results += 1;
    if (Array.isArray(value)) {
      kept = value;
      for (const each of value) found.push(each);
    } else {
      found.push(value);
    }
  }
  return { items: found, kept: results === 1 ? kept : undefined };
}

function collect(items: readonly unknown[], name: string, into: unknown[]): unknown[] {
  for (const item of items) {
    const value = Array.isArray(item) ? collect(item, name, []) : getMember(item, name);
    if (Array.isArray(value)) into.push(...value);
    else if (value !== undefined) into.push(value);
  }
  return into;
}
