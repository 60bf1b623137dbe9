import { type Kysely, sql } from 'kysely';

/** How far a flow had read when a run of it began to read, and when that was over: for whoever looks at the run. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table runs add column cursor_before text, add column cursor_after text`).execute(db);
}
