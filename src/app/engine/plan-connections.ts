import type { ConnectionWatch } from '../../contract/connection-watch.ts';
import type { Clock, ConnectorLog, OpenConnection, PageLengths } from '../../contract/connector.ts';
import type { SharedLimits } from '../../contract/shared-limits.ts';
import { openConnection } from '../../workspace/compile/open-connection.ts';
import type { Workspace } from '../../workspace/workspace.ts';

export interface PlanConnectionTools {
  readonly clock: Clock;
  readonly log: (connection: string) => ConnectorLog;
  /** What one opened connection shares of its limits with other processes. */
  readonly shareLimits: (connection: string) => SharedLimits;
  readonly rememberPages: (connection: string) => PageLengths;
  /** Told of what a connection does; absent: nobody wants to know. */
  readonly watch?: ((connection: string) => ConnectionWatch) | undefined;
}

/** Connections that are opened once, and shared by all that use them. */
export interface PlanConnections {
  open(workspace: Workspace, name: string): OpenConnection;
  /** One that has not signed in yet, within the same limits: whoever asks for it closes it. */
  openAnew(workspace: Workspace, name: string): OpenConnection;
  close(): Promise<void>;
}

export function createPlanConnections(tools: PlanConnectionTools): PlanConnections {
  const connections = new Map<string, OpenConnection>();
  const openAnew = (workspace: Workspace, name: string) =>
    openConnection(workspace, name, {
      clock: tools.clock,
      log: tools.log(name),
      shared: tools.shareLimits(name),
      pages: tools.rememberPages(name),
      ...(tools.watch && { watch: tools.watch(name) }),
    });
  return {
    open: (workspace, name) => {
      const identity = identityOf(workspace, name);
      const known = connections.get(identity);
      if (known) return known;
      const opened = openAnew(workspace, name);
      connections.set(identity, opened);
      return opened;
    },
    openAnew,
    close: async () => {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
}

/** What a connection was opened from: if any of it changes, it is another connection. */
function identityOf(workspace: Workspace, name: string): string {
  const entry = workspace.connections.get(name);
  const connector = entry && workspace.connectors.get(entry.connector);
  const { findings: _unrelated, ...said } = entry ?? { findings: [] };
  return JSON.stringify([name, said, connector && workspace.files.get(connector.file)?.text]);
}
