import { isJsonObject, type JsonObject } from '../../../contract/json.ts';

const words: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  null: 'nothing',
};

/** A JSON Schema type as people say it. */
export function typeWords(type: string): string {
  return words[type] ?? type;
}

export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

export function fitsType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeOf(value) === type;
}

/** What came, short; of a secret only what kind of thing it is. */
export function describeValue(value: unknown, schema: JsonObject): string {
  const isSecret = schema.writeOnly === true || schema['x-personal'] === true;
  if (typeof value === 'string') return isSecret ? 'other text' : JSON.stringify(shortened(value));
  if (typeof value === 'number' && !isSecret) return String(value);
  if (typeof value === 'boolean' && !isSecret) return String(value);
  if (isJsonObject(value) || Array.isArray(value)) return typeWords(typeOf(value));
  return typeWords(typeOf(value));
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
