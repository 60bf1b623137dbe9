import { isJsonObject, type JsonObject } from '../contract/json.ts';

/** A configuration with what its schema's `default`s say for members that were left out. */
export function withDefaults(schema: JsonObject, config: JsonObject): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const result: Record<string, unknown> = { ...config };
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property)) continue;
    const value = result[name] === undefined ? property['default'] : result[name];
    if (value !== undefined) result[name] = isJsonObject(value) ? withDefaults(property, value) : value;
  }
  return result;
}
