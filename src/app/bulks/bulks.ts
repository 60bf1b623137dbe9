import { Fault } from '../../contract/fault.ts';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { type AuditEntry, listEntriesOfBulk } from '../../store/audit/list-entries.ts';
import { type BulkItem, type BulkItemState, listBulkItems } from '../../store/bulks/bulk-results.ts';
import { closeBulkRuns } from '../../store/bulks/bulk-runs.ts';
import { type Bulk, type BulkState, listBulks, loadBulk, turnBulk } from '../../store/bulks/bulks.ts';
import type { Database } from '../../store/postgres/database.ts';
import { endSettledRun } from '../../store/runs/runs.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { type BulkDocument, toBulkDocument } from './bulk-document.ts';

/** Throws a Fault TL_NOT_FOUND where there is no such set. */
export async function requireBulk(db: Database, id: number): Promise<Bulk> {
  const bulk = await loadBulk(db, id);
  if (bulk) return bulk;
  const recent = (await listBulks(db, { before: undefined, limit: 10 })).map((each) => each.id);
  const there = recent.length === 0 ? 'there is none yet' : `the last ones are ${recent.join(', ')}`;
  throw new Fault('TL_NOT_FOUND', `there is no set ${id}; ${there}`);
}

/** The newest first: of those of which all errors are of these flows. */
export async function pageBulks(
  { db }: OpenDatabase,
  { limit, cursor }: PageWish,
  flows: FlowScope = 'all',
): Promise<ListPage<BulkDocument>> {
  requirePageSize(limit);
  const [before] = parseCursor('bulks', ['number'], cursor) ?? [];
  const found = await listBulks(db, { flows, before: before as number | undefined, limit: limit + 1 });
  const page = toPage(found, { list: 'bulks', limit, placeOf: ({ id }) => [id] });
  return { ...page, items: await Promise.all(page.items.map((bulk) => toBulkDocument(db, bulk))) };
}

export type ShownBulk = BulkDocument & { readonly audit: readonly AuditEntry[] };

/** A set with what people have decided about it. */
export async function showBulk({ db }: OpenDatabase, id: number): Promise<ShownBulk> {
  const document = await toBulkDocument(db, await requireBulk(db, id));
  return { ...document, audit: await listEntriesOfBulk(db, id) };
}

export const bulkItemStates: readonly BulkItemState[] = ['waiting', 'staged', 'ended', 'left'];

/** What became of each error of a set. */
export async function pageBulkItems(
  { db }: OpenDatabase,
  { id, states = bulkItemStates }: { readonly id: number; readonly states?: readonly BulkItemState[] },
  { limit, cursor }: PageWish,
): Promise<ListPage<BulkItem>> {
  requirePageSize(limit);
  await requireBulk(db, id);
  const [after] = parseCursor('items', ['number'], cursor) ?? [];
  const found = await listBulkItems(db, id, { states, after: after as number | undefined, limit: limit + 1 });
  return toPage(found, { list: 'items', limit, placeOf: ({ error }) => [error] });
}

export type BulkTurn = 'pause' | 'resume' | 'stop';

const turns = {
  pause: { from: ['waiting', 'running'], to: 'paused', deed: 'pause set', done: 'paused' },
  resume: { from: ['paused'], to: 'waiting', deed: 'resume set', done: 'resumed' },
  stop: { from: ['waiting', 'running', 'paused'], to: 'stopped', deed: 'stop set', done: 'stopped' },
} as const;

export interface TurnDecision {
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * Pauses, resumes or stops a set. What was staged comes to its end all the same. Throws a Fault TL_CONFLICT for a set that
 * is over, or is so already.
 */
export async function turnBulkBy(
  { db }: Pick<OpenDatabase, 'db'>,
  { id, turn }: { readonly id: number; readonly turn: BulkTurn },
  { by, reason }: TurnDecision,
): Promise<BulkDocument> {
  const { from, to, deed, done } = turns[turn];
  const before = await requireBulk(db, id);
  const closed = await db.transaction().execute(async (tx) => {
    if (!(await turnBulk(tx, id, { from, to }))) return undefined;
    await keepAuditEntry(tx, { deed, by, reason, about: { bulk: id } });
    return await closeBulkRuns(tx, id);
  });
  if (closed === undefined) throw new Fault('TL_CONFLICT', whyNot(before.state, id, done));
  for (const run of closed) await endSettledRun(db, run);
  return await toBulkDocument(db, await requireBulk(db, id));
}

/**
 * Goes on with a set that is paused; one that waits or runs stays what it is, as whoever worked it may have ended. Throws a
 * Fault TL_CONFLICT for a set that is over.
 */
export async function resumeBulk(
  open: Pick<OpenDatabase, 'db'>,
  id: number,
  decision: TurnDecision,
): Promise<BulkDocument> {
  const bulk = await requireBulk(open.db, id);
  if (bulk.state === 'waiting' || bulk.state === 'running') return await toBulkDocument(open.db, bulk);
  return await turnBulkBy(open, { id, turn: 'resume' }, decision);
}

function whyNot(state: BulkState, id: number, done: string): string {
  if (state === 'done' || state === 'stopped') {
    return `set ${id} is ${state === 'done' ? 'done' : 'stopped'}: it cannot be ${done} any more`;
  }
  return `set ${id} cannot be ${done}: it is ${state}`;
}
