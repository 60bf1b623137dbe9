import {
  type BlockedRecord,
  type DoubtfulRecord,
  type FlowFilter,
  listBlocked,
  listInDoubt,
  listRetried,
  listWaitingLanes,
  type PendingFilter,
  type RetriedRecord,
  type WaitingLane,
} from '../../store/waiting/pending.ts';
import { type ListPlace, type PlaceShape, parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** What waits in which flows. */
export type PendingWish = FlowFilter;

/** A blocked record, and what it waits for in a sentence. */
export type BlockedWithReason = BlockedRecord & { readonly reason: string };

/** Lanes whose next batch waits as a whole. */
export const pageWaitingLanes = pagesOf<WaitingLane>({
  list: 'lanes',
  shape: ['text', 'number'],
  load: listWaitingLanes,
  placeOf: ({ flow, lane }) => [flow, lane],
});

/** Blocked records, the longest blocked first. */
export const pageBlocked = pagesOf<BlockedWithReason>({
  list: 'blocked',
  shape: ['number', 'text', 'text'],
  load: async (db, filter) =>
    (await listBlocked(db, filter)).map((record) => ({ ...record, reason: blockedReason(record) })),
  placeOf: ({ since, flow, key }) => [since.getTime(), flow, key],
});

/** Creates whose outcome nobody knows, the next to be made again first. */
export const pageInDoubt = pagesOf<DoubtfulRecord>({
  list: 'doubts',
  shape: ['number', 'text', 'text'],
  load: listInDoubt,
  placeOf: ({ until, flow, key }) => [until.getTime(), flow, key],
});

/** Records that are tried again, the next to be tried first: one that was tried meanwhile has moved back. */
export const pageRetried = pagesOf<RetriedRecord>({
  list: 'retried',
  shape: ['number', 'text', 'text'],
  load: listRetried,
  placeOf: ({ nextAttemptAt, flow, key }) => [nextAttemptAt.getTime(), flow, key],
});

/** By the names that documents give them. */
export const pagePending = {
  batches: pageWaitingLanes,
  blocked: pageBlocked,
  inDoubt: pageInDoubt,
  retried: pageRetried,
} as const;

export type PendingKind = keyof typeof pagePending;

/** `waits for customer C-17, which erp does not have yet` */
export function blockedReason({ references, target }: Pick<BlockedRecord, 'references' | 'target'>): string {
  const names = references.map(({ entity, key }) => `${entity} ${key}`);
  const all = names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `waits for ${all}, which ${target} does not have yet`;
}

interface PagedList<Item> {
  readonly list: string;
  readonly shape: PlaceShape;
  readonly load: (db: OpenDatabase['db'], filter: PendingFilter) => Promise<readonly Item[]>;
  readonly placeOf: (item: Item) => ListPlace;
}

function pagesOf<Item>({ list, shape, load, placeOf }: PagedList<Item>) {
  return async (
    open: OpenDatabase,
    wish: PendingWish,
    { limit, cursor }: PageWish,
  ): Promise<ListPage<Item>> => {
    requirePageSize(limit);
    const after = parseCursor(list, shape, cursor);
    await requireKnownFlow(open, wish.flow, wish.flows);
    return toPage(await load(open.db, { ...wish, limit: limit + 1, after }), { list, limit, placeOf });
  };
}
