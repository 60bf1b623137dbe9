import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { plannedOnce } from '../postgres/planned-once.ts';
import { toTextArray } from '../postgres/text-array.ts';
import { spaceOfScope, type XrefScope } from './key-spaces.ts';

/** `targetId` absent: reserved for a create whose outcome nobody knows yet. */
export interface Xref {
  readonly key: string;
  readonly targetId: string | undefined;
  /** Of a reservation: absent until it is known that its last request was given up. Milliseconds, of this very moment. */
  readonly doubt?: { readonly forMs: number; readonly leftMs: number };
  /** Of a record that was erased: something was known of it, and only the target can say what. */
  readonly isErased?: true;
}

/** The id that a record has at the target; null where none is known. */
export const knownId = sql`case when link in ('k', 's') then coalesce(target_id, key) end`;

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
    select key, ${knownId} as target_id, ${doubtColumns} from known_records
    where space = ${spaceOfScope(scope)} and key = any(${toTextArray(keys)}::text[]) and link is not null`.execute(
    db,
  );
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
    ${plannedOnce} insert into known_records (space, key, link, run_id)
    select distinct ${spaceOfScope(scope)}, key, 'r'::"char", ${at.runId}::bigint
    from unnest(${toTextArray(at.keys)}::text[]) as t (key) order by key
    on conflict (space, key) do update
    set link = coalesce(known_records.link, 'r'), run_id = excluded.run_id, doubt_since = null, doubt_until = null,
        since = case when known_records.link is null then now() else known_records.since end
    returning key, extract(epoch from since)::text as reserved_at, since = now() as is_new`.execute(db);
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
    update known_records set doubt_since = now(), doubt_until = now() + t.ms * interval '1 millisecond'
    from unnest(${doubts.map(({ key }) => key)}::text[], ${doubts.map(({ ms }) => ms)}::float8[]) as t (key, ms)
    where space = ${spaceOfScope(scope)} and known_records.key = t.key and link = 'r'`.execute(db);
}

/** The create was refused: the other side does not have it, and that is known. */
export async function deleteReservedXrefs(
  db: Database,
  scope: XrefScope,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await forgetLinks(db, scope, keys, sql`link = 'r'`);
}

/** Nothing is known of these keys from now on. */
export async function deleteXrefs(db: Database, scope: XrefScope, keys: readonly string[]): Promise<void> {
  await forgetLinks(db, scope, keys, sql`link is not null`);
}

/** What was delivered under the same key stays known. */
async function forgetLinks(
  db: Database,
  scope: XrefScope,
  keys: readonly string[],
  which: RawBuilder<unknown>,
): Promise<void> {
  const isMeant = sql`space = ${spaceOfScope(scope)} and key = any(${keys}::text[]) and ${which}`;
  await sql`
    with gone as (delete from known_records where ${isMeant} and fingerprint is null)
    update known_records set link = null, target_id = null, doubt_since = null, doubt_until = null
    where ${isMeant} and fingerprint is not null`.execute(db);
}

/** Is it known by this id? As the index over ids asks. */
export function hasId(id: RawBuilder<unknown>): RawBuilder<boolean> {
  const own = sql`coalesce(known_records.target_id, known_records.key)`;
  return sql`link in ('k', 's') and ${own} = ${id}
    and hashtextextended(${own}, 0) = hashtextextended(${id}, 0)`;
}

/** Whoever has one of these ids by now. */
export async function findXrefsById(
  db: Database,
  scope: XrefScope,
  ids: readonly string[],
): Promise<readonly { readonly key: string; readonly targetId: string }[]> {
  if (ids.length === 0) return [];
  // `offset 0`: id by id through the index. Where a server knows little of a table yet, it would read all of it instead.
  const { rows } = await sql<{ key: string; target_id: string }>`
    select key, id as target_id from (select distinct unnest(${toTextArray(ids)}::text[]) as id) as given cross join lateral (
      select key from known_records where space = ${spaceOfScope(scope)} and ${hasId(sql`id`)} offset 0
    ) as owner order by key`.execute(db);
  return rows.map((row) => ({ key: row.key, targetId: row.target_id }));
}

/** Was a statement refused because another key has one of the ids, recorded in the same moment? */
export function isTakenId(thrown: unknown): boolean {
  return isRefusedBy(thrown, 'known_records_id');
}

/** Was a statement refused because something is known by now of a key that it took for a new one? */
export function isTakenKey(thrown: unknown): boolean {
  return isRefusedBy(thrown, 'known_records_pkey');
}

function isRefusedBy(thrown: unknown, index: string): boolean {
  const { code, constraint } = thrown as { readonly code?: unknown; readonly constraint?: unknown };
  return code === '23505' && constraint === index;
}
