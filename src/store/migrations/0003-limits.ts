import { type Kysely, sql } from 'kysely';

/** What the processes share of the limits of connections. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // How many requests have been started in the window under way, by connection. The shape is that of
  // rate-limiter-flexible; `expire` is in milliseconds since 1970. Nothing is lost with it, so it is not logged.
  `create unlogged table limit_windows (
    key text primary key,
    points integer not null default 0,
    expire bigint
  )`,
  // Who may have a request under way. Logged: a server that comes back must not hand a slot out twice.
  `create table limit_slots (
    connection text not null,
    slot int not null,
    owner text not null,
    until timestamptz not null,
    primary key (connection, slot)
  )`,
  // Who would have more slots if there were any, the longest waiting first.
  `create unlogged table limit_waiters (
    connection text not null,
    owner text not null,
    since timestamptz not null default now(),
    until timestamptz not null,
    primary key (connection, owner)
  )`,
];
