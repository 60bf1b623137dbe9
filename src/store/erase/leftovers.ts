import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';
import { unpackText } from '../postgres/packed.ts';

/** Rows of a table that say something still. */
export interface Leftover {
  readonly table: string;
  readonly rows: number;
}

/** What is looked through value by value, and what only holds numbers, hashes or names of ours. */
const lookedThrough = [
  ...['history', 'history_terms', 'history_parts', 'errors', 'batches', 'held', 'decisions', 'bulk_items'],
  ...['known_records', 'audit_entries', 'audit_chain', 'audit_head', 'erased_keys', 'erase_secret'],
  ...['limit_windows', 'limit_slots', 'limit_waiters', 'kysely_migration', 'kysely_migration_lock'],
];

/**
 * Tables beside those that are looked through in which one of these texts stands: whatever they are for, whoever erases
 * has to know of it. Partitions are looked at with their table.
 */
export async function findLeftovers(
  db: Database,
  isIn: (json: string) => boolean,
): Promise<readonly Leftover[]> {
  const tables = await sql<{ name: string }>`
    select relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'tradelane' and relkind in ('r', 'p') and not relispartition
      and relname <> all(${lookedThrough}::text[]) order by relname`.execute(db);
  const found: Leftover[] = [];
  for (const { name } of tables.rows) {
    let count = 0;
    for await (const rows of walkTable(db, name)) count += rows.filter(isIn).length;
    if (count > 0) found.push({ table: name, rows: count });
  }
  return found;
}

/** Rows as JSON, some at a time. What is sealed in them is opened on its way. */
async function* walkTable(db: Database, name: string): AsyncGenerator<readonly string[]> {
  for (let after = '(0,0)'; ; ) {
    const { rows } = await sql<Readonly<Record<string, unknown>>>`
      select row_of_it.*, ctid::text as place_of_row from ${sql.table(name)} as row_of_it
      where ctid > ${after}::tid order by ctid limit ${rowsAtOnce}`.execute(db);
    // Bytes are looked through by those who know what is packed into them.
    yield rows.map((row) =>
      JSON.stringify(Object.values(row).filter((value) => !(value instanceof Uint8Array))),
    );
    const last = rows.at(-1)?.['place_of_row'];
    if (last === undefined || rows.length < rowsAtOnce) return;
    after = String(last);
  }
}

const rowsAtOnce = 1_000;

/** Plans in whose files one of these texts stands: lookup tables, for example. */
export async function countPlansWith(db: Database, isIn: (json: string) => boolean): Promise<number> {
  let count = 0;
  const { rows: hashes } = await sql<{ hash: string }>`select hash from plans order by hash`.execute(db);
  for (const { hash } of hashes) {
    const { rows } = await sql<{ documents: Buffer }>`
      select documents from plans where hash = ${hash}`.execute(db);
    if (rows[0] && isIn(unpackText('plan', rows[0].documents))) count += 1;
  }
  return count;
}

/** Runs that are reading their sources now, or are about to. */
export async function findReadingRuns(
  db: Database,
): Promise<readonly { readonly id: number; readonly flow: string }[]> {
  const { rows } = await sql<{ id: number; flow: string }>`
    select id, flow from runs
    where status = 'running' and read_at is null and trigger <> 'replay' order by id`.execute(db);
  return rows;
}

/** What was written from this moment on has a later time: transactions that were under way then included. */
export async function momentBefore(db: Database): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select now() - interval '10 minutes' as at`.execute(db);
  return present(rows[0], 'the time of the database').at;
}
