import { isJsonObject } from '../../../contract/json.ts';
import { compilePattern } from '../../../regexp/pattern.ts';
import { branchesOf, childNode, listAt, type SchemaNode, typesOf } from '../schema-node.ts';

/** What a schema says of a place: its nodes; that there cannot be such a place; or nothing, where it is open. */
export type AtPlace =
  | { readonly is: 'known'; readonly nodes: readonly SchemaNode[] }
  | { readonly is: 'absent' }
  | { readonly is: 'open' };

const open: AtPlace = { is: 'open' };

/** Follows names through a schema, lists stepped through. */
export function atPlace(root: SchemaNode, names: readonly string[]): AtPlace {
  let nodes: readonly SchemaNode[] = [root];
  for (const name of names) {
    const steps = allParts(nodes).map((node) => step(node, name));
    if (steps.some((each) => each === 'open')) return open;
    nodes = steps.flatMap((each) => (each === 'absent' || each === 'open' ? [] : [each]));
    if (nodes.length === 0) return { is: 'absent' };
  }
  return { is: 'known', nodes: allParts(nodes) };
}

/** The names that a schema lists at a place. */
export function namesAt(root: SchemaNode, names: readonly string[]): readonly string[] {
  const found = atPlace(root, names);
  if (found.is !== 'known') return [];
  return [
    ...new Set(
      found.nodes.flatMap(({ schema }) =>
        isJsonObject(schema.properties) ? Object.keys(schema.properties) : [],
      ),
    ),
  ];
}

function allParts(nodes: readonly SchemaNode[]): readonly SchemaNode[] {
  return nodes.flatMap((node) => partsOf(node));
}

/** A node, and all that a value there may have to fit as well: branches, and items where it is a list. */
function partsOf(node: SchemaNode, depth = 0): readonly SchemaNode[] {
  // Schemas may refer to themselves.
  if (depth > 8) return [node];
  const { items, prefixItems, then, else: otherwise } = node.schema;
  const more = [items, then, otherwise, ...(Array.isArray(prefixItems) ? prefixItems : [])];
  const inner = [
    ...branchesOf(node),
    ...listAt(node, 'allOf'),
    ...more.flatMap((schema) => childNode(node, schema) ?? []),
  ];
  return [node, ...inner.flatMap((part) => partsOf(part, depth + 1))];
}

function step(node: SchemaNode, name: string): SchemaNode | 'absent' | 'open' {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = node.schema;
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) {
    return childNode(node, properties[name]) ?? 'open';
  }
  if (isJsonObject(patternProperties)) {
    const pattern = Object.keys(patternProperties).find((source) => fitsPattern(name, source));
    if (pattern !== undefined) return childNode(node, patternProperties[pattern]) ?? 'open';
  }
  if (isJsonObject(additionalProperties)) return childNode(node, additionalProperties) ?? 'open';
  if (additionalProperties === false || unevaluatedProperties === false) return 'absent';
  const types = typesOf(node);
  const isNoObject = types.length > 0 && !types.includes('object');
  return isNoObject || (types.length === 0 && isWrapper(node)) ? 'absent' : 'open';
}

/** Of a pattern that is none, nothing is said here: the schema has a finding. */
export function fitsPattern(text: string, source: string): boolean {
  try {
    return compilePattern(source, 'u').test(text);
  } catch {
    return true;
  }
}

/** Only its parts say anything. */
function isWrapper(node: SchemaNode): boolean {
  const { oneOf, anyOf, allOf, enum: choices, const: only, items } = node.schema;
  return [oneOf, anyOf, allOf, choices, only, items].some((each) => each !== undefined);
}
