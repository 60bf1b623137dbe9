import { sql } from 'kysely';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { pack, unpack } from '../postgres/packed.ts';
import { toTermsColumn } from './error-terms.ts';

/** An error with what it holds, for whoever decides about it. */
export interface OpenError {
  readonly id: number;
  readonly flow: string;
  readonly code: string;
  readonly message: string;
  /** What was read: a record, or the raw text of something that could not be read. */
  readonly record: StagedRecord | { readonly raw: string };
  /** Fingerprint of what was read; absent for errors of an older version. */
  readonly source: string | undefined;
}

/** Locks errors that are open, or being replayed, for a decision. */
export async function lockOpenErrors(tx: Database, ids: readonly number[]): Promise<readonly OpenError[]> {
  const { rows } = await sql<
    Omit<OpenError, 'record' | 'source'> & { payload: Buffer; source: string | null }
  >`
    select id, flow, code, message, payload, sources[cardinality(sources)] as source from errors
    where id = any(${ids}::bigint[]) and state in ('open', 'replaying') order by id for update`.execute(tx);
  return rows.map(({ payload, source, ...row }) => ({
    ...row,
    record: unpack('error', payload) as OpenError['record'],
    source: source ?? undefined,
  }));
}

export interface Settlement {
  readonly state: 'resolved' | 'discarded';
  readonly reason: string;
  readonly by: string;
}

/** A person's decision, with the fingerprints of what it is about. */
export async function settleErrors(
  tx: Database,
  { state, reason, by }: Settlement,
  errors: readonly { readonly id: number; readonly source: string }[],
): Promise<void> {
  await sql`
    update errors
    set state = ${state}, reason = ${reason}, settled_by = ${by}, settled_run = null, updated_at = now(),
        sources = case when cardinality(sources) = 0 then array[t.source] else sources end
    from unnest(
      ${errors.map(({ id }) => id)}::bigint[], ${errors.map(({ source }) => source)}::text[]
    ) as t (id, source)
    where errors.id = t.id`.execute(tx);
}

/** What the errors hold, by id. */
export async function loadRecords(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, OpenError['record']>> {
  const { rows } = await sql<{ id: number; payload: Buffer }>`
    select id, payload from errors where id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map(({ id, payload }) => [id, unpack('error', payload) as OpenError['record']]));
}

/** Open again; those that hold a patched record are given the one that the source had. */
export async function reopenSettled(
  tx: Database,
  ids: readonly number[],
  originals: readonly { readonly id: number; readonly record: StagedRecord }[],
): Promise<void> {
  await sql`
    update errors
    set state = 'open', reason = null, settled_by = null, settled_run = null, updated_at = now(),
        made = case when t.payload is null then errors.made end,
        payload = coalesce(t.payload, errors.payload), terms = coalesce(t.terms::int[], errors.terms)
    from unnest(${ids}::bigint[]) as wanted (id) left join unnest(
      ${originals.map(({ id }) => id)}::bigint[], ${originals.map(({ record }) => pack('error', record))}::bytea[],
      ${originals.map(({ record }) => toTermsColumn(record))}::text[]
    ) as t (id, payload, terms) on t.id = wanted.id
    where errors.id = wanted.id and erased_at is null`.execute(tx);
}
