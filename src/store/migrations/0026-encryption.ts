import { type Kysely, sql } from 'kysely';

/** Keys that values of payloads are sealed under, and by what sealed texts are known again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Wrapped by a key of the operator, which lies nowhere here; null once it is destroyed. Retired: nothing new is sealed
  // under it. A key lasts for a day, but for the one by which texts are known again and records are found.
  `create table data_keys (
    id text collate "C" primary key,
    purpose text not null check (purpose in ('data', 'lasting')),
    wrapped bytea,
    wrapped_by text not null,
    made_at timestamptz not null default now(),
    retired_at timestamptz,
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
  )`,
  `create unique index data_keys_lasting on data_keys (purpose) where purpose = 'lasting'`,
  // Of a sealed message: nobody else can work it out.
  `alter table errors add column print text`,
  `alter table causes add column print text`,
  `drop index causes_known`,
  `create unique index causes_known on causes (flow, code, stage, path, at, coalesce(print, md5(message)))`,
];
