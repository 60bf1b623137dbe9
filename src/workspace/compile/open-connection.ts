import type {
  ConnectionLimits,
  ConnectionSettings,
  ConnectorTools,
  OpenConnection,
  Resource,
  ResourceDeclaration,
} from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { manifestDefaults } from '../../contract/generated/defaults.ts';
import type { JsonObject } from '../../contract/json.ts';
import { parseDuration } from '../../contract/quantity.ts';
import { readDate } from '../../mapping/library/date-functions.ts';
import { rootNode } from '../checks/schema-node.ts';
import { formatFinding, isError } from '../finding.ts';
import { connectionsPath } from '../load/paths.ts';
import { environmentCodes, withoutEnvironment } from '../load/without-environment.ts';
import { keepSecrets } from '../secrets/keep-secrets.ts';
import { refersToChanging } from '../secrets/reference-source.ts';
import { reopenRefused } from '../secrets/reopen-refused.ts';
import { environmentOnly } from '../text/references.ts';
import { parseSource, type SourceDocument } from '../text/source-document.ts';
import type { ConnectionEntry, Workspace } from '../workspace.ts';
import { type OpenedSettings, openReferences, type Resolve } from './open-references.ts';
import { resolveValue } from './resolve-value.ts';

/**
 * Opens a connection: here, and only here, references such as `${NAME}` become the secrets they stand for.
 * Throws a Fault TL_CONNECTION_CONFIG that names what is missing.
 */
export function openConnection(workspace: Workspace, name: string, tools: ConnectorTools): OpenConnection {
  const references = openReferences(workspace, name);
  const { resolve, secrets } = references;
  const settle = ({ settle: text }: ConnectionEntry) => {
    if (text === undefined) return undefined;
    const ms = parseDuration(String(resolve(text, 'settle')));
    if (ms === undefined) throw refuse(`connection "${name}": settle must be a duration such as 30s or 10m`);
    return ms;
  };
  const open = () =>
    openWith(workspace, name, {
      ...{ tools, resolve, settle },
      settings: (entry, schema) => references.settingsOf(entry, schema),
    });
  return keepSecrets(secrets, () => {
    const entry = workspace.connections.get(name);
    const { kind, connector } = workspace.connectors.get(entry?.connector ?? '') ?? {};
    const isFixed = kind !== 'code' || !refersToChanging([entry?.config, entry?.resources]);
    if (entry === undefined || connector === undefined || isFixed) return open();
    // Those in YAML know themselves when they are refused.
    return reopenRefused({ open, isRotated: references.watch(entry, connector.config) });
  });
}

/**
 * Opens a connection for what it knows by itself: keys, schemas, conversions. The environment is not looked at, so
 * this gives the same on every machine and holds no secret; whoever asks the system something gets a Fault.
 */
export function openUnasked(workspace: Workspace, name: string, tools: ConnectorTools): OpenConnection {
  return openTo(workspace, name, tools, (value, _what, schema) =>
    withoutEnvironment(value, schema && rootNode(schema)),
  );
}

/** The same with the variables of the environment that are set, as what is worked out may be made of them. */
export function openToCompute(workspace: Workspace, name: string, tools: ConnectorTools): OpenConnection {
  const source = environmentOnly(workspace.env);
  return openTo(
    workspace,
    name,
    tools,
    (value, _what, schema) => resolveValue(value, schema && rootNode(schema), source).value,
  );
}

function openTo(workspace: Workspace, name: string, tools: ConnectorTools, resolve: Resolve): OpenConnection {
  const { resources, close } = openWith(workspace, name, {
    tools,
    resolve,
    settings: ({ config }, schema) => ({ config: resolve(config, 'config', schema) as JsonObject }),
    settle: () => undefined,
  });
  const unasked = Object.entries(resources).map(([of, resource]) => [of, withoutSystem(resource)] as const);
  return { resources: Object.fromEntries(unasked), close };
}

interface Opening {
  readonly tools: ConnectorTools;
  readonly resolve: Resolve;
  readonly settings: (entry: ConnectionEntry, schema: JsonObject) => OpenedSettings;
  /** Milliseconds; `undefined`: the connector says, or nobody. */
  readonly settle: (entry: ConnectionEntry) => number | undefined;
}

function openWith(
  workspace: Workspace,
  name: string,
  { tools, resolve, settings, settle }: Opening,
): OpenConnection {
  const entry = workspace.connections.get(name);
  if (entry === undefined) throw refuse(`there is no connection "${name}" in config/connections.yaml`);
  const connector = workspace.connectors.get(entry.connector)?.connector;
  if (connector === undefined)
    throw refuse(`connection "${name}": the connector "${entry.connector}" cannot be used`);
  const mistake = entry.findings.find((finding) => isError(finding) && !environmentCodes.has(finding.code));
  if (mistake !== undefined) throw refuse(`connection "${name}": ${formatFinding(mistake)}`);
  const opened = connector.open(
    {
      name,
      ...settings(entry, connector.config),
      resources: resolve(entry.resources, 'resources') as Readonly<Record<string, ResourceDeclaration>>,
      limits: entry.limits as ConnectionLimits,
      ...(entry.timezone !== undefined && { timezone: entry.timezone }),
      answers: entry.answers,
      placeOf: placesIn(workspace),
      workspaceDir: workspace.dir,
    },
    { readDate, ...tools },
  );
  const settleMs = settle(entry);
  return settleMs === undefined ? opened : { ...opened, settleMs: async () => settleMs };
}

/** Whose clock shows a time of a connection that names no zone (IANA). */
export function timezoneOf(workspace: Workspace, name: string): string {
  const entry = workspace.connections.get(name);
  const connector = entry && workspace.connectors.get(entry.connector)?.connector;
  return entry?.timezone ?? connector?.timezone ?? manifestDefaults.timezone;
}

/** Read when the first place is asked for. */
function placesIn(workspace: Workspace): ConnectionSettings['placeOf'] & {} {
  const file = workspace.files.get(connectionsPath);
  let document: SourceDocument | undefined;
  return (path) => {
    if (file === undefined) return undefined;
    document ??= parseSource(file);
    return document.placeOf(path);
  };
}

const operations = ['read', 'find', 'create', 'update', 'upsert', 'delete'] as const;

/** What a resource can do is said by which functions it has, so those stay; none of them does it. */
function withoutSystem(resource: Resource): Resource {
  const refuseCall = () => {
    throw new Fault('TL_DEFECT', `"${resource.name}" was asked for something where no system may be asked`);
  };
  const able = operations.filter((operation) => resource[operation] !== undefined);
  return { ...resource, ...Object.fromEntries(able.map((operation) => [operation, refuseCall])) };
}

function refuse(message: string): Fault {
  return new Fault('TL_CONNECTION_CONFIG', message);
}
