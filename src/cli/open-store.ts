import { join } from 'node:path';
import { type Database, openDatabase } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';
import type { Env } from '../workspace/workspace.ts';

export interface Store {
  readonly db: Database;
  readonly url: string;
  readonly isEmbedded: boolean;
  /** Steps that brought the tables up to date just now. */
  readonly migrated: readonly string[];
  close(): Promise<void>;
}

/** Your PostgreSQL if DATABASE_URL says so, else the embedded one of this workspace; tables up to date. */
export async function openStore(env: Env, workspaceDir: string): Promise<Store> {
  const yours = env['DATABASE_URL'];
  if (yours) {
    const db = await openDatabase(yours, { connections: 20 });
    return { db, url: yours, isEmbedded: false, migrated: await migrate(db), close: () => db.destroy() };
  }
  const postgres = await startEmbeddedPostgres(join(workspaceDir, '.tradelane', 'postgres'));
  try {
    const db = await openDatabase(postgres.url, { connections: 20 });
    const migrated = await migrate(db);
    // The pool first: a server that stops under its clients leaves each of them with an error.
    const close = async () => {
      await db.destroy();
      await postgres.close();
    };
    return { db, url: postgres.url, isEmbedded: true, migrated, close };
  } catch (thrown) {
    await postgres.close();
    throw thrown;
  }
}
