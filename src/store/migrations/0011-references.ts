import { type Kysely, sql } from 'kysely';

/** One id at the target has one key, and it is known which flows write to the same thing there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The key itself where a person has said that two keys mean one record, or where it was so before.
  `alter table xrefs add column shared_as text collate "C" not null default ''`,
  `update xrefs set shared_as = key where target_id is not null and exists (
    select 1 from xrefs as other where other.target = xrefs.target and other.entity = xrefs.entity
      and other.source = xrefs.source and other.target_id = xrefs.target_id and other.key < xrefs.key
  )`,
  // By 128 bits of its hash: an id may be longer than an index takes.
  `create unique index xrefs_target_id on xrefs
    (target, entity, source, hashtextextended(target_id, 0), hashtextextended(target_id, 1), shared_as)
    where target_id is not null`,
  // What a flow writes to beside its connection, and which cross-references it keeps.
  `alter table plans add column target_resource text, add column entity text, add column source text`,
];
