import { type Kysely, sql } from 'kysely';

/** Which connections are away, and which connection a plan writes to: what waits for one is found by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table plans add column target text`,
  // A row is an open circuit: nothing is written over the connection until a probe has got through.
  `create table circuits (
    connection text primary key,
    fault jsonb not null,
    opened_at timestamptz not null default now(),
    probes int not null default 0,
    probe_at timestamptz not null,
    probing boolean not null default false
  )`,
];
