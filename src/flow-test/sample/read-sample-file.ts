import { basename, dirname } from 'node:path';
import type { ConnectorTools, SourceRecord } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { FlowFile } from '../../contract/generated/flow.ts';
import { isJsonObject } from '../../contract/json.ts';
import { openConnection } from '../../workspace/compile/open-connection.ts';
import { withoutEnvironment } from '../../workspace/load/without-environment.ts';
import { allowVariable } from '../../workspace/secrets/commands.ts';
import type { ConnectionEntry, Workspace } from '../../workspace/workspace.ts';

/** Does the flow read files, so that its own connection knows how to read one such as this? */
export function readsFiles({ connections }: Workspace, flow: FlowFile): boolean {
  return connections.get(flow.source.connection)?.connector === 'file';
}

/**
 * A file (absolute path) read as the flow's source would read it: columns, groups, encoding. It stays where it is.
 * Rows that cannot be read come as faults among the records.
 */
export async function readSampleFile(
  workspace: Workspace,
  { flow, path }: { readonly flow: FlowFile; readonly path: string },
  tools: ConnectorTools,
): Promise<readonly SourceRecord[]> {
  const { connection, resource: name } = flow.source;
  const entry = workspace.connections.get(connection);
  if (entry === undefined) throw new Fault('TL_WORKSPACE_INVALID', `there is no connection "${connection}"`);
  const connections = new Map([...workspace.connections, [connection, pointedAt(entry, name, path)]]);
  // Nothing is run to test a flow: whoever proposes a change to it may not be trusted yet.
  const env = { ...workspace.env, [allowVariable]: 'false' };
  const opened = openConnection({ ...workspace, env, connections }, connection, tools);
  try {
    const records: SourceRecord[] = [];
    const pages = opened.resources[name]?.read?.({ where: {}, signal: new AbortController().signal });
    for await (const page of pages ?? []) records.push(...page.records);
    return records;
  } finally {
    await opened.close();
  }
}

/** The connection with this one file in place of those that it watches for. */
function pointedAt(entry: ConnectionEntry, name: string, path: string): ConnectionEntry {
  const config = withoutEnvironment(entry.config, undefined);
  const resource = withoutEnvironment(entry.resources[name], undefined);
  const read = isJsonObject(resource) && isJsonObject(resource.read) ? resource.read : {};
  const files = basename(path).replaceAll(/[*?[\]{}!()@+\\]/g, '[$&]');
  return {
    ...entry,
    config: { ...(isJsonObject(config) && config), path: dirname(path), archive: false, settle: '0s' },
    resources: {
      [name]: { ...(isJsonObject(resource) && resource), read: { ...read, files, ready: 'settled' } },
    },
    findings: [],
  };
}
