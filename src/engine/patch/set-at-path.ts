import { Fault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { present } from '../../contract/present.ts';
import { toPath } from '../../contract/to-path.ts';
import type { PathPart } from './member-path.ts';

/**
 * A copy of the record in which one member has another value. A member that its object does not have is added; whatever
 * lies above it must be there. Throws a Fault TL_ARGUMENT_INVALID that says what is there instead.
 */
export function setAtPath(record: unknown, parts: readonly PathPart[], value: unknown): unknown {
  return setAt(record, parts, { value, place: [] });
}

interface Setting {
  readonly value: unknown;
  /** Where in the record this is. */
  readonly place: readonly (string | number)[];
}

function setAt(here: unknown, parts: readonly PathPart[], { value, place }: Setting): unknown {
  const [part] = parts;
  if (part === undefined) return value;
  if (typeof part === 'number') {
    if (!Array.isArray(here)) throw notThere(place, `item [${part}]`, here);
    if (part >= here.length) throw notThere(place, `item [${part}]`, here);
    const item = setAt(here[part], parts.slice(1), { value, place: [...place, part] });
    return here.with(part, item);
  }
  if (!isJsonObject(here)) throw notThere(place, `member "${part.name}"`, here);
  const { name, rest } = longestName(here, parts);
  if (rest.length > 0 && !Object.hasOwn(here, name)) throw notThere(place, `member "${name}"`, here);
  const before = Object.hasOwn(here, name) ? here[name] : undefined;
  return putMember(here, name, setAt(before, rest, { value, place: [...place, name] }));
}

/** `@odata.etag` is one name where there is such a member, else two. */
function longestName(
  here: JsonObject,
  parts: readonly PathPart[],
): { name: string; rest: readonly PathPart[] } {
  const names: string[] = [];
  for (const part of parts) {
    if (typeof part === 'number' || (part.isQuoted && names.length > 0)) break;
    names.push(part.name);
    if (part.isQuoted) break;
  }
  for (let count = names.length; count > 1; count -= 1) {
    const name = names.slice(0, count).join('.');
    if (Object.hasOwn(here, name)) return { name, rest: parts.slice(count) };
  }
  return { name: present(names[0], 'a name'), rest: parts.slice(1) };
}

/** In the place where the member was. A plain assignment would lose one that is called `__proto__`. */
export function putMember(object: JsonObject, name: string, value: unknown): JsonObject {
  const entries = Object.entries(object);
  const nth = entries.findIndex(([each]) => each === name);
  return Object.fromEntries(nth < 0 ? [...entries, [name, value]] : entries.with(nth, [name, value]));
}

function notThere(place: readonly (string | number)[], what: string, here: unknown): Fault {
  const where = place.length === 0 ? 'the record' : `\`${toPath(place)}\``;
  return new Fault('TL_ARGUMENT_INVALID', `there is no ${what} in ${where}: ${describePlace(here)}`);
}

/** What is at a place of a record, without its values. */
export function describePlace(here: unknown): string {
  if (Array.isArray(here))
    return here.length === 0 ? 'it is an empty list' : `it has ${here.length} items, from [0] on`;
  if (isJsonObject(here)) {
    const names = Object.keys(here);
    const shown = names.slice(0, 12).map((name) => toPath([name]));
    return names.length === 0 ? 'it is empty' : `it has ${shown.join(', ')}${names.length > 12 ? ', …' : ''}`;
  }
  if (here === undefined) return 'it is not there';
  return here === null ? 'it is null' : `it is a ${typeof here}`;
}
