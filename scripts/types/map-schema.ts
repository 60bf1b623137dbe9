export type Schema = Readonly<Record<string, unknown>>;

const oneInside = ['items', 'additionalProperties', 'not', 'propertyNames', 'then'];
export const manyInside = ['oneOf', 'anyOf', 'allOf'] as const;
const namedInside = ['properties', '$defs'];

/** A schema with each schema in it changed, from the innermost out; what is no schema (an example, a default) stays. */
export function mapSchema(schema: Schema, change: (node: Schema) => Schema): Schema {
  const inner = (node: unknown) => (isSchema(node) ? mapSchema(node, change) : node);
  const members = Object.entries(schema).map(([keyword, value]) => {
    if (oneInside.includes(keyword)) return [keyword, inner(value)];
    if (Array.isArray(value) && manyInside.some((each) => each === keyword))
      return [keyword, value.map(inner)];
    if (!namedInside.includes(keyword) || !isSchema(value)) return [keyword, value];
    const named = Object.entries(value).map(([name, node]) => [name, inner(node)]);
    return [keyword, Object.fromEntries(named)];
  });
  return change(Object.fromEntries(members));
}

export function definitionsOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema['$defs'] ?? {}) as Readonly<Record<string, Schema>>;
}

export function isSchema(node: unknown): node is Schema {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
