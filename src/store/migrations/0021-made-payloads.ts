import { type Kysely, sql } from 'kysely';

/** What a record that failed at the target had been made into, packed: it can be sent once more as it was. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table errors add column made bytea').execute(db);
}
