import { type Kysely, sql } from 'kysely';

/** Runs that a guard holds until a person has decided, and what guards count. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table runs drop constraint runs_status_check`,
  `alter table runs add constraint runs_status_check
    check (status in ('queued', 'running', 'held', 'succeeded', 'errors', 'failed', 'skipped'))`,
  // What the guard said that held the run, and when a person let it go on: from then on, guards are off.
  `alter table runs add column guard jsonb, add column approved_at timestamptz`,
  // Asked for with every batch, and empty nearly always.
  `create index runs_held on runs (flow) where status = 'held'`,
  // Keys, so that a batch that is tried again counts once. Never more than a guard allows; gone with the run's end.
  `create table guarded (
    run_id bigint not null references runs (id) on delete cascade,
    guard text not null check (guard in ('maxDeletes', 'maxChange')),
    key text collate "C" not null,
    primary key (run_id, guard, key)
  )`,
  // The number that guards.maxChange watches, as it was last delivered: a decimal text.
  `alter table deliveries add column measure text`,
];
