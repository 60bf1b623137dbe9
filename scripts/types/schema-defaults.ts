import { definitionsOf, isSchema, manyInside, type Schema } from './map-schema.ts';

/**
 * What a file is taken to say where it says nothing: a tree of the `default`s of its schema, by the names of the keys.
 * Of several forms that a value may have, those of all of them. `undefined` where there are none.
 */
export function defaultsOf(root: Schema, node: Schema = root): unknown {
  const { $ref, ...own } = node;
  if (own['default'] !== undefined) return own['default'];
  const target = typeof $ref === 'string' ? definitionsOf(root)[$ref.replace('#/$defs/', '')] : undefined;
  const forms = manyInside.flatMap((keyword) => (own[keyword] ?? []) as readonly Schema[]);
  const inside = [target, own['then'] as Schema | undefined, ...forms].flatMap((each) =>
    each === undefined ? [] : [defaultsOf(root, each)],
  );
  const properties = isSchema(own['properties']) ? own['properties'] : {};
  const named = Object.entries(properties).flatMap(([name, child]) => {
    const value = isSchema(child) ? defaultsOf(root, child) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  const values = [...inside, named.length === 0 ? undefined : Object.fromEntries(named)];
  return values.reduce((one, other) => merge(one, other), undefined);
}

function merge(one: unknown, other: unknown): unknown {
  if (one === undefined || other === undefined) return one ?? other;
  if (!isSchema(one) || !isSchema(other)) return one;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, merge(one[name], other[name])]));
}
