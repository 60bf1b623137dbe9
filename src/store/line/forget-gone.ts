import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { XrefScope } from './xrefs.ts';

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
    ), gone as (
      select given.key, coalesce(given.id, own.target_id) as id
      from unnest(
        ${records.map(({ key }) => key)}::text[], ${records.map(({ id }) => id ?? null)}::text[]
      ) as given (key, id)
      left join xrefs as own on own.target = ${target} and own.entity = ${entity} and own.source = ${source}
        and own.key = given.key
    ), known as (
      select flows.flow, xrefs.entity, xrefs.source, xrefs.key
      from gone cross join flows
      join xrefs on xrefs.target = ${target} and xrefs.entity = flows.entity and xrefs.source = flows.source
        and hashtextextended(xrefs.target_id, 0) = hashtextextended(gone.id, 0) and xrefs.target_id = gone.id
      union
      select ${flow}, ${entity}, ${source}, key from gone
    ), delivered as (
      select flow, key from known
      union
      -- By the same key, unless that is another record's there.
      select flows.flow, gone.key from flows cross join gone
      where not exists (
        select 1 from xrefs where target = ${target} and xrefs.entity = flows.entity and xrefs.source = flows.source
          and xrefs.key = gone.key and target_id <> gone.id
      )
    ), locked as (
      select flow, key from deliveries where (flow, key) in (select flow, key from delivered)
      order by flow, key for update
    ), forgotten as (
      delete from deliveries using locked where deliveries.flow = locked.flow and deliveries.key = locked.key
    )
    delete from xrefs using (select distinct entity, source, key from known) as known
    where ${withIds} and xrefs.target = ${target} and xrefs.entity = known.entity
      and xrefs.source = known.source and xrefs.key = known.key`.execute(tx);
}
