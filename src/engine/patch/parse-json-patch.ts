import { Fault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { type Pointer, parsePointer } from './json-pointer.ts';

/** One of a JSON Patch (RFC 6902), understood. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: Pointer; readonly value: unknown }
  | { readonly op: 'test'; readonly path: Pointer; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: Pointer }
  | { readonly op: 'move' | 'copy'; readonly path: Pointer; readonly from: Pointer };

/**
 * The operations of a JSON Patch. Throws a Fault TL_ARGUMENT_INVALID that says which of them, counted from [0], is not
 * as it must be. @param what - names the patch in messages.
 */
export function parseJsonPatch(patch: unknown, what: string): readonly PatchOperation[] {
  if (!Array.isArray(patch)) {
    throw new Fault('TL_ARGUMENT_INVALID', `${what}: expected a list of operations (JSON Patch, RFC 6902)`);
  }
  return patch.map((operation: unknown, nth) => parseOperation(operation, `${what}: operation [${nth}]`));
}

function parseOperation(operation: unknown, what: string): PatchOperation {
  if (!isJsonObject(operation)) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `${what}: expected an object such as {"op": "replace", "path": "/country", "value": "DE"}`,
    );
  }
  const op = ownMember(operation, 'op');
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      return { op, path: pathOf(operation, 'path', what), value: operandOf(operation, what) };
    case 'remove':
      return { op, path: pathOf(operation, 'path', what) };
    case 'move':
    case 'copy': {
      const [path, from] = [pathOf(operation, 'path', what), pathOf(operation, 'from', what)];
      if (op === 'move') refuseInside(from, path, what);
      return { op, path, from };
    }
    default: {
      const got = op === undefined ? 'nothing' : JSON.stringify(op);
      const message = `${what}: expected \`op\` to be add, remove, replace, move, copy or test, got ${got}`;
      throw new Fault('TL_ARGUMENT_INVALID', message);
    }
  }
}

function pathOf(operation: JsonObject, name: 'path' | 'from', what: string): Pointer {
  return parsePointer(ownMember(operation, name), `${what}: \`${name}\``);
}

function operandOf(operation: JsonObject, what: string): unknown {
  if (Object.hasOwn(operation, 'value')) return operation['value'];
  throw new Fault('TL_ARGUMENT_INVALID', `${what}: expected a \`value\`; null is one too`);
}

/** It would take away where it has to go. */
function refuseInside(from: Pointer, path: Pointer, what: string): void {
  const isInside = path.length > from.length && from.every((name, nth) => name === path[nth]);
  if (isInside) throw new Fault('TL_ARGUMENT_INVALID', `${what}: nothing can be moved into itself`);
}

function ownMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
