import { isJsonObject, type JsonObject } from '../../contract/json.ts';

/**
 * What records of a resource look like, learned from those that came. It grows and never shrinks, so that what two
 * processes have learned can be laid together in any order.
 */
export interface LearnedShape {
  readonly root: Shape;
  /** Nodes of the tree, so that it stays bounded. */
  paths: number;
  /** Something was learned that is not kept yet. */
  isChanged: boolean;
}

/** One place of the records. */
export interface Shape {
  /** Kinds of values seen here, a sum of `kinds`; null is none. */
  kinds: number;
  /** It was left out, or null, at some time while what holds it was there. */
  isOptional: boolean;
  members?: Members;
  items?: Shape;
}

export interface Members {
  /** Objects seen here; not counted any further than `matureAfter`. */
  seen: number;
  /** Members of the largest of them. */
  widest: number;
  /** Its names are data: all members are one, `*`. */
  isMap: boolean;
  /** Members that every object seen had. */
  required: number;
  readonly named: Map<string, Shape>;
  /** Names that are not learned, met since this process knows the shape. */
  readonly strangers: Set<string>;
}

/** So many objects teach in silence which members there are. */
export const teaches = 100;
/** So many objects must have had a member before its absence means anything. */
export const matureAfter = 200;
/** An object with more different names than this, most of them rare, is a map. */
export const mapAbove = 60;
export const maxPaths = 2_000;

export const kinds = { text: 1, number: 2, boolean: 4, object: 8, list: 16 } as const;
export type ValueKind = keyof typeof kinds;

/** `undefined` for what is no value: null. */
export function valueKindOf(value: unknown): ValueKind | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  if (type === 'object') return 'object';
  if (type === 'number' || type === 'boolean') return type;
  return 'text';
}

/** `text or number`; `null` for none. */
export function kindWords(sum: number): string {
  const words = Object.entries(kinds).flatMap(([word, bit]) => ((sum & bit) === 0 ? [] : [word]));
  return words.length === 0 ? 'null' : words.join(' or ');
}

export function createShape(): LearnedShape {
  return { root: createNode(0), paths: 0, isChanged: false };
}

export function createNode(kindsSeen: number): Shape {
  return { kinds: kindsSeen, isOptional: false };
}

export function createMembers(): Members {
  return { seen: 0, widest: 0, isMap: false, required: 0, named: new Map(), strangers: new Set() };
}

/** A learned shape as JSON. */
export function toJson({ root }: LearnedShape): JsonObject {
  return nodeToJson(root);
}

function nodeToJson({ kinds: sum, isOptional, members, items }: Shape): JsonObject {
  return {
    kinds: sum,
    ...(isOptional && { optional: true }),
    ...(members && {
      seen: members.seen,
      widest: members.widest,
      ...(members.isMap && { map: true }),
      members: Object.fromEntries([...members.named].map(([name, child]) => [name, nodeToJson(child)])),
    }),
    ...(items && { items: nodeToJson(items) }),
  };
}

/** What `toJson` gave. Anything else is a shape of which nothing is known. */
export function parseShape(json: unknown): LearnedShape {
  const learned = createShape();
  parseNode(learned, learned.root, json);
  return learned;
}

function parseNode(learned: LearnedShape, node: Shape, json: unknown): void {
  if (!isJsonObject(json)) return;
  node.kinds = numberOf(json['kinds']);
  node.isOptional = json['optional'] === true;
  if (isJsonObject(json['members'])) {
    const members = createMembers();
    members.seen = numberOf(json['seen']);
    members.widest = numberOf(json['widest']);
    members.isMap = json['map'] === true;
    for (const [name, each] of Object.entries(json['members'])) {
      const child = addNode(learned, 0);
      parseNode(learned, child, each);
      members.named.set(name, child);
      if (!child.isOptional) members.required += 1;
    }
    node.members = members;
  }
  if (json['items'] !== undefined) {
    node.items = addNode(learned, 0);
    parseNode(learned, node.items, json['items']);
  }
}

export function addNode(learned: LearnedShape, kindsSeen: number): Shape {
  learned.paths += 1;
  return createNode(kindsSeen);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
