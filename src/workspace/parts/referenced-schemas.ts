import { isJsonObject, type JsonObject } from '../../contract/json.ts';

/** Of `all`, the schemas that a schema refers to by `$id`, however far; itself not among them. */
export function referencedSchemas(schema: JsonObject, all: readonly JsonObject[]): readonly JsonObject[] {
  const found = new Set([schema]);
  for (const each of found) {
    for (const ref of refsIn(each)) {
      const other = all.find((candidate) => isNamed(candidate, ref, each));
      if (other !== undefined) found.add(other);
    }
  }
  found.delete(schema);
  return [...found];
}

function refsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(refsIn);
  if (!isJsonObject(node)) return [];
  const own = typeof node.$ref === 'string' && !node.$ref.startsWith('#') ? [node.$ref] : [];
  return [...own, ...Object.values(node).flatMap(refsIn)];
}

function isNamed(schema: JsonObject, ref: string, from: JsonObject): boolean {
  const [file = ''] = ref.split('#');
  const base = typeof from.$id === 'string' ? from.$id : undefined;
  return schema.$id === (URL.canParse(file, base) ? new URL(file, base).href : file);
}
