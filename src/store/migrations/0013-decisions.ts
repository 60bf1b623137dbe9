import { type Kysely, sql } from 'kysely';

/** What a person decided about a version of a source record, and by what an error knows that version again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Fingerprints of the source records that the error stands for, the last one read at the end, and that one's version.
  `alter table errors add column sources text[] not null default '{}', add column version text collate "C"`,
  // Who settled it, if a person did or had it replayed, and the run in which its record got through.
  `alter table errors add column settled_by text, add column settled_run bigint`,
  // People look for a key whatever the state and the flow of its errors.
  `create index errors_found_by_key on errors (key, id) where key is not null`,
  // Records that failed as they had before: they count as unchanged, and their errors are open still.
  `alter table runs add column still_open bigint not null default 0`,
  // The key is empty where what was read had none. Overridden: the source has shown another version since.
  `create table decisions (
    id bigint generated always as identity primary key,
    flow text not null,
    key text collate "C" not null,
    source text not null,
    version text collate "C",
    kind text not null check (kind in ('patched', 'discarded', 'resolved')),
    original bytea,
    patched bytea,
    error_id bigint not null references errors (id),
    decided_by text not null,
    reason text,
    decided_at timestamptz not null default now(),
    overridden_at timestamptz,
    overridden_run bigint,
    unique (flow, key, source)
  )`,
  `create index decisions_error on decisions (error_id)`,
];
