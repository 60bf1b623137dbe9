import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Which pair of systems, and what kind of thing, a cross-reference is about. */
export interface XrefScope {
  readonly entity: string;
  readonly source: string;
  readonly target: string;
}

/** `targetId` absent: reserved for a create whose outcome nobody knows yet. */
export interface Xref {
  readonly key: string;
  readonly targetId: string | undefined;
}

export async function loadXrefs(
  db: Database,
  scope: XrefScope,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Xref>> {
  const { rows } = await sql<{ key: string; target_id: string | null }>`
    select key, target_id from xrefs
    where target = ${scope.target} and entity = ${scope.entity} and source = ${scope.source}
      and key = any(${keys}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.key, { key: row.key, targetId: row.target_id ?? undefined }]));
}

export interface Reservation {
  /** Seconds since 1970, to the microsecond: names one create over all attempts at it. */
  readonly since: string;
  /** Made just now: no earlier attempt is open. */
  readonly isNew: boolean;
}

/**
 * Before a create: from here to the confirmation, the outcome of the write counts as unknown. What was reserved before
 * and is still open stays as it is.
 */
export async function reserveXrefs(
  db: Database,
  scope: XrefScope,
  at: { readonly runId: number; readonly keys: readonly string[] },
): Promise<ReadonlyMap<string, Reservation>> {
  // The update changes nothing: without it, what is there already would not be answered.
  const { rows } = await sql<{ key: string; reserved_at: string; is_new: boolean }>`
    insert into xrefs (entity, source, target, key, run_id)
    select distinct ${scope.entity}, ${scope.source}, ${scope.target}, key, ${at.runId}::bigint
    from unnest(${at.keys}::text[]) as t (key)
    on conflict (target, entity, source, key) do update set reserved_at = xrefs.reserved_at
    returning key, extract(epoch from reserved_at)::text as reserved_at, xmax = 0 as is_new`.execute(db);
  return new Map(rows.map((row) => [row.key, { since: row.reserved_at, isNew: row.is_new }]));
}

/** In the order of the writes: of a key that was written more than once, the last counts. */
export async function confirmXrefs(
  db: Database,
  scope: XrefScope,
  at: {
    readonly runId: number;
    readonly xrefs: readonly { readonly key: string; readonly targetId: string }[];
  },
): Promise<void> {
  if (at.xrefs.length === 0) return;
  await sql`
    insert into xrefs (entity, source, target, key, target_id, run_id, confirmed_at)
    select distinct on (key)
           ${scope.entity}, ${scope.source}, ${scope.target}, key, target_id, ${at.runId}::bigint, now()
    from unnest(${at.xrefs.map((x) => x.key)}::text[], ${at.xrefs.map((x) => x.targetId)}::text[])
         with ordinality as t (key, target_id, nth)
    order by key, nth desc
    on conflict (target, entity, source, key) do update
    set target_id = excluded.target_id, run_id = excluded.run_id, confirmed_at = now()
    where xrefs.target_id is distinct from excluded.target_id`.execute(db);
}

/** The create was refused: the other side does not have it, and that is known. */
export async function deleteReservedXrefs(
  db: Database,
  scope: XrefScope,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    delete from xrefs where target = ${scope.target} and entity = ${scope.entity} and source = ${scope.source}
      and key = any(${keys}::text[]) and target_id is null`.execute(db);
}

/** The record was deleted on the other side. */
export async function deleteXrefs(db: Database, scope: XrefScope, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    delete from xrefs where target = ${scope.target} and entity = ${scope.entity} and source = ${scope.source}
      and key = any(${keys}::text[])`.execute(db);
}
