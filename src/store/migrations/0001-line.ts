import { type Kysely, sql } from 'kysely';

/**
 * The tables of the line. Payloads are compressed bytes: nothing here is searched by content.
 * Text that is compared (keys, versions) uses the C collation: byte order, the same on every server.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The workspace files a plan was compiled from: another process compiles the same plan from them.
  `create table plans (
    hash text primary key,
    flow text not null,
    documents bytea not null,
    created_at timestamptz not null default now()
  )`,
  // What a flow has read so far. Moves only in the transaction that stages what was read.
  `create table cursors (
    flow text primary key,
    cursor text not null,
    run_id bigint not null,
    updated_at timestamptz not null default now()
  )`,
  `create table runs (
    id bigint generated always as identity primary key,
    flow text not null,
    plan_hash text references plans (hash),
    trigger text not null check (trigger in ('manual', 'schedule', 'replay')),
    tick timestamptz,
    options jsonb not null default '{}',
    status text not null check (status in ('queued', 'running', 'succeeded', 'errors', 'failed', 'skipped')),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    read_until timestamptz,
    read_at timestamptz,
    ended_at timestamptz,
    read bigint not null default 0,
    delivered bigint not null default 0,
    unchanged bigint not null default 0,
    filtered bigint not null default 0,
    superseded bigint not null default 0,
    blocked bigint not null default 0,
    failed bigint not null default 0,
    fault jsonb
  )`,
  `create unique index runs_tick on runs (flow, tick) where trigger = 'schedule'`,
  `create index runs_open on runs (flow) where status in ('queued', 'running')`,
  `create index runs_recent on runs (flow, id desc)`,
  // A lane is worked by one owner at a time; the epoch fences out an owner that lost its lease.
  `create table lanes (
    flow text not null,
    lane int not null,
    last_seq bigint not null default 0,
    owner text,
    epoch bigint not null default 0,
    lease_until timestamptz,
    primary key (flow, lane)
  )`,
  // Staged source records, in the order of each lane. Gone once every record has an outcome.
  `create table batches (
    id bigint generated always as identity primary key,
    run_id bigint not null references runs (id),
    flow text not null,
    lane int not null,
    seq bigint not null,
    records int not null,
    bytes int not null,
    payload bytea not null,
    attempts int not null default 0,
    due_at timestamptz not null default now(),
    fault jsonb,
    staged_at timestamptz not null default now(),
    unique (flow, lane, seq)
  )`,
  `create index batches_run on batches (run_id)`,
  // Records waiting for another attempt. due_at is null for those queued behind an earlier one of their key.
  `create table held (
    id bigint generated always as identity primary key,
    run_id bigint not null references runs (id),
    flow text not null,
    lane int not null,
    key text collate "C" not null,
    payload bytea not null,
    attempts int not null default 0,
    due_at timestamptz,
    fault jsonb,
    held_at timestamptz not null default now()
  )`,
  `create index held_due on held (flow, lane, due_at)`,
  `create index held_key on held (flow, key, id)`,
  `create index held_run on held (run_id)`,
  // What the target was last given: an equal fingerprint is not written again, an older version never.
  `create table deliveries (
    flow text not null,
    key text collate "C" not null,
    fingerprint bytea not null,
    version text,
    run_id bigint not null,
    delivered_at timestamptz not null default now(),
    primary key (flow, key)
  )`,
  // Who is who on both sides. Reserved before a create, confirmed with its outcome:
  // a row still reserved means that nobody knows whether the target has it.
  `create table xrefs (
    entity text not null,
    source text not null,
    key text collate "C" not null,
    target text not null,
    target_id text,
    run_id bigint not null,
    reserved_at timestamptz not null default now(),
    confirmed_at timestamptz,
    primary key (target, entity, source, key)
  )`,
  `create table errors (
    id bigint generated always as identity primary key,
    flow text not null,
    run_id bigint not null references runs (id),
    key text collate "C",
    stage text not null,
    code text not null,
    message text not null,
    at text,
    answer jsonb,
    payload bytea,
    attempts int not null default 1,
    state text not null check (state in ('open', 'replaying', 'resolved', 'discarded')),
    reason text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create index errors_open on errors (flow, code, id) where state in ('open', 'replaying')`,
  `create index errors_key on errors (flow, key) where state in ('open', 'replaying')`,
];
