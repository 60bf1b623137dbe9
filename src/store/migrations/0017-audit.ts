import { type Kysely, sql } from 'kysely';

/** What people have decided, each once, for good: who, when, what, and about what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Ids, keys and numbers only. Nothing of it is ever changed or deleted. About: errors, drifts, keys and their scope.
  `create table audit_entries (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    by text,
    deed text not null,
    flow text,
    run_id bigint,
    count bigint,
    reason text,
    about jsonb not null default '{}'
  )`,
  `create index audit_entries_run on audit_entries (run_id) where run_id is not null`,
  // Without a list of what is still to be put into it: whoever looks would read all of that first.
  `create index audit_entries_about on audit_entries using gin (about jsonb_path_ops) with (fastupdate = off)
   where about <> '{}'`,
];
