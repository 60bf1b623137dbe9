import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { spaceOfFlow, spaceOfScope, type XrefScope } from './key-spaces.ts';
import { hasId, knownId } from './xrefs.ts';

/** Records that are not at the target any more. */
export interface GoneRecords {
  readonly flow: string;
  readonly scope: XrefScope;
  /** The resource at the target. */
  readonly resource: string;
  /** `id` absent: what is known by the key. */
  readonly records: readonly { readonly key: string; readonly id: string | undefined }[];
}

/**
 * Forgets that any flow has ever delivered them there, and which ids they had: what comes back at a source is new to
 * the target. Other flows may know the same record by another key, which its id shows.
 */
export async function forgetDeleted(tx: Database, gone: GoneRecords): Promise<void> {
  await forget(tx, gone, true);
}

/** The same, but for the ids: whether it is to be made anew is for a person to say. */
export async function forgetMissing(tx: Database, gone: GoneRecords): Promise<void> {
  await forget(tx, gone, false);
}

async function forget(
  tx: Database,
  { flow, scope, resource, records }: GoneRecords,
  withIds: boolean,
): Promise<void> {
  if (records.length === 0) return;
  const { entity, source, target } = scope;
  await sql`
    with flows as (
      select distinct flow, entity, source from plans
      where target = ${target} and coalesce(target_resource, ${resource}) = ${resource}
      union select ${flow}, ${entity}, ${source}
    ), spaces as materialized (
      -- Where each of them keeps what it has delivered, and the ids.
      select own.id as delivered, shared.id as linked
      from flows left join key_spaces as own on own.flow = flows.flow left join key_spaces as shared
        on shared.target = ${target} and shared.entity = flows.entity and shared.source = flows.source
    ), gone as materialized (
      select given.key, coalesce(given.id, own.id) as id
      from unnest(
        ${records.map(({ key }) => key)}::text[], ${records.map(({ id }) => id ?? null)}::text[]
      ) as given (key, id)
      left join (select space, key, ${knownId} as id from known_records) as own
        on own.space = ${spaceOfScope(scope)} and own.key = given.key
    ), known as (
      select spaces.delivered, spaces.linked, known_records.key
      from gone cross join spaces join known_records on space = spaces.linked and ${hasId(sql`gone.id`)}
      union
      select ${spaceOfFlow(flow)}, ${spaceOfScope(scope)}, key from gone
    ), delivered as (
      select delivered as space, key from known
      union
      -- By the same key, unless that is another record's there.
      select spaces.delivered, gone.key from spaces cross join gone
      where not exists (
        select 1 from known_records as other
        where space = spaces.linked and other.key = gone.key and link in ('k', 's')
          and coalesce(target_id, other.key) <> gone.id
      )
    ), linked as (
      select distinct linked as space, key from known where ${withIds}
    ), locked as materialized (
      select space, key, link is null or (space, key) in (select space, key from linked) as is_unlinked,
             fingerprint is null or (space, key) in (select space, key from delivered) as is_undelivered
      from known_records
      where (space, key) in (select space, key from delivered union select space, key from linked)
      order by space, key for update
    ), forgotten as (
      delete from known_records using locked
      where known_records.space = locked.space and known_records.key = locked.key and is_unlinked and is_undelivered
    )
    update known_records
    set fingerprint = case when not is_undelivered then fingerprint end,
        version = case when not is_undelivered then version end,
        measure = case when not is_undelivered then measure end,
        members = case when not is_undelivered then members end,
        link = case when not is_unlinked then link end, target_id = case when not is_unlinked then target_id end,
        doubt_since = case when not is_unlinked then doubt_since end,
        doubt_until = case when not is_unlinked then doubt_until end
    from locked
    where known_records.space = locked.space and known_records.key = locked.key
      and not (is_unlinked and is_undelivered)`.execute(tx);
}
