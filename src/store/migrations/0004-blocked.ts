import { type Kysely, sql } from 'kysely';

/** Records that wait for a reference: they are held, and count as blocked instead of pending. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Since when the record counts as blocked in its run: it waits for references, or behind one of its key that does.
  `alter table held add column blocked_at timestamptz`,
  // Attempts in all, of the flow that the record was held by: for whoever looks at what waits.
  `alter table held add column max_attempts int not null default 1`,
  // The error that the record is a replay of: when somebody closes it, there is nothing to wait for.
  `alter table held add column error_id bigint`,
  `create index held_error on held (error_id) where error_id is not null`,
  // What keeps a run open: a run of many blocked records must not be counted through each time.
  `drop index held_run`,
  `create index held_run on held (run_id) where blocked_at is null`,
  `create index held_blocked on held (flow, due_at) where blocked_at is not null`,
  // What a held record waits for. Gone once all of it is known, and the record is due.
  `create table awaited_xrefs (
    held_id bigint not null references held (id) on delete cascade,
    entity text not null,
    source text not null,
    key text collate "C" not null,
    target text not null,
    primary key (held_id, entity, key)
  )`,
  // In the order of the references themselves.
  `create index awaited_xrefs_reference on awaited_xrefs (target, entity, source, key)`,
];
