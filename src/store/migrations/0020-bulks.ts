import { type Kysely, sql } from 'kysely';

/** Frozen sets of errors that somebody wants something done about, worked off by whichever process has time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Wish, patch and way: what was asked for, as it was said. Connections: those that it writes to.
  `create table bulks (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('replay', 'resolve', 'discard', 'reopen')),
    state text not null default 'waiting' check (state in ('waiting', 'running', 'paused', 'stopped', 'done')),
    made_by text not null,
    reason text,
    wish jsonb not null,
    patch jsonb,
    way jsonb,
    plan_hash text,
    connections text[] not null,
    owner text,
    lease_until timestamptz,
    fault jsonb,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
  )`,
  `create index bulks_open on bulks (id) where state in ('waiting', 'running', 'paused')`,
  // Lanes: of the flow as it is now, also where it is replayed as it was. An error with the version that it had when the set was made: fingerprint of the source record, and of what the
  // error held. Patched: the record as it is sent. Left: not touched, as the world has moved on; result says how.
  `create table bulk_items (
    bulk_id bigint not null references bulks (id),
    error_id bigint not null references errors (id),
    flow text not null,
    plan_hash text references plans (hash),
    lanes integer,
    source text,
    held uuid not null,
    patched bytea,
    is_unread boolean not null default false,
    state text not null default 'waiting' check (state in ('waiting', 'staged', 'ended', 'left')),
    result text,
    code text,
    run_id bigint references runs (id),
    turned_at timestamptz,
    primary key (bulk_id, error_id)
  )`,
  `create index bulk_items_waiting on bulk_items (bulk_id, flow, plan_hash, error_id) where state = 'waiting'`,
  `create index bulk_items_error on bulk_items (error_id)`,
  // The run in which the records of a flow are staged, chunk by chunk; open for as long as there are more.
  `create table bulk_runs (
    run_id bigint primary key references runs (id),
    bulk_id bigint not null references bulks (id),
    plan_hash text not null
  )`,
  `create index bulk_runs_bulk on bulk_runs (bulk_id)`,
];
