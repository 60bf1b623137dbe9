import { addNode, createMembers, type LearnedShape, type Members, type Shape } from './shape.ts';

/**
 * Lays what another process has learned over what this one has. Neither loses anything, and it does not matter who
 * comes first.
 */
export function mergeShape(into: LearnedShape, other: LearnedShape): void {
  mergeNode(into, into.root, other.root);
}

/** Adds what `other` knows to `node`. */
export function mergeNode(learned: LearnedShape, node: Shape, other: Shape): void {
  if ((node.kinds | other.kinds) !== node.kinds) {
    node.kinds |= other.kinds;
    learned.isChanged = true;
  }
  if (other.isOptional && !node.isOptional) {
    node.isOptional = true;
    learned.isChanged = true;
  }
  if (other.items) {
    node.items ??= addNode(learned, 0);
    mergeNode(learned, node.items, other.items);
  }
  if (other.members) {
    node.members ??= createMembers();
    mergeMembers(learned, node.members, other.members);
  }
}

function mergeMembers(learned: LearnedShape, mine: Members, theirs: Members): void {
  const before = { mine: mine.seen, theirs: theirs.seen };
  mine.seen = Math.max(before.mine, before.theirs);
  mine.widest = Math.max(mine.widest, theirs.widest);
  if (theirs.isMap && !mine.isMap) collapseMembers(learned, mine);
  for (const [name, other] of theirs.named) {
    const place = mine.isMap ? '*' : name;
    const known = mine.named.get(place);
    const child = known ?? addNode(learned, 0);
    mergeNode(learned, child, other);
    // Objects that I have seen did not have it.
    if (!known && (before.mine > 0 || place === '*')) makeOptional(learned, child);
    if (!known) mine.named.set(place, child);
    mine.strangers.delete(name);
  }
  for (const [name, child] of mine.named) {
    if (!theirs.named.has(name) && before.theirs > 0) makeOptional(learned, child);
  }
  mine.required = [...mine.named.values()].filter(({ isOptional }) => !isOptional).length;
}

function makeOptional(learned: LearnedShape, child: Shape): void {
  if (child.isOptional) return;
  child.isOptional = true;
  learned.isChanged = true;
}

/** Its names turned out to be data: all members become one. */
export function collapseMembers(learned: LearnedShape, members: Members): void {
  const all = addNode(learned, 0);
  for (const child of members.named.values()) mergeNode(learned, all, child);
  all.isOptional = true;
  members.named.clear();
  members.named.set('*', all);
  members.strangers.clear();
  members.isMap = true;
  members.required = 0;
  learned.paths = countPaths(learned.root);
  learned.isChanged = true;
}

function countPaths({ members, items }: Shape): number {
  const named = [...(members?.named.values() ?? [])].map((child) => 1 + countPaths(child));
  return named.reduce((sum, each) => sum + each, items ? 1 + countPaths(items) : 0);
}
