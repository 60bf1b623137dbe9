import { isExactText } from '../../contract/exact-json/json-number.ts';
import { isFieldName, maxDepth } from '../deviation.ts';
import { collapseMembers } from './merge-shape.ts';
import {
  addNode,
  createMembers,
  kinds,
  kindWords,
  type LearnedShape,
  type Members,
  mapAbove,
  matureAfter,
  maxPaths,
  type Shape,
  teaches,
  type ValueKind,
  valueKindOf,
} from './shape.ts';

/** What is not as before at one place of a record. The segments are only lent: whoever keeps them makes a copy. */
export interface ShapeChange {
  readonly kind: 'new' | 'missing' | 'retyped';
  readonly segments: readonly string[];
  readonly expected: string;
  readonly got: ValueKind | 'null' | 'nothing';
  readonly value: unknown;
}

export type ShapeNotice = (change: ShapeChange) => void;

/**
 * Compares a record with what is known of its kind, and reports what is not as before. Whatever is young learns instead:
 * the first records, and the first objects of each place, teach in silence. Of what is new, or of another kind, nothing
 * is learned, nor is it looked into, until somebody accepts it.
 *
 * A record that is like the others costs a walk over its members and changes nothing.
 */
export function learnShape(learned: LearnedShape, record: unknown, notice: ShapeNotice): void {
  const seen = learned.root.members?.seen ?? 0;
  const walk = { learned, notice, at: [], isTaught: seen >= teaches, isMature: seen >= matureAfter };
  visit(walk, learned.root, { value: record, isYoung: !walk.isTaught });
}

interface Walk {
  readonly learned: LearnedShape;
  readonly notice: ShapeNotice;
  /** Where the walk is. */
  readonly at: string[];
  /** Enough records have been seen for something new to be reported. */
  readonly isTaught: boolean;
  /** Enough of them for something missing to be reported. */
  readonly isMature: boolean;
}

function visit(
  walk: Walk,
  node: Shape,
  { value, isYoung }: { readonly value: unknown; readonly isYoung: boolean },
): void {
  const kind = valueKindOf(value);
  if (kind === undefined) return;
  if ((node.kinds & kinds[kind]) === 0) {
    // What was only ever null until now has not become something else.
    if (node.kinds !== 0 && !isYoung) {
      // A number of so many digits is read as their text; it has not become another kind of value.
      if ((node.kinds & kinds.number) !== 0 && isExactText(value)) return;
      const expected = kindWords(node.kinds);
      walk.notice({ kind: 'retyped', segments: walk.at, expected, got: kind, value });
      return;
    }
    node.kinds |= kinds[kind];
    walk.learned.isChanged = true;
  }
  if (walk.at.length >= maxDepth) return;
  if (kind === 'object') visitObject(walk, node, value as Readonly<Record<string, unknown>>);
  if (kind === 'list') visitItems(walk, node, { items: value as readonly unknown[], isYoung });
}

function visitItems(
  walk: Walk,
  node: Shape,
  { items, isYoung }: { readonly items: readonly unknown[]; readonly isYoung: boolean },
): void {
  if (items.length === 0) return;
  node.items ??= addNode(walk.learned, 0);
  walk.at.push('[]');
  for (const value of items) visit(walk, node.items, { value, isYoung });
  walk.at.pop();
}

function visitObject(walk: Walk, node: Shape, object: Readonly<Record<string, unknown>>): void {
  node.members ??= createMembers();
  const { members } = node;
  const isYoung = !walk.isTaught || members.seen < teaches;
  const names = Object.keys(object);
  let present = 0;
  for (const name of names) {
    const value = object[name];
    if (value === undefined) continue;
    const place = members.named.has(name) ? name : placeOf(members, name);
    const child = members.named.get(place) ?? meetStranger(walk, members, { place, value, isYoung });
    if (child === undefined || value === null) continue;
    if (!child.isOptional) present += 1;
    walk.at.push(place);
    visit(walk, child, { value, isYoung });
    walk.at.pop();
  }
  if (present < members.required) noticeMissing(walk, members, object);
  grow(walk.learned, members, names.length);
}

function placeOf({ isMap }: Members, name: string): string {
  return isMap || !isFieldName(name) ? '*' : name;
}

/** A name that is not known here: learned while the place is young, reported afterwards. */
function meetStranger(
  walk: Walk,
  members: Members,
  { place, value, isYoung }: { readonly place: string; readonly value: unknown; readonly isYoung: boolean },
): Shape | undefined {
  const { learned, notice, at } = walk;
  if (learned.paths >= maxPaths) return undefined;
  if (!isYoung) {
    members.strangers.add(place);
    if (becomesMap(members)) collapseMembers(learned, members);
    else {
      at.push(place);
      notice({ kind: 'new', segments: at, expected: 'nothing', got: valueKindOf(value) ?? 'null', value });
      at.pop();
    }
    return undefined;
  }
  const child = addNode(learned, 0);
  // Those before it did not have it.
  child.isOptional = members.seen > 0 || value === null || place === '*';
  if (!child.isOptional) members.required += 1;
  members.named.set(place, child);
  learned.isChanged = true;
  return child;
}

function noticeMissing(walk: Walk, members: Members, object: Readonly<Record<string, unknown>>): void {
  for (const [name, child] of members.named) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (child.isOptional || (value !== undefined && value !== null)) continue;
    if (!walk.isMature || members.seen < matureAfter) {
      child.isOptional = true;
      members.required -= 1;
      walk.learned.isChanged = true;
      continue;
    }
    const got = value === null ? 'null' : 'nothing';
    walk.at.push(name);
    walk.notice({ kind: 'missing', segments: walk.at, expected: kindWords(child.kinds), got, value });
    walk.at.pop();
  }
}

function grow(learned: LearnedShape, members: Members, width: number): void {
  if (width > members.widest) members.widest = width;
  if (members.seen < matureAfter) {
    members.seen += 1;
    learned.isChanged = true;
  }
  if (!members.isMap && members.named.size > mapAbove && becomesMap(members))
    collapseMembers(learned, members);
}

/** Many names, of which each object has only few. A wide table has as many, but all of them in each record. */
function becomesMap({ named, strangers, widest }: Members): boolean {
  const names = named.size + strangers.size;
  return names > mapAbove && names > 2 * widest;
}
