import type { Deviation } from '../deviation.ts';
import { addNode, createMembers, kinds, type LearnedShape, type Shape, type ValueKind } from './shape.ts';

/** A change as it was kept: where, what, and the kind of value that came. */
export interface KeptChange {
  /** Of another kind than `new`, `missing` and `retyped` no shape knows anything. */
  readonly kind: Deviation['kind'];
  readonly segments: readonly string[];
  readonly got: string;
}

/** Is it as the shape says by now, because somebody has accepted it or another process has learned it? */
export function isLearned({ root }: LearnedShape, { kind, segments, got }: KeptChange): boolean {
  const node = segments.reduce<Shape | undefined>((at, segment) => at && childOf(at, segment), root);
  if (node === undefined) return kind === 'missing';
  if (kind === 'retyped') return (node.kinds & bitOf(got)) !== 0;
  return kind === 'missing' ? node.isOptional : kind === 'new';
}

/** From now on it is right: the shape knows it. */
export function acceptChange(learned: LearnedShape, { kind, segments, got }: KeptChange): void {
  let node = learned.root;
  let holder: Shape | undefined;
  for (const segment of segments) {
    holder = node;
    node = childOf(node, segment) ?? addChild(learned, node, segment);
  }
  if (kind !== 'missing') node.kinds |= bitOf(got);
  if (kind !== 'retyped' && !node.isOptional) {
    node.isOptional = true;
    if (holder?.members) holder.members.required -= 1;
  }
  learned.isChanged = true;
}

function childOf({ members, items }: Shape, segment: string): Shape | undefined {
  if (segment === '[]') return items;
  return members?.named.get(members.isMap ? '*' : segment);
}

function addChild(learned: LearnedShape, node: Shape, segment: string): Shape {
  const child = addNode(learned, 0);
  if (segment === '[]') {
    node.items = child;
    return child;
  }
  // It is there in some objects only, as those before it did not have it.
  child.isOptional = true;
  node.members ??= createMembers();
  node.members.named.set(node.members.isMap ? '*' : segment, child);
  return child;
}

function bitOf(got: string): number {
  return kinds[got as ValueKind] ?? 0;
}
