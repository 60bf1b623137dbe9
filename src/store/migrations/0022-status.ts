import { type Kysely, sql } from 'kysely';

/** What `status` asks of all flows at once is found by index, however many runs and errors there are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Computed from what is there, so that no statement that settles or reopens an error has to think of it. It does not
  // change while an error is open: an error that fails again touches no index for it.
  `alter table errors add column settled_at timestamptz
     generated always as (case when state in ('resolved', 'discarded') then updated_at end) stored`,
  `create index errors_open_since on errors (flow, created_at) where state in ('open', 'replaying')`,
  `create index errors_settled on errors (settled_at) include (flow, created_at) where settled_at is not null`,
  // The few that nobody has to see to for now.
  `create index errors_muted on errors (muted_until) where muted_until is not null`,
  // Of a flow that is skipped, or fails, each minute for months, the last run that was not is found at once.
  `create index runs_not_skipped on runs (flow, id desc) where status <> 'skipped'`,
  `create index runs_caught_up on runs (flow, id desc)
     where trigger <> 'replay' and read_at is not null and fault is null
       and not options ?| array['since', 'until', 'limit']`,
  `create index runs_succeeded on runs (flow, id desc)
     where trigger <> 'replay' and status = 'succeeded' and not options ?| array['since', 'until', 'limit']`,
  // What was decided last about a held run of a flow.
  `create index audit_entries_approval on audit_entries (flow, id desc) where deed in ('approve', 'reject')`,
];
