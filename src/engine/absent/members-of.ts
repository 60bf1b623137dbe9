import { isJsonObject, type JsonObject, setMember } from '../../contract/json.ts';
import { toPath } from '../../contract/to-path.ts';
import { isFieldName, maxDepth } from '../../schema/deviation.ts';

/** More members than this are not watched. */
export const maxMembers = 1_000;

// No name of a field holds either.
const within = '\t';
const between = '\n';

/**
 * The members of a payload as one text, in the order in which they come; nested objects by their paths, lists as they
 * are. Names that are data (numbers, dates, e-mail addresses) are left out. `undefined` where there is nothing to watch:
 * the payload is no object, or has too many members.
 */
export function membersOf(payload: unknown): string | undefined {
  if (!isJsonObject(payload)) return undefined;
  const paths: string[] = [];
  addMembers(paths, payload, { prefix: '', depth: 1 });
  return paths.length > maxMembers ? undefined : paths.join(between);
}

function addMembers(
  paths: string[],
  object: JsonObject,
  { prefix, depth }: { readonly prefix: string; readonly depth: number },
): void {
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === undefined || paths.length > maxMembers || !isWatched(name)) continue;
    const path = prefix + name;
    const before = paths.length;
    if (depth < maxDepth && isJsonObject(value))
      addMembers(paths, value, { prefix: path + within, depth: depth + 1 });
    if (paths.length === before) paths.push(path);
  }
}

/** Names come again with every record. */
const watched = new Map<string, boolean>();

function isWatched(name: string): boolean {
  const known = watched.get(name);
  if (known !== undefined) return known;
  if (watched.size > 10_000) watched.clear();
  const is = isFieldName(name);
  watched.set(name, is);
  return is;
}

/** The same set, whatever the order of its members. */
export function toSet(members: string): string {
  return members.split(between).sort().join(between);
}

/** All members of two sets; what has become an object, or is none any more, is known by its members. */
export function union(set: string, other: string): string {
  const paths = [...new Set([...set.split(between), ...other.split(between)])]
    .filter((path) => path !== '')
    .sort();
  const parents = new Set(paths.flatMap((path) => parentsOf(path)));
  return paths.filter((path) => !parents.has(path)).join(between);
}

function parentsOf(path: string): readonly string[] {
  const names = path.split(within);
  return names.slice(1).map((_name, index) => names.slice(0, index + 1).join(within));
}

/**
 * Members of a set that a payload does not have, each by the topmost of what is not there. What is there as something
 * else, `null` included, is given: it has not vanished.
 */
export function vanishedFrom(payload: unknown, set: string): readonly (readonly string[])[] {
  const vanished = new Map<string, readonly string[]>();
  for (const path of set.split(between)) {
    if (path === '') continue;
    const names = topmostMissing(payload, path.split(within));
    if (names) vanished.set(names.join(within), names);
  }
  return [...vanished.values()];
}

function topmostMissing(payload: unknown, names: readonly string[]): readonly string[] | undefined {
  let here = payload;
  for (const [index, name] of names.entries()) {
    if (!isJsonObject(here)) return undefined;
    if (!Object.hasOwn(here, name) || here[name] === undefined) return names.slice(0, index + 1);
    here = here[name];
  }
  return undefined;
}

/** A copy of the payload in which these members are `null`. What lies above each of them is there. */
export function withNulls(payload: unknown, paths: readonly (readonly string[])[]): unknown {
  return paths.reduce((copy, names) => withNull(copy, names), payload);
}

function withNull(here: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return null;
  const copy: Record<string, unknown> = {};
  const object = here as JsonObject;
  for (const each of Object.keys(object)) setMember(copy, each, object[each]);
  setMember(copy, name, withNull(Object.hasOwn(object, name) ? object[name] : undefined, rest));
  return copy;
}

export function formatMember(names: readonly string[]): string {
  return toPath(names);
}
