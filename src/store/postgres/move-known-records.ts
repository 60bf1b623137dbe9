import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';

/** So many rows a transaction: each holds its locks for some milliseconds. */
const rowsAtOnce = 5_000;

/** Names this work among the locks of the database that applications agree on. */
const lockId = 0x74_6c_6b_72;

/**
 * Moves what `deliveries` and `xrefs` held to `known_records`, and drops them. Ended in between, it goes on from there
 * the next time; of several processes one does it, and the others wait for it. Nothing may be delivered before.
 * Returns whether there was anything to move.
 */
export async function moveKnownRecords(database: Database): Promise<boolean> {
  if (!(await isMoveOpen(database))) return false;
  return await database.connection().execute(async (session) => {
    await sql`select pg_advisory_lock(${lockId}::bigint)`.execute(session);
    try {
      if (!(await isMoveOpen(session))) return false;
      for (const move of moves) await moveAll(session, move);
      await sql`drop table deliveries_before, xrefs_before, known_records_moved`.execute(session);
      return true;
    } finally {
      await sql`select pg_advisory_unlock(${lockId}::bigint)`.execute(session);
    }
  });
}

/** Has `migrate` begun it, and not come to its end? */
export async function isMoveOpen(database: Database): Promise<boolean> {
  const { rows } = await sql<{ is_open: boolean }>`
    select to_regclass('tradelane.known_records_moved') is not null as is_open`.execute(database);
  return rows[0]?.is_open === true;
}

/** One of the two tables, by the columns of its primary key, and what is made of its rows. */
interface Move {
  readonly name: string;
  readonly columns: readonly string[];
  readonly insert: RawBuilder<unknown>;
}

const link = sql`case when target_id is null then 'r' when shared_as = '' then 'k' else 's' end::"char"`;

/** What a delivery and a reference of one space have in common comes first, as whole rows. */
const moves: readonly Move[] = [
  {
    name: 'deliveries_before',
    columns: ['flow', 'key'],
    insert: sql`
      insert into known_records
        (space, key, fingerprint, version, measure, members, run_id, since, link, target_id, doubt_since, doubt_until)
      select id, old.key, substring(fingerprint for 16), version, measure, members, coalesce(xref.run_id, old.run_id),
             coalesce(confirmed_at, reserved_at, delivered_at), case when xref.key is not null then ${link} end,
             nullif(target_id, old.key), doubt_since, doubt_until
      from old join key_spaces as space using (flow) left join xrefs_before as xref
        on xref.target = space.target and xref.entity = space.entity and xref.source = space.source
        and xref.key = old.key
      order by id, old.key`,
  },
  {
    name: 'xrefs_before',
    columns: ['target', 'entity', 'source', 'key'],
    insert: sql`
      insert into known_records (space, key, run_id, since, link, target_id, doubt_since, doubt_until)
      select id, key, run_id, coalesce(confirmed_at, reserved_at), ${link}, nullif(target_id, key), doubt_since,
             doubt_until
      from old join key_spaces using (target, entity, source)
      order by id, key
      on conflict (space, key) do nothing`,
  },
];

async function moveAll(session: Database, move: Move): Promise<void> {
  const { rows } = await sql<{ after: readonly string[] }>`
    select after from known_records_moved where name = ${move.name}`.execute(session);
  let after = rows[0]?.after;
  do after = await moveSome(session, move, after);
  while (after !== undefined);
}

/** Returns the key of the last that was moved; `undefined` if none was left. */
async function moveSome(
  session: Database,
  { name, columns, insert }: Move,
  after: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  const key = sql.join(columns.map((column) => sql.ref(column)));
  const descending = sql.join(columns.map((column) => sql`${sql.ref(column)} desc`));
  const isLeft = after === undefined ? sql`true` : sql`(${key}) > (${sql.join(after)})`;
  const { rows } = await sql<{ after: readonly string[] }>`
    with old as materialized (
      select * from ${sql.ref(name)} where ${isLeft} order by ${key} limit ${rowsAtOnce}
    ), inserted as (${insert})
    insert into known_records_moved (name, after)
    select ${name}, array[${key}] from old order by ${descending} limit 1
    on conflict (name) do update set after = excluded.after returning after`.execute(session);
  return rows[0]?.after;
}
