import { Fault } from '../../contract/fault.ts';
import { formatCursor, type ListPlace } from './cursor.ts';

/** Some of a list, in an order that stays. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Where it goes on; absent: this was the end. */
  readonly next?: string;
}

export interface PageWish {
  /** So many at most, from 1 to 1000. */
  readonly limit: number;
  /** The `next` of the page before; absent: from the beginning. */
  readonly cursor?: string | undefined;
}

/** More at once is a strain on memory, and nobody reads it. */
export const maxPage = 1_000;

/** Throws a Fault TL_ARGUMENT_INVALID for a page of no size, or of too large a one. */
export function requirePageSize(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPage) return;
  throw new Fault('TL_ARGUMENT_INVALID', `a page has from 1 to ${maxPage} items, got ${limit}`);
}

interface Cut<Item> {
  readonly list: string;
  readonly limit: number;
  readonly placeOf: (item: Item) => ListPlace;
}

/** @param rows - one more than the page may have, if there are so many: then it goes on. */
export function toPage<Item>(rows: readonly Item[], { list, limit, placeOf }: Cut<Item>): ListPage<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: formatCursor(list, placeOf(last)) };
}

/** The first `limit` of a list, however many pages that takes. */
export async function takeItems<Item>(
  limit: number,
  load: (wish: PageWish) => Promise<ListPage<Item>>,
): Promise<readonly Item[]> {
  const taken: Item[] = [];
  for (let cursor: string | undefined; taken.length < limit; ) {
    const page = await load({ limit: Math.min(maxPage, limit - taken.length), cursor });
    taken.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return taken;
}
