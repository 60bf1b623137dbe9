import { Fault } from '../../contract/fault.ts';

/** Where an item stands in its list: what the list is sorted by, the last of it unique. */
export type ListPlace = readonly (string | number)[];

/** What the parts of a list's places are. */
export type PlaceShape = readonly ('text' | 'number')[];

/** Opaque to whoever is given it: it may change with any version. */
export function formatCursor(list: string, place: ListPlace): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url');
}

/**
 * The place that a cursor stands for; `undefined` where there is none. Throws a Fault TL_ARGUMENT_INVALID for one that is
 * not ours, or of another list.
 */
export function parseCursor(
  list: string,
  shape: PlaceShape,
  cursor: string | undefined,
): ListPlace | undefined {
  if (cursor === undefined) return undefined;
  const [name, ...place] = decode(cursor);
  const fits = place.length === shape.length && shape.every((kind, index) => isOf(kind, place[index]));
  if (name === list && fits) return place as unknown as ListPlace;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `the cursor is not one of this list: expected the \`next\` of the page before, got "${cursor.slice(0, 100)}"`,
  );
}

function decode(cursor: string): readonly unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    // Told as what it is: no cursor of ours.
    return [];
  }
}

function isOf(kind: 'text' | 'number', part: unknown): boolean {
  if (kind === 'number') return Number.isSafeInteger(part);
  // PostgreSQL takes no NUL in a text.
  return typeof part === 'string' && !part.includes('\0');
}
