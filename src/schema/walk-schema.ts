import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { compilePattern } from '../regexp/pattern.ts';

/** What one place of a value is described by: all nodes of the schema that speak of it. */
export type Nodes = readonly SchemaPlace[];

export interface SchemaPlace {
  readonly node: JsonObject;
  /** The schema that the node's `#/…` references count from. */
  readonly root: JsonObject;
}

export interface WalkedSchema {
  readonly schema: JsonObject;
  /** Schemas that a `$ref` may name by their `$id`. */
  readonly refs?: readonly JsonObject[];
}

/** The nodes of the value itself. */
export function rootNodes({ schema, refs = [] }: WalkedSchema): Nodes {
  return withBranches({ node: schema, root: schema }, refs);
}

/** The nodes of the member `name` (of a list: the index) of a value that `nodes` describe; none where nothing does. */
export function memberNodes(nodes: Nodes, name: string | number, refs: readonly JsonObject[] = []): Nodes {
  return nodes.flatMap(({ node, root }) =>
    children(node, String(name)).flatMap((child) =>
      isJsonObject(child) ? withBranches({ node: child, root }, refs) : [],
    ),
  );
}

/** `x-personal: true` or `writeOnly: true`. */
export function isMarked(node: unknown): boolean {
  return isJsonObject(node) && (node['x-personal'] === true || node['writeOnly'] === true);
}

function children(node: JsonObject, name: string): readonly unknown[] {
  const { properties, items, prefixItems, additionalProperties, patternProperties } = node;
  const own = isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
  const index = Array.isArray(prefixItems) ? [prefixItems[Number(name)]] : [];
  const patterns = isJsonObject(patternProperties)
    ? Object.entries(patternProperties)
        .filter(([pattern]) => compilePattern(pattern, 'u').test(name))
        .map(([, each]) => each)
    : [];
  return [...own, ...index, ...patterns, ...(own.length === 0 ? [items, additionalProperties] : [])];
}

/** A node and what it refers to and is composed of. */
function withBranches(place: SchemaPlace, refs: readonly JsonObject[], depth = 0): Nodes {
  if (depth > 16) return [];
  const { $ref, allOf, anyOf, oneOf, if: condition, then, else: otherwise } = place.node;
  const lists = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const more = [...lists, condition, then, otherwise].flatMap((node) =>
    isJsonObject(node) ? [{ node, root: place.root }] : [],
  );
  const referred = typeof $ref === 'string' ? resolve($ref, place.root, refs) : undefined;
  return [
    place,
    ...[...more, ...(referred ? [referred] : [])].flatMap((each) => withBranches(each, refs, depth + 1)),
  ];
}

/** `#/$defs/money` within the root schema, or within another one that is named by its `$id`. */
function resolve(ref: string, root: JsonObject, refs: readonly JsonObject[]): SchemaPlace | undefined {
  const [id = '', pointer = ''] = ref.split('#');
  const schema = id === '' ? root : refs.find((each) => each['$id'] === absolute(id, root));
  let node: unknown = schema;
  for (const part of pointer.split('/').slice(1)) {
    node = isJsonObject(node) ? node[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return schema && isJsonObject(node) ? { node, root: schema } : undefined;
}

function absolute(id: string, { $id }: JsonObject): string {
  const base = typeof $id === 'string' ? $id : undefined;
  return URL.canParse(id, base) ? new URL(id, base).href : id;
}
