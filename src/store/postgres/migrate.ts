import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import * as line from '../migrations/0001-line.ts';
import * as circuits from '../migrations/0002-circuits.ts';
import * as limits from '../migrations/0003-limits.ts';
import * as blocked from '../migrations/0004-blocked.ts';
import * as guards from '../migrations/0005-guards.ts';
import * as drift from '../migrations/0006-drift.ts';
import * as pageLengths from '../migrations/0008-page-lengths.ts';
import * as runNotes from '../migrations/0009-run-notes.ts';
import * as doubts from '../migrations/0010-doubts.ts';
import * as references from '../migrations/0011-references.ts';
import * as decisions from '../migrations/0013-decisions.ts';
import * as runCursors from '../migrations/0014-run-cursors.ts';
import * as members from '../migrations/0015-members.ts';
import * as knownRecords from '../migrations/0016-known-records.ts';
import * as audit from '../migrations/0017-audit.ts';
import * as history from '../migrations/0018-history.ts';
import * as causes from '../migrations/0019-causes.ts';
import * as bulks from '../migrations/0020-bulks.ts';
import * as madePayloads from '../migrations/0021-made-payloads.ts';
import * as status from '../migrations/0022-status.ts';
import * as pauses from '../migrations/0023-pauses.ts';
import * as access from '../migrations/0024-access.ts';
import * as auditChain from '../migrations/0025-audit-chain.ts';
import * as encryption from '../migrations/0026-encryption.ts';
import * as erase from '../migrations/0027-erase.ts';
import * as idempotency from '../migrations/0028-idempotency.ts';
import * as processes from '../migrations/0029-processes.ts';
import type { Database } from './database.ts';
import { isMoveOpen, moveKnownRecords } from './move-known-records.ts';

const knownRecordsName = '0016-known-records';

const migrations = {
  '0001-line': line,
  '0002-circuits': circuits,
  '0003-limits': limits,
  '0004-blocked': blocked,
  '0005-guards': guards,
  '0006-drift': drift,
  '0008-page-lengths': pageLengths,
  '0009-run-notes': runNotes,
  '0010-doubts': doubts,
  '0011-references': references,
  '0013-decisions': decisions,
  '0014-run-cursors': runCursors,
  '0015-members': members,
  [knownRecordsName]: knownRecords,
  '0017-audit': audit,
  '0018-history': history,
  '0019-causes': causes,
  '0020-bulks': bulks,
  '0021-made-payloads': madePayloads,
  '0022-status': status,
  '0023-pauses': pauses,
  '0024-access': access,
  '0025-audit-chain': auditChain,
  '0026-encryption': encryption,
  '0027-erase': erase,
  '0028-idempotency': idempotency,
  '0029-processes': processes,
};

/** Brings the tables up to date; returns the names of the steps taken. Safe with several processes at once. */
export async function migrate(database: Database): Promise<readonly string[]> {
  await sql`create schema if not exists tradelane`.execute(database).catch(ignoreRace);
  const taken = await migrateTables(database);
  await moveKnownRecords(database);
  return taken;
}

async function migrateTables(database: Database, triesLeft = 3): Promise<readonly string[]> {
  try {
    const { error, results } = await createMigrator(database).migrateToLatest();
    if (error) throw error;
    return (results ?? []).map((result) => result.migrationName);
  } catch (thrown) {
    // The migrator looks at every table: another process has dropped one of them in this moment.
    if (triesLeft === 0 || (thrown as { code?: string }).code !== '42P01') throw thrown;
    return await migrateTables(database, triesLeft - 1);
  }
}

/** Is there nothing of ours in it? Changes nothing. */
export async function isNewDatabase(database: Database): Promise<boolean> {
  const { rows } = await sql<{ isNew: boolean }>`
    select to_regclass('tradelane.kysely_migration') is null as "isNew"`.execute(database);
  return rows[0]?.isNew === true;
}

/** Names of the steps that `migrate` would take. Changes nothing. */
export async function pendingMigrations(database: Database): Promise<readonly string[]> {
  const all = await createMigrator(database).getMigrations();
  const pending = all.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  return (await isMoveOpen(database)) ? [knownRecordsName, ...pending] : pending;
}

/** Steps that this version knows and the tables have not, and the other way round. One or two statements. */
export async function compareMigrations(
  database: Database,
): Promise<{ readonly missing: readonly string[]; readonly unknown: readonly string[] }> {
  const { rows } = await sql<{ name: string }>`select name from tradelane.kysely_migration`.execute(database);
  const taken = new Set(rows.map(({ name }) => name));
  const missing = Object.keys(migrations).filter((name) => !taken.has(name));
  return {
    missing: (await isMoveOpen(database)) ? [knownRecordsName, ...missing] : missing,
    unknown: [...taken].filter((name) => !Object.hasOwn(migrations, name)),
  };
}

export function createMigrator(database: Database): Migrator {
  return new Migrator({
    db: database,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: 'tradelane',
  });
}

/** Two processes that create the schema at once: one of them meets the other's row in the catalogue. */
function ignoreRace(thrown: unknown): void {
  const code = (thrown as { code?: string }).code;
  if (code !== '23505' && code !== '42P06') throw thrown;
}
