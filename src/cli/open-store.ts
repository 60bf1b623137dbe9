import { join } from 'node:path';
import { Fault } from '../contract/fault.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';
import type { Env } from '../workspace/workspace.ts';
import { workspaceDir } from './common-options.ts';
import type { CommonOptions, Context } from './context.ts';
import { requireWorkspace } from './load.ts';

export interface Store {
  readonly db: Database;
  readonly url: string;
  readonly isEmbedded: boolean;
  /** Steps that brought the tables up to date just now. */
  readonly migrated: readonly string[];
  close(): Promise<void>;
}

/** For commands that only look at the store: one is not begun where there is no workspace. */
export async function openWorkspaceStore(context: Context, options: CommonOptions): Promise<Store> {
  const dir = workspaceDir(context, options);
  if (!context.env['DATABASE_URL']) await requireWorkspace(dir);
  return await openStore(context.env, dir);
}

/** Your PostgreSQL if DATABASE_URL says so, else the embedded one of this workspace; tables up to date. */
export async function openStore(env: Env, workspaceDir: string): Promise<Store> {
  const yours = env['DATABASE_URL'];
  if (yours) {
    requirePostgresUrl(yours);
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

/** Anything else would be taken for the name of a host. The value itself holds a password: it is not shown. */
function requirePostgresUrl(url: string): void {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    'DATABASE_URL must be postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters in the password percent-encoded; what it holds is something else',
  );
}
