import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** A part of history: tables of its own, which go as a whole. */
export interface HistoryPart {
  readonly part: number;
  /** How long ago it was begun. */
  readonly ageMs: number;
  /** With its indexes, and what its blocks are found by. */
  readonly bytes: number;
  /** Nothing has come to it. */
  readonly isEmpty: boolean;
}

/** Why something was not done: another process is at it, or somebody uses a table that has to be locked for it. */
export type Hindrance = 'elsewhere' | 'inUse';

/**
 * Does something to history that one process at a time does, in a transaction. A lock that it does not get soon is given
 * up, and all of it undone: everybody else would wait behind it.
 */
export async function tidying<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<Result | Hindrance> {
  const done = db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ is_ours: boolean }>`
      select pg_try_advisory_xact_lock(${lockId}::bigint) as is_ours,
             set_config('lock_timeout', ${`${patienceMs}ms`}, true)`.execute(tx);
    return rows[0]?.is_ours ? await work(tx) : 'elsewhere';
  });
  return await done.catch((thrown: unknown) => {
    if ((thrown as { readonly code?: unknown }).code === lockNotAvailable) return 'inUse';
    throw thrown;
  });
}

/** Nobody tidies history up until this transaction ends; waits for who is at it. */
export async function keepUntidied(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockId}::bigint)`.execute(tx);
}

const lockNotAvailable = '55P03';

/** Names this work among the locks of the database that applications agree on. */
const lockId = 0x74_6c_68_69;
/** What records is held up by it at most. */
const patienceMs = 100;

/** The oldest first. */
export async function listParts(db: Database): Promise<readonly HistoryPart[]> {
  const { rows } = await sql<HistoryPart>`
    select part, extract(epoch from now() - from_at)::float8 * 1000 as "ageMs",
           coalesce(pg_total_relation_size(to_regclass('history_' || part)), 0)
             + coalesce(pg_total_relation_size(to_regclass('history_terms_' || part)), 0) as bytes,
           not exists (select 1 from history where history.part = history_parts.part) as "isEmpty"
    from history_parts order by part`.execute(db);
  return rows;
}

/**
 * What is kept from now on goes there. Both tables are locked against everybody: a statement under way has made out
 * already which parts there are.
 */
export async function beginPart(tx: Database, part: number): Promise<void> {
  for (const [table, own] of tablesOf(part)) {
    await sql`create table ${own} partition of ${table} for values in (${sql.lit(part)})`.execute(tx);
  }
  await sql`insert into history_parts (part) values (${part})`.execute(tx);
}

export async function dropPart(tx: Database, part: number): Promise<void> {
  await sql`delete from history_parts where part = ${part}`.execute(tx);
  for (const [, own] of tablesOf(part)) await sql`drop table ${own}`.execute(tx);
}

function tablesOf(part: number) {
  return ['history', 'history_terms'].map((name) => [sql.table(name), sql.table(`${name}_${part}`)] as const);
}
