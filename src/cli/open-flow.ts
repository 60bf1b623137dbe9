import type { OpenConnection } from '../contract/connector.ts';
import { createConnectorLog } from '../observe/engine-log.ts';
import { createLogger } from '../observe/logger.ts';
import type { WalkedSchema } from '../schema/walk-schema.ts';
import type { Database } from '../store/database.ts';
import { compileFlow } from '../workspace/compile-flow.ts';
import { openConnection } from '../workspace/open-connection.ts';
import type { Plan } from '../workspace/plan.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { workspaceDir } from './common-options.ts';
import type { CommonOptions, Context } from './context.ts';
import { loadFrom, requireFlow } from './load.ts';
import { openStoreToRead } from './open-store.ts';

/** A flow over open connections, beside a store that nothing can be written to. */
export interface OpenFlow {
  readonly workspace: Workspace;
  readonly plan: Plan;
  readonly db: Database;
  /** The schema of a canonical entity, with those that it may refer to. */
  readonly entity: (name: string) => WalkedSchema | undefined;
}

/**
 * Opens a flow for a command that only looks, and closes it again whatever happens. The limits of its connections hold
 * for this process alone: to share them, something would have to be written down.
 */
export async function withOpenFlow<T>(
  context: Context,
  { flow, options }: { readonly flow: string; readonly options: CommonOptions },
  use: (open: OpenFlow) => Promise<T>,
): Promise<T> {
  const dir = workspaceDir(context, options);
  const loaded = await loadFrom(context, dir);
  requireFlow(loaded, context, flow);
  const { workspace } = loaded;
  const log = createLogger('error', context.stderr);
  const store = await openStoreToRead(context.env, dir);
  const connections: OpenConnection[] = [];
  const open = (name: string) => {
    const tools = { clock: context.clock, log: createConnectorLog(log, name) };
    const opened = openConnection(workspace, name, tools);
    connections.push(opened);
    return opened;
  };
  try {
    const plan = compileFlow(workspace, flow, { open });
    return await use({ workspace, plan, db: store.db, entity: (name) => schemaOf(workspace, name) });
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
    await store.close();
  }
}

function schemaOf({ entities }: Workspace, name: string): WalkedSchema | undefined {
  const schema = entities.get(name)?.schema;
  return schema && { schema, refs: [...entities.values()].map((each) => each.schema) };
}
