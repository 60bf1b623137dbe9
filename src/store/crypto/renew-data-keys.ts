import { setTimeout as wait } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { type Database, keyringOf } from '../postgres/database.ts';
import { leaseMs } from './keyring.ts';
import { resealRows } from './reseal.ts';
import { dataKeyIn, isUnder, type SealedTable, sealedTables } from './sealed-columns.ts';

/** What became of data keys that were to go. */
export interface RenewedKeys {
  /** Nobody opens what was sealed under them, wherever it lies. */
  readonly destroyed: readonly string[];
  /** Rows that were sealed anew. */
  readonly rows: number;
  /** A statement that may still use them went on for too long: they seal nothing more, and go the next time. */
  readonly isInUse: boolean;
}

/**
 * Destroys data keys, so that nobody opens what was sealed under them: neither dead rows nor the log of the database. All
 * that is still sealed under them is sealed anew first. To be called after something was erased. Costs as much as is left
 * under these keys; without `ids`, which are all but the one that is made now, as much as there is.
 *
 * Ended in between, nothing is lost: keys are destroyed last, and only once nothing is under them. A wrapped key stays in
 * the log and in backups of the database for as long as these are kept: to close them as well, the operator's key is
 * rotated (`rotateKeys`), and the one before it thrown away. Without a key, nothing is done.
 */
export async function renewDataKeys(
  db: Database,
  { ids, stop }: { readonly ids?: readonly string[]; readonly stop: AbortSignal },
): Promise<RenewedKeys> {
  const keyring = keyringOf(db);
  if (keyring === undefined) return { destroyed: [], rows: 0, isInUse: false };
  const retired = await retire(db, ids);
  if (retired.length === 0) return { destroyed: [], rows: 0, isInUse: false };
  keyring.forget(retired);
  let rows = await resealAll(db, retired, stop);
  if (!(await areUnused(db, retired, stop))) return { destroyed: [], rows, isInUse: true };
  // What was under way when they were retired has sealed under them, perhaps.
  rows += await resealAll(db, retired, stop);
  const destroyed = await destroy(db, retired);
  // Opened once more for it.
  keyring.forget(destroyed);
  return { destroyed, rows, isInUse: destroyed.length < retired.length };
}

/**
 * The same of data keys that are older than anything that is only kept for a while: what is left under them are errors,
 * runs and the like, and no key lasts for longer than that.
 */
export async function renewOldKeys(db: Database, ageMs: number, stop: AbortSignal): Promise<RenewedKeys> {
  const { rows } = await sql<{ id: string }>`
    select id from data_keys
    where purpose = 'data' and wrapped is not null and made_at < now() - ${ageMs} * interval '1 millisecond'`.execute(
    db,
  );
  return await renewDataKeys(db, { ids: rows.map(({ id }) => id), stop });
}

/** Under which data keys the values of these rows are sealed: to be asked before they are changed. */
export async function dataKeysOf(
  db: Database,
  name: SealedTable['name'],
  where: RawBuilder<boolean>,
): Promise<readonly string[]> {
  const table = present(
    sealedTables.find((each) => each.name === name),
    `a table with sealed values: ${name}`,
  );
  const each = Object.entries(table.columns).map(
    ([column, form]) => sql`select ${dataKeyIn(column, form)} as id from ${sql.table(name)} where ${where}`,
  );
  const { rows } = await sql<{ id: string }>`
    select data_keys.id from data_keys where id in (${sql.join(each, sql` union `)}) order by made_at`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

async function retire(db: Database, ids: readonly string[] | undefined): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    update data_keys set retired_at = coalesce(retired_at, now())
    where purpose = 'data' and wrapped is not null and ${ids === undefined ? sql`true` : sql`id = any(${ids}::text[])`}
    returning id`.execute(db);
  return rows.map(({ id }) => id);
}

const atOnce = 200;

async function resealAll(db: Database, ids: readonly string[], stop: AbortSignal): Promise<number> {
  let all = 0;
  for (const table of sealedTables) {
    for (let rows = atOnce; rows === atOnce; all += rows) {
      stop.throwIfAborted();
      rows = await resealRows(db, { table, where: isAnyUnder(table, ids), limit: atOnce });
    }
  }
  return all;
}

function isAnyUnder({ columns }: SealedTable, ids: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(
    Object.entries(columns).map(([name, column]) => isUnder(name, column, ids)),
    sql` or `,
  )})`;
}

/** How long to wait for statements of others, and how often it is looked. */
const patienceMs = 60_000;
const pollMs = 200;

/**
 * Waits until nobody seals under these keys any more: whoever had one has looked since whether it is still the one, and
 * every transaction that began before that is over.
 */
async function areUnused(db: Database, ids: readonly string[], stop: AbortSignal): Promise<boolean> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    stop.throwIfAborted();
    const { rows } = await sql<{ is_unused: boolean }>`
      select now() >= retired.until and not exists (
        select 1 from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and xact_start <= retired.until
      ) as is_unused
      from (
        select max(retired_at) + ${2 * leaseMs} * interval '1 millisecond' as until
        from data_keys where id = any(${ids}::text[])
      ) as retired`.execute(db);
    if (rows[0]?.is_unused === true) return true;
    await wait(pollMs);
  }
  return false;
}

/** Those that nothing is under: looked at in the same transaction. */
async function destroy(db: Database, ids: readonly string[]): Promise<readonly string[]> {
  const isUsed = sql.join(
    sealedTables.map(
      (table) => sql`exists (select 1 from ${sql.table(table.name)} where ${isAnyUnder(table, ids)})`,
    ),
    sql` or `,
  );
  const { rows } = await sql<{ id: string }>`
    update data_keys set wrapped = null, destroyed_at = now()
    where id = any(${ids}::text[]) and not (${isUsed}) returning id`.execute(db);
  // The row before lies in the table until it is written anew; there are a few rows in it.
  if (rows.length > 0) await sql`vacuum full data_keys`.execute(db);
  return rows.map(({ id }) => id);
}
