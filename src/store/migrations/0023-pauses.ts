import { type Kysely, sql } from 'kysely';

/** Flows and connections that a person has paused, and how far a run had read that stood still for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The last pause of each. Until: when it is over, or was; null for as long as nobody ends it.
  `create table pauses (
    kind text not null check (kind in ('flow', 'connection')),
    name text not null,
    by text not null,
    reason text not null,
    since timestamptz not null default now(),
    until timestamptz,
    primary key (kind, name)
  )`,
  // Where a run reads on that was put back while it read; a range and a whole reading move no cursor of the flow.
  `alter table runs add column read_on text`,
  // The few that were asked for although their flow is paused: it works on until they are over.
  `create index runs_even_paused on runs (flow) where options ? 'evenPaused' and status in ('queued', 'running', 'held')`,
];
