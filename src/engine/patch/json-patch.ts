import { Fault } from '../../contract/fault.ts';
import { isJsonObject } from '../../contract/json.ts';
import { present } from '../../contract/present.ts';
import { type Pointer, toPointerText } from './json-pointer.ts';
import { listChanges } from './list-changes.ts';
import type { PatchOperation } from './parse-json-patch.ts';
import { describePlace, putMember } from './set-at-path.ts';

/** What a JSON Patch has made of a value, or the place of which it wanted to know that it is something else. */
export type JsonPatchResult = { readonly value: unknown } | { readonly untrue: string };

/**
 * JSON Patch (RFC 6902) over a copy of the value: one operation after the other. Where a `test` is not true, nothing is
 * patched. Throws a Fault TL_ARGUMENT_INVALID for a place that is not there, with what is there instead.
 */
export function applyJsonPatch(before: unknown, operations: readonly PatchOperation[]): JsonPatchResult {
  let value = before;
  for (const [nth, operation] of operations.entries()) {
    if (operation.op !== 'test') value = apply(value, operation, `operation [${nth}] (${operation.op})`);
    else if (!isTrue(value, operation)) return { untrue: toPointerText(operation.path) };
  }
  return { value };
}

function isTrue(value: unknown, { path, value: expected }: Extract<PatchOperation, { op: 'test' }>): boolean {
  const found = find(value, path);
  return found.length > 0 && listChanges(found[0], expected).length === 0;
}

type Change = Exclude<PatchOperation, { op: 'test' }>;

function apply(value: unknown, operation: Change, what: string): unknown {
  const { op, path } = operation;
  switch (op) {
    case 'add':
      return changeAt(value, path, { put: operation.value, how: 'insert', what });
    case 'replace':
      get(value, path, what);
      return changeAt(value, path, { put: operation.value, how: 'replace', what });
    case 'remove':
      get(value, path, what);
      return changeAt(value, path, { how: 'remove', what });
    case 'copy':
      return changeAt(value, path, { put: get(value, operation.from, what), how: 'insert', what });
    case 'move': {
      const moved = get(value, operation.from, what);
      const rest = changeAt(value, operation.from, { how: 'remove', what });
      return changeAt(rest, path, { put: moved, how: 'insert', what });
    }
  }
}

type Putting = { readonly what: string } & (
  | { readonly how: 'insert' | 'replace'; readonly put: unknown }
  | { readonly how: 'remove' }
);

function changeAt(here: unknown, path: Pointer, putting: Putting, place: Pointer = []): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return putting.how === 'remove' ? null : putting.put;
  if (rest.length > 0) {
    const inner = changeAt(get(here, [name], putting.what, place), rest, putting, [...place, name]);
    return Array.isArray(here) ? here.with(Number(name), inner) : putMember(objectOf(here), name, inner);
  }
  if (Array.isArray(here)) return changeItem(here, name, putting, place);
  if (!isJsonObject(here)) throw notThere(place, name, here, putting.what);
  if (putting.how !== 'remove') return putMember(here, name, putting.put);
  return Object.fromEntries(Object.entries(here).filter(([each]) => each !== name));
}

function changeItem(
  here: readonly unknown[],
  name: string,
  putting: Putting,
  place: Pointer,
): readonly unknown[] {
  const at = name === '-' ? here.length : itemIndex(name);
  const end = putting.how === 'insert' ? here.length : here.length - 1;
  if (at === undefined || at > end) throw notThere(place, name, here, putting.what);
  if (putting.how === 'insert') return here.toSpliced(at, 0, putting.put);
  return putting.how === 'replace' ? here.with(at, putting.put) : here.toSpliced(at, 1);
}

/** What is there, in a list of one; an empty list: nothing. */
function find(value: unknown, path: Pointer): readonly [unknown?] {
  let here = value;
  for (const name of path) {
    if (Array.isArray(here)) {
      const at = itemIndex(name);
      if (at === undefined || at >= here.length) return [];
      here = here[at];
    } else if (isJsonObject(here) && Object.hasOwn(here, name)) here = here[name];
    else return [];
  }
  return [here];
}

function get(value: unknown, path: Pointer, what: string, place: Pointer = []): unknown {
  for (let length = 1; length <= path.length; length += 1) {
    if (find(value, path.slice(0, length)).length > 0) continue;
    const above = path.slice(0, length - 1);
    const name = present(path[length - 1], 'a name of a pointer');
    throw notThere([...place, ...above], name, find(value, above)[0], what);
  }
  return find(value, path)[0];
}

/** No sign, no leading zero, as RFC 6901 has it. */
function itemIndex(name: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : undefined;
}

function objectOf(here: unknown) {
  if (isJsonObject(here)) return here;
  throw new Fault('TL_DEFECT', 'a member was found in what is no object');
}

function notThere(place: Pointer, name: string, here: unknown, what: string): Fault {
  const where = place.length === 0 ? 'the record' : toPointerText(place);
  return new Fault(
    'TL_ARGUMENT_INVALID',
    `${what}: there is no "${name}" in ${where}: ${describePlace(here)}`,
  );
}
