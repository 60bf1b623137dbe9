import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { XrefScope } from './xrefs.ts';

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
  const { entity, source, target } = scope;
  await sql`
    insert into xrefs (entity, source, target, key, target_id, run_id, confirmed_at, shared_as)
    values (${entity}, ${source}, ${target}, ${key}, ${id}, 0, now(), ${isShared ? key : ''})
    on conflict (target, entity, source, key) do update
    set target_id = excluded.target_id, run_id = 0, confirmed_at = now(), shared_as = excluded.shared_as,
        doubt_since = null, doubt_until = null`.execute(tx);
}

/** Whatever is equal to what was delivered last is written again; an older version still is not. */
export async function doubtWhatWasDelivered(tx: Database, { scope, flow, keys }: Corrected): Promise<void> {
  await sql`
    update deliveries set fingerprint = ''
    where key = any(${keys}::text[]) and flow in (${flowsOf(scope, flow)})`.execute(tx);
}

/** They count as never delivered. */
export async function forgetWhatWasDelivered(tx: Database, { scope, flow, keys }: Corrected): Promise<void> {
  await sql`
    delete from deliveries
    where key = any(${keys}::text[]) and flow in (${flowsOf(scope, flow)})`.execute(tx);
}

function flowsOf({ entity, source, target }: XrefScope, flow: string | undefined) {
  return sql`
    select flow from plans where target = ${target} and entity = ${entity} and source = ${source}
    union select ${flow ?? null}::text`;
}
