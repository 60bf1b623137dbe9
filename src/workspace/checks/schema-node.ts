import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { compilePattern } from '../../regexp/pattern.ts';

/** A part of a JSON Schema together with the whole it belongs to, which its `$ref`s count from. */
export interface SchemaNode {
  readonly schema: JsonObject;
  readonly root: JsonObject;
  /** Other schemas that a `$ref` may name by their `$id`. */
  readonly others: readonly JsonObject[];
}

export function rootNode(schema: JsonObject, others: readonly JsonObject[] = []): SchemaNode {
  return resolveNode({ schema, root: schema, others });
}

/** The node with its `$ref` followed; keywords beside the `$ref` (a description, `writeOnly`) win. */
export function resolveNode(node: SchemaNode): SchemaNode {
  const { $ref: ref, ...beside } = node.schema;
  if (typeof ref !== 'string') return node;
  const [id = '', pointer = ''] = ref.split('#');
  const root = id === '' ? node.root : node.others.find((other) => idOf(other) === absolute(id, node.root));
  const target = root === undefined ? undefined : atPointer(root, pointer);
  if (root === undefined || !isJsonObject(target)) return { ...node, schema: beside };
  const resolved = resolveNode({ schema: target, root, others: node.others });
  return { ...resolved, schema: { ...resolved.schema, ...beside } };
}

/** The node for one member keyword: `child(node, node.schema.items)`. `undefined` for `true`, `false` and nothing. */
export function childNode(node: SchemaNode, schema: unknown): SchemaNode | undefined {
  return isJsonObject(schema) ? resolveNode({ ...node, schema }) : undefined;
}

/** What an object's member is checked against; `false`: no such member is allowed. */
export function memberNode(node: SchemaNode, name: string): SchemaNode | false | undefined {
  const { properties, patternProperties, additionalProperties } = node.schema;
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) return childNode(node, properties[name]);
  if (isJsonObject(patternProperties)) {
    const pattern = Object.keys(patternProperties).find((source) => compilePattern(source, 'u').test(name));
    if (pattern !== undefined) return childNode(node, patternProperties[pattern]);
  }
  return additionalProperties === false ? false : childNode(node, additionalProperties);
}

export function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  return [...listAt(node, 'oneOf'), ...listAt(node, 'anyOf')];
}

export function listAt(node: SchemaNode, keyword: 'oneOf' | 'anyOf' | 'allOf'): readonly SchemaNode[] {
  const list = node.schema[keyword];
  if (!Array.isArray(list)) return [];
  return list.flatMap((schema) => childNode(node, schema) ?? []);
}

export function typesOf(node: SchemaNode): readonly string[] {
  const { type } = node.schema;
  return typeof type === 'string' ? [type] : Array.isArray(type) ? type.map(String) : [];
}

export function textsAt(node: SchemaNode, keyword: 'required' | 'enum'): readonly string[] {
  const list = node.schema[keyword];
  return Array.isArray(list) ? list.map(String) : [];
}

export function idOf(schema: JsonObject): string {
  return typeof schema.$id === 'string' ? schema.$id : '';
}

function absolute(id: string, from: JsonObject): string {
  return URL.canParse(id, idOf(from)) ? new URL(id, idOf(from)).href : id;
}

function atPointer(root: JsonObject, pointer: string): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>((value, name) => {
    if (Array.isArray(value)) return value[Number(name)];
    return isJsonObject(value) ? value[name] : undefined;
  }, root);
}
