import { isExactText } from '../../contract/exact-json/json-number.ts';
import type { JsonObject } from '../../contract/json.ts';
import { mapSchemas } from './map-schemas.ts';

/** Keywords that hold a number against a number. */
export const limitKeywords = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
] as const;

const exactLimit = new RegExp(`"(?:${limitKeywords.join('|')})":"`);

/** The schema as others know it: a limit that was read as a text with all its digits is the nearest number. */
export function withPlainLimits(schema: JsonObject): JsonObject {
  return exactLimit.test(JSON.stringify(schema)) ? mapSchemas(schema, toPlainLimits) : schema;
}

function toPlainLimits(schema: JsonObject): JsonObject {
  const limits = limitKeywords.filter((name) => isExactText(schema[name]));
  return { ...schema, ...Object.fromEntries(limits.map((name) => [name, Number(schema[name])])) };
}
