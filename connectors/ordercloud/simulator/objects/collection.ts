import type { ObjectType, Thing } from './object-types.ts';

/** Objects of one type under their IDs. */
export interface Collection {
  readonly type: ObjectType;
  readonly size: number;
  get(id: string): Thing | undefined;
  /** Adds an object, or puts it in the place of the one with the same ID. */
  put(thing: Thing): void;
  remove(id: string): void;
  /** Sorted by ID, by code unit; kept sorted, so that paging by the last ID is a search and not a scan. */
  list(): readonly Thing[];
}

export function createCollection(type: ObjectType): Collection {
  const positions = new Map<string, number>();
  const things = new Map<string, Thing>();
  let sorted: Thing[] | undefined = [];
  return {
    type,
    get size() {
      return things.size;
    },
    get: (id) => things.get(id),
    put: (thing) => {
      const id = idOf(thing);
      sorted = placeIn(sorted, positions, thing, things.has(id));
      things.set(id, thing);
    },
    remove: (id) => {
      if (things.delete(id)) sorted = undefined;
    },
    list: () => {
      if (sorted !== undefined) return sorted;
      sorted = [...things.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
      positions.clear();
      for (const [position, thing] of sorted.entries()) positions.set(idOf(thing), position);
      return sorted;
    },
  };
}

export function idOf(thing: Thing): string {
  return String(thing['ID']);
}

/** How many objects of a list sorted by ID stand before or at this one. */
export function countUpTo(sorted: readonly Thing[], id: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const thing = sorted[middle];
    if (thing !== undefined && idOf(thing) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keeps the sorted list where that is cheap (a change in place, an ID after the last); otherwise it is sorted anew when asked for. */
function placeIn(
  sorted: Thing[] | undefined,
  positions: Map<string, number>,
  thing: Thing,
  isKnown: boolean,
): Thing[] | undefined {
  if (sorted === undefined) return undefined;
  const id = idOf(thing);
  const last = sorted.at(-1);
  if (!isKnown && last !== undefined && idOf(last) >= id) return undefined;
  const position = isKnown ? positions.get(id) : sorted.length;
  if (position === undefined) return undefined;
  sorted[position] = thing;
  positions.set(id, position);
  return sorted;
}
