import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { type RaisedProblem, typeName } from './raised.ts';

/**
 * JSONata marks the arrays it makes (`sequence`, `cons`, …), and a later expression would unwrap a marked array of
 * one; its objects have no prototype. Results leave as ordinary JSON values. What came from the input is not copied.
 */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return toPlainArray(value);
  if (isJsonObject(value)) return toPlainObject(value);
  if (typeof value === 'function') throw isFunction(value);
  return value;
}

function toPlainArray(value: readonly unknown[]): unknown {
  let plain: unknown[] | undefined = isMarked(value) ? [...value] : undefined;
  for (let index = 0; index < value.length; index += 1) {
    const item = toPlain(value[index]);
    if (item === value[index]) continue;
    plain ??= [...value];
    plain[index] = item;
  }
  return plain ?? value;
}

function toPlainObject(value: JsonObject): unknown {
  if (value['_jsonata_lambda'] === true || value['_jsonata_function'] === true) throw isFunction(value);
  let plain: Record<string, unknown> | undefined =
    Object.getPrototypeOf(value) === null ? { ...value } : undefined;
  for (const name of Object.keys(value)) {
    const member = toPlain(value[name]);
    if (member === value[name]) continue;
    plain ??= { ...value };
    plain[name] = member;
  }
  return plain ?? value;
}

function isMarked(value: readonly unknown[]): boolean {
  return 'sequence' in value || 'cons' in value || 'keepSingleton' in value || 'tupleStream' in value;
}

function isFunction(value: unknown): RaisedProblem {
  return {
    raised: 'argument',
    message: `the result holds ${typeName(value)}`,
    hint: 'call the function: its name is followed by parentheses',
  };
}
