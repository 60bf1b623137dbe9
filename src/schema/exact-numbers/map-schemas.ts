import { isJsonObject, type JsonObject } from '../../contract/json.ts';

const withOneSchema = [
  ...['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'items', 'unevaluatedItems'],
  ...['contains', 'not', 'if', 'then', 'else'],
];
const withListOfSchemas = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const withNamedSchemas = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'];

/** A copy of a JSON Schema in which each schema is what `change` makes of it, those inside before those around them. */
export function mapSchemas(schema: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const inner = (each: unknown): unknown => (isJsonObject(each) ? mapSchemas(each, change) : each);
  const copy: Record<string, unknown> = { ...schema };
  for (const [name, value] of Object.entries(schema)) {
    if (withOneSchema.includes(name)) copy[name] = inner(value);
    else if (withListOfSchemas.includes(name) && Array.isArray(value)) copy[name] = value.map(inner);
    else if (withNamedSchemas.includes(name) && isJsonObject(value)) {
      copy[name] = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inner(each)]));
    }
  }
  return change(copy);
}
