import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { spaceOfScope, type XrefScope } from './key-spaces.ts';

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

/** Where the flows of a scope keep what they have delivered. */
function spacesOf({ entity, source, target }: XrefScope, flow: string | undefined) {
  return sql`
    select id from key_spaces where flow = ${flow ?? null}::text or flow in (
      select flow from plans where target = ${target} and entity = ${entity} and source = ${source}
    )`;
}
