import { readFileSync } from 'node:fs';
import type {
  ConnectionLimits,
  ConnectorTools,
  OpenConnection,
  ResourceDeclaration,
} from '../contract/connector.ts';
import { Fault } from '../contract/fault.ts';
import type { JsonObject } from '../contract/json.ts';
import { rootNode } from './checks/schema-node.ts';
import { formatFinding, isError } from './finding.ts';
import { resolveValue } from './resolve-value.ts';
import type { ReferenceSource } from './text/references.ts';
import type { Env, Workspace } from './workspace.ts';

/**
 * Opens a connection: here, and only here, references such as `${NAME}` become the secrets they stand for.
 * Throws a Fault TL_CONNECTION_CONFIG that names what is missing.
 */
export function openConnection(workspace: Workspace, name: string, tools: ConnectorTools): OpenConnection {
  const entry = workspace.connections.get(name);
  if (entry === undefined) throw refuse(`there is no connection "${name}" in config/connections.yaml`);
  const connector = workspace.connectors.get(entry.connector)?.connector;
  if (connector === undefined)
    throw refuse(`connection "${name}": the connector "${entry.connector}" cannot be used`);
  const mistake = entry.findings.find((finding) => isError(finding) && !mayBeOutdated.has(finding.code));
  if (mistake !== undefined) throw refuse(`connection "${name}": ${formatFinding(mistake)}`);
  const source = referenceSource(workspace.env);
  const resolve = (value: unknown, what: string, schema?: JsonObject): unknown => {
    const resolved = resolveValue(value, schema && rootNode(schema), source);
    const [missing] = resolved.missing;
    if (missing === undefined) return resolved.value;
    const { kind, name: wanted } = missing.reference;
    const where = [what, ...missing.path].join('.');
    const why =
      kind === 'env' ? `the environment variable ${wanted} is not set` : `the file ${wanted} cannot be read`;
    throw refuse(`connection "${name}": ${why}, but ${where} needs it`);
  };
  return connector.open(
    {
      name,
      config: resolve(entry.config, 'config', connector.config) as JsonObject,
      resources: resolve(entry.resources, 'resources') as Readonly<Record<string, ResourceDeclaration>>,
      limits: entry.limits as ConnectionLimits,
      workspaceDir: workspace.dir,
    },
    tools,
  );
}

// Looked at again here, with what the environment holds now.
const mayBeOutdated: ReadonlySet<string> = new Set(['TLW_ENV_MISSING', 'TLW_ENV_FILE']);

function referenceSource(env: Env): ReferenceSource {
  return {
    env: (name) => env[name],
    file(path) {
      try {
        // Secret files end with the line break that the editor put there.
        return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      } catch {
        return undefined;
      }
    },
  };
}

function refuse(message: string): Fault {
  return new Fault('TL_CONNECTION_CONFIG', message);
}
