import { type Kysely, sql } from 'kysely';

/** Creates whose outcome nobody knows: since when their last request was given up, and until when to wait for them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Both absent on a reservation: its request may be under way, or its worker died; whoever finds it counts from then on.
  `alter table xrefs add column doubt_since timestamptz, add column doubt_until timestamptz`,
  // For whoever looks at what is in doubt. A create that goes well never touches it.
  `create index xrefs_doubt on xrefs (doubt_until) where doubt_until is not null`,
];
