import type { Clock, ConnectorTools, OpenConnection } from '../../contract/connector.ts';
import { openUnasked } from '../../workspace/compile/open-connection.ts';
import { withEnvironmentUnset } from '../../workspace/load/without-environment.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RecordPlace } from './flow-ends.ts';

/** What records are known by where they come from. */
export interface NativeIds {
  /** The key that a source has for one of its records; `undefined`: it has none, or is not to be found out any more. */
  idOf(place: RecordPlace, native: unknown): Promise<string | undefined>;
  close(): Promise<void>;
}

/** By the connections of a workspace; no system is asked. */
export function createNativeIds(found: Workspace | undefined, clock: Clock): NativeIds {
  const workspace = found && withEnvironmentUnset(found);
  const tools: ConnectorTools = { clock, log: { debug: () => {}, warn: () => {} } };
  const opened = new Map<string, OpenConnection | undefined>();
  const open = (name: string): OpenConnection | undefined => {
    if (opened.has(name)) return opened.get(name);
    const connection = workspace && openOrNot(workspace, name, tools);
    opened.set(name, connection);
    return connection;
  };
  return {
    async idOf({ connection, resource }, native) {
      const known = open(connection)?.resources[resource];
      try {
        return await known?.keyOf(native);
      } catch {
        // A record without a usable key of its own is known by the flow's.
        return undefined;
      }
    },
    async close() {
      await Promise.all([...opened.values()].map((connection) => connection?.close()));
    },
  };
}

/** A connection that is not right says nothing of its records. */
function openOrNot(workspace: Workspace, name: string, tools: ConnectorTools): OpenConnection | undefined {
  try {
    return openUnasked(workspace, name, tools);
  } catch {
    return undefined;
  }
}
