import { isJsonObject, type JsonObject } from '../../contract/json.ts';

/**
 * A schema that also takes `${NAME}` wherever it wants a value that such a text cannot be: `validate` looks at what the
 * reference stands for, an editor sees only the text. Constants stay as they are, since branches are told by them.
 */
export function allowReferences(schema: JsonObject): JsonObject {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, allowWithin(keyword, value)]),
  );
  return refusesReferences(inner) ? orReference(inner) : inner;
}

const reference = Object.freeze({ type: 'string', pattern: '\\$\\{' });
const byName: readonly string[] = ['properties', 'patternProperties', '$defs', 'dependentSchemas'];
const lists: readonly string[] = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const single: readonly string[] = ['items', 'additionalProperties', 'then', 'else', 'contains'];

function allowWithin(keyword: string, value: unknown): unknown {
  if (byName.includes(keyword) && isJsonObject(value)) return mapMembers(value);
  if (lists.includes(keyword) && Array.isArray(value))
    return value.map((each: unknown) => (isJsonObject(each) ? allowReferences(each) : each));
  if (single.includes(keyword) && isJsonObject(value)) return allowReferences(value);
  return value;
}

function mapMembers(schemas: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, each]) => [name, isJsonObject(each) ? allowReferences(each) : each]),
  );
}

/** Is this one value, and of a kind that no text with `${` in it can be? */
function refusesReferences({ type, pattern, format, enum: choices, maxLength }: JsonObject): boolean {
  if (choices !== undefined) return true;
  if (type === 'string') return [pattern, format, maxLength].some((keyword) => keyword !== undefined);
  return type === 'number' || type === 'integer' || type === 'boolean';
}

/** What is said about the value stays outside, where hover and completion look for it. */
function orReference(schema: JsonObject): JsonObject {
  const { title, description, default: fallback, writeOnly, examples, ...strict } = schema;
  const about = { title, description, default: fallback, writeOnly, examples };
  const said = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
  return { ...said, anyOf: [strict, reference] };
}
