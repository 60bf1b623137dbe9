import { sql } from 'kysely';
import { loadEraseHash } from '../erase/erased-keys.ts';
import type { Database } from '../postgres/database.ts';
import { spaceOfScope, type XrefScope } from './key-spaces.ts';
import type { ListedXref, XrefFilter } from './list-xrefs.ts';

/** What the records of a key are known by is not what it was: no flow has delivered them there, as far as is known. */
interface Corrected {
  readonly scope: XrefScope;
  /** A flow that keeps references of this scope, whether it has ever run or not. */
  readonly flow?: string | undefined;
  readonly keys: readonly string[];
}

/** A person says what id a key has. `isShared`: another key may have it as well. */
export async function putXref(
  tx: Database,
  { scope, key, id, isShared }: { scope: XrefScope; key: string; id: string; isShared: boolean },
): Promise<void> {
  await sql`
    insert into known_records (space, key, link, target_id, run_id)
    values (${spaceOfScope(scope)}, ${key}, ${isShared ? 's' : 'k'}, nullif(${id}::text, ${key}::text), 0)
    on conflict (space, key) do update
    set link = excluded.link, target_id = excluded.target_id, run_id = 0, since = now(),
        doubt_since = null, doubt_until = null`.execute(tx);
}

/** Whatever is equal to what was delivered last is written again; an older version still is not. */
export async function doubtWhatWasDelivered(tx: Database, { scope, flow, keys }: Corrected): Promise<void> {
  await sql`
    update known_records set fingerprint = ''
    where space in (${spacesOf(scope, flow)}) and key = any(${keys}::text[]) and fingerprint is not null`.execute(
    tx,
  );
}

/** They count as never delivered. */
export async function forgetWhatWasDelivered(tx: Database, { scope, flow, keys }: Corrected): Promise<void> {
  const isMeant = sql`space in (${spacesOf(scope, flow)}) and key = any(${keys}::text[])`;
  await sql`
    with gone as (delete from known_records where ${isMeant} and link is null)
    update known_records set ${nothingDelivered} where ${isMeant} and link is not null`.execute(tx);
}

/** Of a record whose id at the target is still known. */
const nothingDelivered = sql`fingerprint = null, version = null, measure = null, members = null`;

/** A key of which something was known when it was erased, as far as it fits: nobody knows its id. */
export async function findErasedXrefs(
  db: Database,
  filter: XrefFilter & { readonly key: string },
): Promise<readonly ListedXref[]> {
  const { entity = null, connection = null, scopes, key } = filter;
  const hash = await loadEraseHash(db);
  const { rows } = await sql<ListedXref>`
    select entity, source, target, ${key}::text as key, null as id, since, null as run
    from erased_keys join key_spaces on space = key_spaces.id
    where hash = ${hash(key)} and entity is not null and (${entity}::text is null or entity = ${entity})
      and (${connection}::text is null or source = ${connection} or target = ${connection})
      and (${scopes === undefined} or (entity, source, target) in (
        select * from unnest(
          ${(scopes ?? []).map((each) => each.entity)}::text[], ${(scopes ?? []).map((each) => each.source)}::text[],
          ${(scopes ?? []).map((each) => each.target)}::text[]
        )
      ))
    order by target, entity, source`.execute(db);
  return rows;
}

/** The target does not have them, whatever was known when they were erased: a person says so. */
export async function forgetErased(tx: Database, { scope, flow, keys }: Corrected): Promise<void> {
  const hash = await loadEraseHash(tx);
  await sql`
    delete from erased_keys
    where hash = any(${keys.map(hash)}::bytea[])
      and (space = ${spaceOfScope(scope)} or space in (${spacesOf(scope, flow)}))`.execute(tx);
}

/** Where the flows of a scope keep what they have delivered. */
function spacesOf({ entity, source, target }: XrefScope, flow: string | undefined) {
  return sql`
    select id from key_spaces where flow = ${flow ?? null}::text or flow in (
      select flow from plans where target = ${target} and entity = ${entity} and source = ${source}
    )`;
}
