import { isJsonObject } from '../contract/json.ts';
import { type RaisedProblem, typeName } from './expression/raised.ts';

/** One leaf of a `set`: where its value goes in the record. */
export interface LeafEdit {
  /** Member names from the top of the record. */
  readonly target: readonly string[];
  /** Where the leaf stands in the tree: keys as they are written. */
  readonly path: readonly string[];
  readonly node: unknown;
}

type Members = Readonly<Record<string, unknown>>;

/** Flattens a `set`. Nested objects and dotted keys mean the same; a key that is no path makes `target` empty. */
export function* toEdits(
  tree: Members,
  above: Pick<LeafEdit, 'target' | 'path'> = { target: [], path: [] },
): Generator<LeafEdit> {
  for (const [key, node] of Object.entries(tree)) {
    const names = splitKey(key);
    const path = [...above.path, key];
    const target = names.length === 0 ? [] : [...above.target, ...names];
    if (target.length > 0 && isJsonObject(node) && Object.keys(node).length > 0)
      yield* toEdits(node, { target, path });
    else yield { target, path, node };
  }
}

/** A copy of `members` with the member at `target` set; what is not on the way is shared. */
export function withMember(members: Members, target: readonly string[], value: unknown): Members {
  const [name = '', ...rest] = target;
  if (rest.length === 0) return { ...members, [name]: value };
  const below = Object.hasOwn(members, name) ? (members[name] ?? {}) : {};
  if (!isJsonObject(below)) {
    const message = `\`set\` reaches into \`${name}\`, which must be an object, got ${typeName(below)}`;
    throw { raised: 'argument', message } satisfies RaisedProblem;
  }
  return { ...members, [name]: withMember(below, rest, value) };
}

/** Names between dots; a name that has a dot itself stands in backquotes. None: not a path. */
function splitKey(key: string): readonly string[] {
  const names = key.match(/`[^`]+`|[^.`]+/g) ?? [];
  if (names.join('.') !== key) return [];
  return names.map((name) => (name.startsWith('`') ? name.slice(1, -1) : name));
}
