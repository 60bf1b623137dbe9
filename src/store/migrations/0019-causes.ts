import { type Kysely, sql } from 'kysely';
import { fillErrors } from '../errors/fill-errors.ts';

/**
 * Errors by cause, and found by what their records say. How many errors a cause has, and how it stands, is counted from
 * them: it is kept nowhere else.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await fillErrors(db);
  for (const statement of indexes) await sql.raw(statement).execute(db);
}

const statements = [
  `create table causes (
    id integer generated always as identity primary key,
    first_at timestamptz not null default now(),
    -- Until when nobody has to see to it, and who has said so.
    muted_until timestamptz,
    flow text collate "C" not null,
    code text collate "C" not null,
    stage text not null,
    -- The path in the record, without indexes, and file:line in the workspace; empty where it is not known.
    path text not null,
    at text not null,
    -- With a gap for each value.
    message text not null,
    muted_by text,
    assignee text,
    tags text[] not null default '{}'
  )`,
  `create unique index causes_known on causes (flow, code, stage, path, at, md5(message))`,
  `alter table errors
     add column cause_id integer,
     -- When it failed last.
     add column failed_at timestamptz not null default now(),
     add column muted_until timestamptz,
     -- What of the record it is about.
     add column about jsonb,
     -- What stands in the gaps of the message.
     add column gaps jsonb not null default '[]',
     -- By what it is found: hashes of the values of its record.
     add column terms integer[] not null default '{}',
     add column muted_by text,
     add column assignee text,
     add column tags text[] not null default '{}'`,
  `update errors set failed_at = updated_at`,
];

const indexes = [
  // With what is counted, so that counting reads the index alone.
  `create index errors_by_cause on errors (cause_id, state) include (id, flow, created_at, updated_at, failed_at)`,
  `create index errors_terms on errors using gin (terms)`,
  `create index errors_assignee on errors (assignee) where assignee is not null`,
  `create index errors_tags on errors using gin (tags) where tags <> '{}'`,
];
