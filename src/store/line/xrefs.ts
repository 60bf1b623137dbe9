import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

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
  /** Of a reservation: absent until it is known that its last request was given up. Milliseconds, of this very moment. */
  readonly doubt?: { readonly forMs: number; readonly leftMs: number };
}

/** The columns that tell a doubt; `undefined` where there is none. */
export const doubtColumns = sql`
  (extract(epoch from now() - doubt_since) * 1000)::float8 as doubt_for,
  (extract(epoch from doubt_until - now()) * 1000)::float8 as doubt_left`;

export interface DoubtRow {
  readonly doubt_for: number | null;
  readonly doubt_left: number | null;
}

export function toXref(row: DoubtRow & { readonly key: string; readonly target_id: string | null }): Xref {
  const { key, target_id, doubt_for: forMs, doubt_left: leftMs } = row;
  return {
    key,
    targetId: target_id ?? undefined,
    ...(forMs !== null && leftMs !== null && { doubt: { forMs, leftMs } }),
  };
}

export async function loadXrefs(
  db: Database,
  scope: XrefScope,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Xref>> {
  const { rows } = await sql<DoubtRow & { key: string; target_id: string | null }>`
    select key, target_id, ${doubtColumns} from xrefs
    where target = ${scope.target} and entity = ${scope.entity} and source = ${scope.source}
      and key = any(${keys}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.key, toXref(row)]));
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
  // A request is about to leave: who finds this open, and no doubt with it, has to count from then on.
  const { rows } = await sql<{ key: string; reserved_at: string; is_new: boolean }>`
    insert into xrefs (entity, source, target, key, run_id)
    select distinct ${scope.entity}, ${scope.source}, ${scope.target}, key, ${at.runId}::bigint
    from unnest(${at.keys}::text[]) as t (key)
    on conflict (target, entity, source, key) do update
    set run_id = excluded.run_id, doubt_since = null, doubt_until = null
    returning key, extract(epoch from reserved_at)::text as reserved_at, xmax = 0 as is_new`.execute(db);
  return new Map(rows.map((row) => [row.key, { since: row.reserved_at, isNew: row.is_new }]));
}

/**
 * No request for these creates can leave any more, and nobody knows what has become of them: the target may be at work
 * on them for so long from now on.
 */
export async function beginDoubts(
  db: Database,
  scope: XrefScope,
  doubts: readonly { readonly key: string; readonly ms: number }[],
): Promise<void> {
  if (doubts.length === 0) return;
  await sql`
    update xrefs set doubt_since = now(), doubt_until = now() + t.ms * interval '1 millisecond'
    from unnest(${doubts.map(({ key }) => key)}::text[], ${doubts.map(({ ms }) => ms)}::float8[]) as t (key, ms)
    where target = ${scope.target} and entity = ${scope.entity} and source = ${scope.source}
      and xrefs.key = t.key and target_id is null`.execute(db);
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

/** Nothing is known of these keys from now on. */
export async function deleteXrefs(db: Database, scope: XrefScope, keys: readonly string[]): Promise<void> {
  await sql`
    delete from xrefs where target = ${scope.target} and entity = ${scope.entity} and source = ${scope.source}
      and key = any(${keys}::text[])`.execute(db);
}

/** Whoever has one of these ids by now. */
export async function findXrefsById(
  db: Database,
  { entity, source, target }: XrefScope,
  ids: readonly string[],
): Promise<readonly { readonly key: string; readonly targetId: string }[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ key: string; target_id: string }>`
    select key, target_id from (select distinct unnest(${ids}::text[]) as id) as given
    join xrefs on hashtextextended(target_id, 0) = hashtextextended(id, 0) and target_id = id
    where target = ${target} and entity = ${entity} and source = ${source} order by key`.execute(db);
  return rows.map((row) => ({ key: row.key, targetId: row.target_id }));
}

/** Was a statement refused because another key has one of the ids, recorded in the same moment? */
export function isTakenId(thrown: unknown): boolean {
  const { code, constraint } = thrown as { readonly code?: unknown; readonly constraint?: unknown };
  return code === '23505' && constraint === 'xrefs_target_id';
}
