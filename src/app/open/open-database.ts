import type { Clock } from '../../contract/connector.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { SourceFile } from '../../workspace/text/source-file.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadAny, loadFrom, workspaceIfThere } from './load.ts';
import { openWorkspaceStore } from './open-store.ts';

/** A workspace's database, to look into and to decide about what is in it. */
export interface OpenDatabase {
  readonly db: Database;
  readonly clock: Clock;
  /** The workspace as it is now; `undefined` where only its database is at hand. */
  readonly findWorkspace: () => Promise<Workspace | undefined>;
  /** The same where it is needed. Throws a Fault TL_WORKSPACE_INVALID where it is not there. */
  readonly requireWorkspace: () => Promise<Workspace>;
  /** The workspace as other files have it, such as those of a run of another day. */
  readonly parseDocuments: (documents: readonly SourceFile[]) => Promise<Workspace>;
}

/** Opens a workspace's database for as long as it is used. Its files are read when they are asked for. */
export async function withDatabase<T>(
  around: Surroundings,
  dir: string,
  use: (open: OpenDatabase) => Promise<T>,
): Promise<T> {
  const store = await openWorkspaceStore(around, dir);
  try {
    return await use({
      db: store.db,
      clock: around.clock,
      findWorkspace: () => workspaceIfThere(around, dir),
      requireWorkspace: async () => (await loadFrom(around, dir)).workspace,
      parseDocuments: async (documents) => (await loadAny(around, dir)).parse(documents),
    });
  } finally {
    await store.close();
  }
}

/** The database that an engine works over. */
export function databaseOf({ engine, plans }: Runtime): OpenDatabase {
  const workspace = async () => plans.workspace();
  const { db, clock } = engine;
  const parseDocuments = async (documents: readonly SourceFile[]) => plans.parse(documents);
  return { db, clock, findWorkspace: workspace, requireWorkspace: workspace, parseDocuments };
}
