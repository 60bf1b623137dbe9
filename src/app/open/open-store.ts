import { join } from 'node:path';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import type { OperatorKey } from '../../store/crypto/operator-keys.ts';
import { beginKeys, hasKeyTable, requireKeys } from '../../store/crypto/require-keys.ts';
import { startEmbeddedPostgres } from '../../store/embedded/embedded-postgres.ts';
import { removePostgres } from '../../store/embedded/postgres-place.ts';
import { type Database, openDatabase } from '../../store/postgres/database.ts';
import { isNewDatabase, migrate, pendingMigrations } from '../../store/postgres/migrate.ts';
import type { Env } from '../../workspace/workspace.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadEncryptionKeys } from './encryption-keys.ts';
import { requireWorkspace } from './load.ts';

export interface Store {
  readonly db: Database;
  readonly url: string;
  readonly isEmbedded: boolean;
  /** Steps that brought the tables up to date just now. */
  readonly migrated: readonly string[];
  /** Of an embedded one: aborted, with the Fault that says why, when it has died and cannot be brought back. */
  readonly gone?: AbortSignal;
  close(): Promise<void>;
}

/** For commands that only look at the store: one is not begun where there is no workspace. */
export async function openWorkspaceStore({ env }: Surroundings, dir: string): Promise<Store> {
  if (!env['DATABASE_URL']) await requireWorkspace(dir);
  return await openStore(env, dir);
}

/** Your PostgreSQL if DATABASE_URL says so, else the embedded one of this workspace; tables up to date. */
export async function openStore(env: Env, workspaceDir: string): Promise<Store> {
  const yours = env['DATABASE_URL'];
  const keys = await loadEncryptionKeys(env, workspaceDir);
  if (yours) {
    requirePostgresUrl(yours);
    const { db, migrated } = await openMigrated(yours, keys);
    return { db, url: yours, isEmbedded: false, migrated, close: () => closed(db) };
  }
  const postgres = await startEmbeddedPostgres(ownPlace(workspaceDir));
  try {
    const { db, migrated } = await openMigrated(postgres.url, keys);
    // The pool first: a server that stops under its clients leaves each of them with an error.
    const close = async () => {
      await closed(db);
      await postgres.close();
    };
    return { db, url: postgres.url, isEmbedded: true, migrated, gone: postgres.gone, close };
  } catch (thrown) {
    await postgres.close();
    throw thrown;
  }
}

async function openMigrated(
  url: string,
  keys: readonly OperatorKey[],
): Promise<Pick<Store, 'db' | 'migrated'>> {
  const db = await openDatabase(url, { connections: 20, keys });
  try {
    // Steps from before there were keys have nothing to seal with.
    const before = keys.length > 0 && !(await hasKeyTable(db)) ? await migrateWithoutKeys(url) : [];
    const migrated = [...before, ...(await migrate(db))];
    await beginKeys(db);
    return { db, migrated };
  } catch (thrown) {
    await closed(db);
    throw thrown;
  }
}

/**
 * The same for commands that promise to change nothing: over a session in which PostgreSQL itself refuses to write.
 * Tables of yours are not brought up to date; throws a Fault TL_STORE_UNAVAILABLE where they would have to be. Only in a
 * database that holds nothing of ours yet they are made, empty, as by any command that comes first.
 */
export async function openStoreToRead(env: Env, workspaceDir: string): Promise<Pick<Store, 'db' | 'close'>> {
  const yours = env['DATABASE_URL'];
  const keys = await loadEncryptionKeys(env, workspaceDir);
  // One of the workspace's own is begun, or joined, as any command does.
  const own = yours ? undefined : await openStore(env, workspaceDir);
  if (yours) requirePostgresUrl(yours);
  if (yours) await beginIfNew(yours);
  try {
    const db = await openDatabase(present(own?.url ?? yours, 'the URL of a database'), {
      connections: 5,
      access: 'readOnly',
      keys,
    });
    const close = async () => {
      await db.destroy();
      await own?.close();
    };
    try {
      await requireMigrated(db);
      await requireKeys(db);
      return { db, close };
    } catch (thrown) {
      await db.destroy();
      throw thrown;
    }
  } catch (thrown) {
    await own?.close();
    throw thrown;
  }
}

/** Takes the embedded one of a workspace away, with all that is in it. */
export async function removeOwnStore(workspaceDir: string): Promise<void> {
  await removePostgres(ownPlace(workspaceDir));
}

function ownPlace(workspaceDir: string): string {
  return join(workspaceDir, '.tradelane', 'postgres');
}

/** A statement that the database never answers must not keep the process. */
async function closed(db: Database): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const goodbye = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, goodbyeMs);
  });
  await Promise.race([db.destroy(), goodbye]).finally(() => clearTimeout(timer));
}

const goodbyeMs = 5_000;

async function migrateWithoutKeys(url: string): Promise<readonly string[]> {
  const db = await openDatabase(url, { connections: 2 });
  try {
    return await migrate(db);
  } finally {
    await db.destroy();
  }
}

async function beginIfNew(url: string): Promise<void> {
  const db = await openDatabase(url, { connections: 1 });
  try {
    if (await isNewDatabase(db)) await migrate(db);
  } finally {
    await db.destroy();
  }
}

async function requireMigrated(db: Database): Promise<void> {
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return;
  throw new Fault(
    'TL_STORE_UNAVAILABLE',
    `the tables of the database are not those of this version (${pending.join(', ')}), and this command changes nothing: \`tradelane migrate\` brings them up to date`,
  );
}

/** Anything else would be taken for the name of a host. The value itself holds a password: it is not shown. */
function requirePostgresUrl(url: string): void {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    'DATABASE_URL must be postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters in the password percent-encoded; what it holds is something else',
  );
}
