import { type Kysely, sql } from 'kysely';

/** What is left of what was erased at the wish of a person, and how a busy lane is come by for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What hashes of erased values are made with: without it, a list of addresses could be tried by anybody who has a dump
  // of the tables below alone.
  `create table erase_secret (
    is_only boolean primary key default true check (is_only),
    secret bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
  )`,
  `insert into erase_secret default values`,
  // Keys that something was known of at a target when they were erased: should such a record come again, the target is
  // asked first. By their hashes.
  `create table erased_keys (
    space integer not null,
    hash bytea not null,
    since timestamptz not null default now(),
    primary key (space, hash)
  )`,
  // Since when nothing is left of its record.
  `alter table errors add column erased_at timestamptz`,
  // Who would like to have the lane as soon as the batch under way has come to its end, and for how long that is so.
  `alter table lanes add column wanted_by text, add column wanted_until timestamptz`,
];
