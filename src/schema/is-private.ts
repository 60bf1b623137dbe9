import type { ErrorObject } from 'ajv';
import { isJsonObject, type JsonObject } from '../contract/json.ts';

/**
 * Must the value be kept out of messages? So it is when the node of the schema, or any node on the way to it, is
 * marked `x-personal: true` or `writeOnly: true`; `schema` is the root, walked along the value's path.
 */
export function isPrivate(error: ErrorObject, schema: JsonObject): boolean {
  if (isMarked(error.parentSchema)) return true;
  let nodes: readonly JsonObject[] = withBranches(schema, schema);
  if (nodes.some(isMarked)) return true;
  for (const part of error.instancePath.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    nodes = nodes.flatMap((node) => children(node, name)).flatMap((child) => withBranches(child, schema));
    // A place that the walk cannot see (a schema of another file) is treated as private: better mute than loud.
    if (nodes.length === 0) return true;
    if (nodes.some(isMarked)) return true;
  }
  return false;
}

function isMarked(node: unknown): boolean {
  return isJsonObject(node) && (node['x-personal'] === true || node['writeOnly'] === true);
}

function children(node: JsonObject, name: string): readonly unknown[] {
  const { properties, items, prefixItems, additionalProperties, patternProperties } = node;
  const own = isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
  const index = Array.isArray(prefixItems) ? [prefixItems[Number(name)]] : [];
  const patterns = isJsonObject(patternProperties)
    ? Object.entries(patternProperties)
        .filter(([pattern]) => new RegExp(pattern, 'u').test(name))
        .map(([, each]) => each)
    : [];
  return [...own, ...index, ...patterns, ...(own.length === 0 ? [items, additionalProperties] : [])];
}

/** A node and what it refers to and is composed of. */
function withBranches(node: unknown, root: JsonObject, depth = 0): readonly JsonObject[] {
  if (!isJsonObject(node) || depth > 16) return [];
  const { $ref, allOf, anyOf, oneOf, if: condition, then, else: otherwise } = node;
  const lists = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const referred = typeof $ref === 'string' ? resolve($ref, root) : undefined;
  const more = [...lists, condition, then, otherwise, referred];
  return [node, ...more.flatMap((each) => withBranches(each, root, depth + 1))];
}

/** `#/$defs/money` within the root schema; references to other schemas are not followed. */
function resolve(ref: string, root: JsonObject): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let node: unknown = root;
  for (const part of ref.slice(2).split('/')) {
    node = isJsonObject(node) ? node[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return node;
}
