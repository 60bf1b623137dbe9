import type { JsonObject } from '../../contract/json.ts';

/**
 * A schema that takes these names alone. Its examples go: editors offer them as well, and they are names of other
 * workspaces. Without any name it stays as it is, since an empty list of choices would take nothing at all.
 */
export function withChoice(schema: JsonObject, names: readonly string[]): JsonObject {
  if (names.length === 0) return schema;
  const { examples: _ofOthers, ...rest } = schema;
  return { ...rest, ...choice(names) };
}

export function choice(names: readonly string[]): JsonObject {
  return names.length === 0 ? {} : { enum: [...names] };
}
