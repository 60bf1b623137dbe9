import { type Kysely, sql } from 'kysely';

/** What records look like, as learned, and what was not as before. Paths are names; no value of a record is kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Selection: what a flow asks its source for may be another part of the records than what others ask for.
  `create table shapes (
    id bigint generated always as identity primary key,
    side text not null check (side in ('source', 'target')),
    connection text not null,
    resource text not null,
    selection text not null,
    shape jsonb not null default '{}',
    updated_at timestamptz not null default now(),
    unique (connection, resource, side, selection)
  )`,
  `create table drifts (
    id bigint generated always as identity primary key,
    flow text not null,
    side text not null check (side in ('source', 'target')),
    connection text not null,
    resource text not null,
    entity text not null default '',
    kind text not null check (kind in ('new', 'missing', 'retyped', 'unfit', 'refused')),
    path text collate "C" not null,
    rule text not null,
    segments text[] not null,
    shape_id bigint references shapes (id) on delete set null,
    expected text not null,
    got text not null,
    sample text,
    count bigint not null,
    run_id bigint not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    state text not null default 'open' check (state in ('open', 'accepted', 'resolved')),
    closed_at timestamptz,
    unique (flow, side, connection, resource, entity, kind, path, rule)
  )`,
  `create index drifts_open on drifts (run_id) where state = 'open'`,
];
