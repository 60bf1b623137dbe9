import { type Kysely, sql } from 'kysely';

/** The longest page that a list of a connection has ever given: a shorter one is its end. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
      create table page_lengths (
        connection text not null,
        list text not null,
        longest int not null,
        primary key (connection, list)
      )`)
    .execute(db);
}
