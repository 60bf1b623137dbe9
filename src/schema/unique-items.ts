import type { Ajv, SchemaValidateFunction } from 'ajv';
import { isJsonObject } from '../contract/json.ts';

/**
 * `uniqueItems` in one pass: ajv's own compares each item with each other one, so that a list of some hundred thousand
 * would hold up everything else for hours.
 */
export function addUniqueItems(ajv: Ajv): void {
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: findTwins,
    errors: true,
  });
}

const findTwins: SchemaValidateFunction = (wanted: boolean, items: readonly unknown[]) => {
  if (!wanted) return true;
  const seen = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    const text = JSON.stringify(item, inOrder);
    const j = seen.get(text);
    if (j !== undefined) {
      findTwins.errors = [{ keyword: 'uniqueItems', params: { i, j } }];
      return false;
    }
    seen.set(text, i);
  }
  return true;
};

/** Members of an object have no order of their own. */
function inOrder(_name: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value);
  return names.length < 2 ? value : Object.fromEntries(names.sort().map((name) => [name, value[name]]));
}
