import { isJsonObject, type JsonObject } from '../../contract/json.ts';

/** A whole schema as a part of another: its own `#/…` references count from where it stands now. */
export function embedSchema(schema: JsonObject, pointer: string): JsonObject {
  const { $schema: _dialect, $id: _name, ...rest } = schema;
  return moveReferences(rest, pointer) as JsonObject;
}

function moveReferences(node: unknown, pointer: string): unknown {
  if (Array.isArray(node)) return node.map((each) => moveReferences(each, pointer));
  if (!isJsonObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => {
      const isOwn = name === '$ref' && typeof value === 'string' && value.startsWith('#');
      return [name, isOwn ? `#${pointer}${value.slice(1)}` : moveReferences(value, pointer)];
    }),
  );
}
