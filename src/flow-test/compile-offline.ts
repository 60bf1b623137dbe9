import type { Clock, ConnectorTools, OpenConnection } from '../contract/connector.ts';
import type { TestTables } from '../contract/generated/test.ts';
import type { JsonObject } from '../contract/json.ts';
import { compileFlow } from '../workspace/compile/compile-flow.ts';
import { openUnasked } from '../workspace/compile/open-connection.ts';
import type { Plan } from '../workspace/compile/plan.ts';
import { withEnvironmentUnset } from '../workspace/load/without-environment.ts';
import type { TableEntry, Workspace } from '../workspace/workspace.ts';

/** Plans that ask no system anything, and for which no variable need be set. */
export interface OfflinePlans {
  /** The flow as it is on every machine. Flows that name connections in variables are only to be read here. */
  readonly workspace: Workspace;
  /** Throws a Fault TL_WORKSPACE_INVALID for a flow with mistakes, TL_CONNECTION_CONFIG for a connection with some. */
  compile(flow: string, tables: TestTables | undefined): Plan;
  close(): Promise<void>;
}

export function createOfflinePlans(loaded: Workspace, clock: Clock): OfflinePlans {
  const workspace = withEnvironmentUnset(loaded);
  const tools: ConnectorTools = { clock, log: { debug: () => {}, warn: () => {} } };
  const connections = new Map<string, OpenConnection>();
  const plans = new Map<string, Plan>();
  const open = (name: string): OpenConnection => {
    const opened = connections.get(name) ?? openUnasked(workspace, name, tools);
    connections.set(name, opened);
    return opened;
  };
  return {
    workspace,
    compile(flow, tables = {}) {
      const id = JSON.stringify([flow, tables]);
      const plan = plans.get(id) ?? compileFlow(withTables(workspace, tables), flow, { open });
      plans.set(id, plan);
      return plan;
    },
    async close() {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
}

function withTables(workspace: Workspace, tables: TestTables): Workspace {
  const given = Object.entries(tables).map(
    ([name, values]) => [name, toTable(name, values, workspace.tables.get(name))] as const,
  );
  return { ...workspace, tables: new Map([...workspace.tables, ...given]) };
}

/** It stands in for the table of that name, and says the same of keys without a row. */
function toTable(name: string, values: JsonObject, real: TableEntry | undefined): TableEntry {
  const missing = real?.table.missing;
  const get = (key: string) => (Object.hasOwn(values, key) ? values[key] : undefined);
  return { name, file: '', table: { get, ...(missing !== undefined && { missing }) }, findings: [] };
}
