import { type Kysely, sql } from 'kysely';

/**
 * What a run is told of beside its counts: leaves of the mapping that gave nothing, versions and cursors that nobody can
 * order. Kept apart from `runs`, whose row all lanes want.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table run_notes (
      run_id bigint primary key references runs (id) on delete cascade,
      mapped bigint not null default 0,
      silent text[],
      unordered bigint not null default 0,
      unordered_form text,
      reading jsonb
    )`)
    .execute(db);
}
