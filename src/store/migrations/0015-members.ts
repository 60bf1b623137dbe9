import { type Kysely, sql } from 'kysely';

/** Which members a record had as it was delivered, and what runs tell of those that have vanished since. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Most records of a flow share a handful of sets: each is kept once. By its hash: a set may be longer than an index takes.
  `create table member_sets (
    id integer generated always as identity primary key,
    flow text not null,
    digest bytea not null,
    members text not null,
    unique (flow, digest)
  )`,
  // Null where nobody watches them: what was delivered before this, or is replaced whole by each write.
  `alter table deliveries add column members integer`,
  `create table run_absences (
    run_id bigint not null references runs (id) on delete cascade,
    fate text not null check (fate in ('kept', 'cleared', 'unwatched')),
    member text not null,
    records bigint not null,
    primary key (run_id, fate, member)
  )`,
];
