import { type Kysely, sql } from 'kysely';

/** What has been asked with a key: asked once more, the answer of the first time comes back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Without status: under way, or its process has died in it. Kept for a day.
  `create table idempotency_keys (
    caller text not null,
    key text not null,
    endpoint text not null,
    asked bytea not null,
    began_at timestamptz not null default now(),
    status int,
    body text,
    primary key (caller, key)
  )`,
  `create index idempotency_keys_began on idempotency_keys (began_at)`,
];
