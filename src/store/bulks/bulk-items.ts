import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { pack, unpack } from '../postgres/packed.ts';

/** How an error is known again: fingerprints of the source record, and of what the error held. */
export interface ErrorVersion {
  readonly source: string | undefined;
  readonly held: string;
}

/** An error of a set, as it was when the set was made. */
export interface NewBulkItem {
  readonly errorId: number;
  /** The plan that its record goes through; absent where nothing is sent. */
  readonly planHash?: string | undefined;
  /** Of the flow as it is now, so that a key stays in its lane. */
  readonly lanes?: number;
  /** Absent: the version that it has now. */
  readonly version?: ErrorVersion | undefined;
  /** The native record as it is sent, where it was patched. */
  readonly patched?: unknown;
  /** It was no record until now, so that what is decided about it goes by its text. */
  readonly isUnread?: boolean;
}

/** So many items are written in one statement. */
const atOnce = 1_000;

export async function insertBulkItems(
  tx: Database,
  bulkId: number,
  items: readonly NewBulkItem[],
): Promise<void> {
  for (let from = 0; from < items.length; from += atOnce)
    await insert(tx, bulkId, items.slice(from, from + atOnce));
}

async function insert(tx: Database, bulkId: number, items: readonly NewBulkItem[]): Promise<void> {
  await sql`
    insert into bulk_items (bulk_id, error_id, flow, plan_hash, lanes, source, held, patched, is_unread)
    select ${bulkId}, t.error_id, errors.flow, t.plan_hash, t.lanes,
           case when t.held is null then errors.sources[cardinality(errors.sources)] else t.source end,
           coalesce(t.held, ${heldNow}), t.patched, t.is_unread
    from unnest(
      ${items.map((item) => item.errorId)}::bigint[],
      ${items.map((item) => item.planHash ?? null)}::text[], ${items.map((item) => item.lanes ?? null)}::int[],
      ${items.map((item) => item.version?.source ?? null)}::text[],
      ${items.map((item) => item.version?.held ?? null)}::uuid[],
      ${items.map((item) => (item.patched === undefined ? null : pack('patch', item.patched)))}::bytea[],
      ${items.map((item) => item.isUnread === true)}::boolean[]
    ) as t (error_id, plan_hash, lanes, source, held, patched, is_unread)
    join errors on errors.id = t.error_id`.execute(tx);
}

/** What an error holds, in 128 bits. */
export const heldNow = sql`coalesce(md5(errors.payload), md5(''))::uuid`;

/** An item that nothing has been done about yet. */
export interface WaitingItem {
  readonly errorId: number;
  readonly key: string | undefined;
  readonly patched: unknown;
  readonly isUnread: boolean;
}

export interface WaitingChunk {
  readonly flow: string;
  readonly planHash: string | undefined;
  readonly lanes: number | undefined;
  readonly items: readonly WaitingItem[];
  /** None of this flow and plan is left after these. */
  readonly isLast: boolean;
}

/** The next items of one flow and plan; `undefined`: there are no more. */
export async function nextChunk(
  tx: Database,
  bulkId: number,
  size: number,
): Promise<WaitingChunk | undefined> {
  const { rows } = await sql<ItemRow>`
    with first as (
      select flow, plan_hash from bulk_items where bulk_id = ${bulkId} and state = 'waiting'
      order by flow, plan_hash, error_id limit 1
    )
    select item.flow, item.plan_hash, item.lanes, item.error_id, item.patched, item.is_unread, errors.key
    from bulk_items as item join first
      on item.flow = first.flow and item.plan_hash is not distinct from first.plan_hash
    join errors on errors.id = item.error_id
    where item.bulk_id = ${bulkId} and item.state = 'waiting' order by item.error_id limit ${size + 1}`.execute(
    tx,
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    flow: first.flow,
    planHash: first.plan_hash ?? undefined,
    lanes: first.lanes ?? undefined,
    items: rows.slice(0, size).map((row) => ({
      errorId: row.error_id,
      key: row.key ?? undefined,
      patched: row.patched ? unpack('patch', row.patched) : undefined,
      isUnread: row.is_unread,
    })),
    isLast: rows.length <= size,
  };
}

interface ItemRow {
  readonly flow: string;
  readonly plan_hash: string | null;
  readonly lanes: number | null;
  readonly error_id: number;
  readonly patched: Buffer | null;
  readonly is_unread: boolean;
  readonly key: string | null;
}

/**
 * Why an error of a set is left alone: a newer version of its record came, it was settled, it is in (or was sent by)
 * another replay, somebody else edited what it holds, or took back what was decided. Each since the set was made.
 */
export const leftReasons = ['superseded', 'settled', 'taken', 'edited', 'reopened'] as const;
export type LeftReason = (typeof leftReasons)[number];

/**
 * Locks the errors of these items until the transaction ends; those that are not what they were leave the set. Returns the
 * others.
 */
export async function leaveMoved(
  tx: Database,
  bulkId: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  await sql`select id from errors where id = any(${ids}::bigint[]) order by id for update`.execute(tx);
  const { rows } = await sql<{ id: number }>`
    with judged as (
      select item.error_id, case
        when bulks.kind = 'reopen' and errors.state in ('open', 'replaying') then 'reopened'
        when bulks.kind <> 'reopen' and errors.state in ('resolved', 'discarded') then 'settled'
        when errors.sources[cardinality(errors.sources)] is distinct from item.source then 'superseded'
        when errors.state = 'replaying' or exists (
          select 1 from bulk_items as other
          where other.error_id = item.error_id and other.bulk_id <> item.bulk_id and other.run_id is not null
            and other.turned_at > bulks.created_at
        ) then 'taken'
        when ${heldNow} <> item.held or (item.plan_hash is not null and errors.key is null) then 'edited'
      end as reason
      from bulk_items as item join errors on errors.id = item.error_id join bulks on bulks.id = item.bulk_id
      where item.bulk_id = ${bulkId} and item.error_id = any(${ids}::bigint[])
    ), gone as (
      update bulk_items set state = 'left', result = judged.reason, turned_at = now()
      from judged
      where bulk_id = ${bulkId} and bulk_items.error_id = judged.error_id and judged.reason is not null
    )
    select error_id as id from judged where reason is null`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** Staged in this run: each comes to its end with its record. */
export async function markStaged(
  tx: Database,
  at: { readonly bulkId: number; readonly runId: number },
  ids: readonly number[],
): Promise<void> {
  await sql`
    update bulk_items set state = 'staged', run_id = ${at.runId}, turned_at = now()
    where bulk_id = ${at.bulkId} and error_id = any(${ids}::bigint[])`.execute(tx);
}

/** Done, where nothing is sent. */
export async function markDone(
  tx: Database,
  at: { readonly bulkId: number; readonly result: string },
  ids: readonly number[],
): Promise<void> {
  await sql`
    update bulk_items set state = 'ended', result = ${at.result}, turned_at = now()
    where bulk_id = ${at.bulkId} and error_id = any(${ids}::bigint[])`.execute(tx);
}

/** What became of a record that was sent again, in the run that it was staged in. */
export interface ItemEnding {
  readonly id: number;
  readonly runId: number;
  readonly result: string;
  /** Of the fault, if it failed. */
  readonly code?: string;
}

/** In the transaction that records what became of the records. */
export async function endItems(tx: Database, ends: readonly ItemEnding[]): Promise<void> {
  if (ends.length === 0) return;
  await sql`
    update bulk_items set state = 'ended', result = t.result, code = t.code, turned_at = now()
    from unnest(
      ${ends.map(({ id }) => id)}::bigint[], ${ends.map(({ runId }) => runId)}::bigint[],
      ${ends.map(({ result }) => result)}::text[], ${ends.map(({ code }) => code ?? null)}::text[]
    ) as t (id, run_id, result, code)
    where bulk_items.error_id = t.id and bulk_items.run_id = t.run_id and state = 'staged'`.execute(tx);
}
