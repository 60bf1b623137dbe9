import { type Kysely, sql } from 'kysely';

/** Which processes of an engine live, and what figures of it are found by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // A row for each process, which it writes anew every few seconds. Nothing is lost with it, so it is not logged.
  `create unlogged table processes (
    id text primary key,
    roles text[] not null,
    version text not null,
    host text not null,
    pid integer not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
  ) with (fillfactor = 50)`,
  // Runs whose records did not add up: they have failed without a fault. Their number only grows, so whoever clears runs
  // up leaves these.
  `create index runs_unbalanced on runs (id) where status = 'failed' and fault is null`,
];
