import type { OpenConnection } from '../../contract/connector.ts';
import { createConnectorLog } from '../../observe/engine-log.ts';
import { createLogger } from '../../observe/logger.ts';
import type { WalkedSchema } from '../../schema/walk-schema.ts';
import { compileFlow } from '../../workspace/compile/compile-flow.ts';
import { openConnection } from '../../workspace/compile/open-connection.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { createPageMemoryToRead } from '../engine/page-memory.ts';
import { loadPinnedPlan } from '../engine/pinned-plan.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadFrom } from './load.ts';
import type { OpenDatabase } from './open-database.ts';
import { openStoreToRead } from './open-store.ts';
import { requireFlow } from './require-flow.ts';

/** A workspace beside a store that nothing can be written to; its flows are opened as they are asked for. */
export interface OpenWorkspace extends OpenDatabase {
  readonly workspace: Workspace;
  /** The schema of a canonical entity, with those that it may refer to. */
  readonly entity: (name: string) => WalkedSchema | undefined;
  /** A flow over open connections. Throws a Fault for one that is not there or has mistakes. */
  compile(flow: string): Plan;
  /** A flow as it was when its files had this hash. */
  compileAsOf(hash: string): Promise<Plan>;
}

/** A flow of such a workspace. */
export interface OpenFlow extends Omit<OpenWorkspace, 'compile' | 'compileAsOf'> {
  readonly plan: Plan;
}

export async function withOpenFlow<T>(
  around: Surroundings,
  { dir, flow }: { readonly dir: string; readonly flow: string },
  use: (open: OpenFlow) => Promise<T>,
): Promise<T> {
  const given = { dir, require: flow };
  return await withOpenWorkspace(around, given, ({ compile, compileAsOf: _then, ...open }) =>
    use({ ...open, plan: compile(flow) }),
  );
}

/**
 * Opens flows for a command that only looks, and closes them again whatever happens. The limits of their connections
 * hold for this process alone: to share them, something would have to be written down.
 *
 * @param require - a flow that has to be right before the store is opened.
 */
export async function withOpenWorkspace<T>(
  around: Surroundings,
  { dir, require }: { readonly dir: string; readonly require?: string },
  use: (open: OpenWorkspace) => Promise<T>,
): Promise<T> {
  const loaded = await loadFrom(around, dir);
  if (require !== undefined) requireFlow(loaded, require);
  const { workspace } = loaded;
  const log = createLogger('error', around.logTo);
  const store = await openStoreToRead(around.env, dir);
  const rememberPages = createPageMemoryToRead(store.db);
  const connections = new Map<string, OpenConnection>();
  const openFrom = (pinned: Workspace) => (name: string) => {
    const known = connections.get(name);
    if (known) return known;
    const tools = { clock: around.clock, log: createConnectorLog(log, name), pages: rememberPages(name) };
    const opened = openConnection(workspace.connections.has(name) ? workspace : pinned, name, tools);
    connections.set(name, opened);
    return opened;
  };
  const compile = (flow: string) => {
    requireFlow(loaded, flow);
    return compileFlow(workspace, flow, { open: openFrom(workspace) });
  };
  try {
    return await use({
      db: store.db,
      clock: around.clock,
      findWorkspace: async () => workspace,
      requireWorkspace: async () => workspace,
      parseDocuments: async (documents) => loaded.parse(documents),
      workspace,
      entity: (name) => schemaOf(workspace, name),
      compile,
      compileAsOf: (hash) => loadPinnedPlan(hash, { db: store.db, parse: loaded.parse, openFrom }),
    });
  } finally {
    await Promise.all([...connections.values()].map((connection) => connection.close()));
    await store.close();
  }
}

/** The schema of a canonical entity, with those that it may refer to. */
export function schemaOf({ entities }: Workspace, name: string): WalkedSchema | undefined {
  const schema = entities.get(name)?.schema;
  return schema && { schema, refs: [...entities.values()].map((each) => each.schema) };
}
