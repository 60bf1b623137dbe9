/** A JSON Schema, or a part of one. */
type Schema = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** A property of a schema as it is met on the way through a whole document. */
export interface Property {
  /** Keys in a document, separated by `/`: `trigger/schedule/cron`. */
  readonly at: string;
  readonly path: Path;
  readonly examples: readonly unknown[];
  /** A whole document that holds the object which the property belongs to. */
  readonly base: unknown;
}

/**
 * Every property of a schema, with a document to put its examples into: the first example of the schema itself, and
 * below a property the first example of that property. What a grammar chooses from (`oneOf`, `if … then`) is entered
 * by the first example of each choice. What is defined once and used in several places is met in the first of them.
 */
export function propertiesOf(root: Schema): readonly Property[] {
  const base = examplesOf(root)[0];
  return base === undefined ? [] : enter({ root, node: root, base, path: [], met: new Set() });
}

/** A copy of a document with another value at a path. */
export function withValue(document: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document)) {
    return document.map((item, index) =>
      String(index) === String(key) ? withValue(item, rest, value) : item,
    );
  }
  const object = toSchema(document);
  return { ...object, [key]: withValue(object[key], rest, value) };
}

export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)?.[key], document);
}

interface Place {
  readonly root: Schema;
  readonly node: Schema;
  readonly base: unknown;
  readonly path: Path;
  readonly met: Set<unknown>;
}

function enter(place: Place): readonly Property[] {
  const { root, node, base, path } = place;
  const below = (child: unknown, key: string | number): readonly Property[] =>
    enter({ ...place, node: resolve(root, child), path: [...path, key] });
  const value = valueAt(base, path);
  const names = Object.keys(toSchema(value)).filter((name) => !(name in toSchema(node['properties'])));
  return [
    ...Object.entries(toSchema(node['properties'])).flatMap(([key, child]) => property(place, key, child)),
    ...names.slice(0, 1).flatMap((name) => below(node['additionalProperties'], name)),
    ...(Array.isArray(value) && value.length > 0 ? below(node['items'], 0) : []),
    ...choicesOf(root, node).flatMap((choice) => {
      const example = examplesOf(choice)[0];
      return enter({
        ...place,
        node: choice,
        base: example === undefined ? base : withValue(base, path, example),
      });
    }),
  ];
}

function property(place: Place, key: string, child: unknown): readonly Property[] {
  if (place.met.has(child)) return [];
  place.met.add(child);
  const node = resolve(place.root, child);
  const path = [...place.path, key];
  const examples = examplesOf(node);
  const self = { at: path.join('/'), path, examples, base: place.base };
  if (examples.length === 0) return [self];
  return [self, ...enter({ ...place, node, path, base: withValue(place.base, path, examples[0]) })];
}

/** A node with what its `$ref` names; what stands beside the `$ref` wins. */
function resolve(root: Schema, child: unknown): Schema {
  const { $ref, ...beside } = toSchema(child);
  if (typeof $ref !== 'string') return beside;
  const keys = $ref.replace(/^#\//, '').split('/');
  return { ...resolve(root, valueAt(root, keys)), ...beside };
}

function choicesOf(root: Schema, node: Schema): readonly Schema[] {
  const list = (name: string) => (Array.isArray(node[name]) ? (node[name] as readonly unknown[]) : []);
  const conditional = list('allOf').map((part) => toSchema(part)['then'] ?? part);
  return [...list('oneOf'), ...list('anyOf'), ...conditional].map((choice) => resolve(root, choice));
}

function examplesOf(node: Schema): readonly unknown[] {
  return Array.isArray(node['examples']) ? node['examples'] : [];
}

function toSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
