import type {
  ConnectionSettings,
  Connector,
  ConnectorTools,
  OpenConnection,
  Resource,
  Write,
} from '../../src/contract/connector.ts';
import { Fault } from '../../src/contract/fault.ts';
import { refuseForm, toKeyText, toVersionText } from '../../src/contract/text/key-text.ts';
import { checkEncoding } from './check-declaration.ts';
import { compileDeclaration, type FileResource, type VersionDeclaration } from './declaration.ts';
import { compileFieldPath } from './field-path.ts';
import { compileFolder, type Folder, openFolder } from './folder.ts';
import { fileConfigSchema, fileResourceSchema } from './schemas.ts';
import { readPages } from './take/read-pages.ts';
import { writeFile } from './write/write-file.ts';

/** Records of one written file at most. */
const bulkSize = 1_000;

/** Files in a folder as a system: what is dropped there is read, what is delivered is written there. */
const file: Connector = {
  name: 'file',
  summary: 'CSV, JSON, JSON Lines and XML files in a folder, read and written',
  config: fileConfigSchema,
  resources: {},
  resource: fileResourceSchema,
  refuse(connection) {
    if (connection.network)
      throw new Fault(
        'TL_CONNECTION_CONFIG',
        'network, proxy and tls are for connectors that go over a network',
      );
    compileConnection(connection);
  },
  open: openFileConnection,
};

export default file;

function compileConnection(connection: ConnectionSettings) {
  const folder = compileFolder(connection);
  const { encoding } = connection.config;
  if (typeof encoding === 'string') checkEncoding(encoding, 'config.encoding');
  const resources = Object.entries(connection.resources).map(([name, declared]) =>
    compileDeclaration(name, declared, typeof encoding === 'string' ? encoding : undefined),
  );
  return { folder, resources };
}

function openFileConnection(connection: ConnectionSettings, tools: ConnectorTools): OpenConnection {
  const { folder, resources } = compileConnection(connection);
  const writes = resources.some(({ write }) => write !== undefined);
  const archives = folder.archive !== undefined && resources.some(({ read }) => read !== undefined);
  const { timezone } = connection;
  const inZone = resources.map((each) => withZone(each, timezone));
  return {
    resources: Object.fromEntries(inZone.map((each) => [each.name, toResource(each, folder, tools)])),
    check: async () => {
      await openFolder(folder, writes || archives ? 'write' : 'read');
    },
    close: async () => {},
  };
}

/** A version that says no zone of its own shows the clock of the connection. */
function withZone(resource: FileResource, timezone: string | undefined): FileResource {
  const { version } = resource;
  return version === undefined
    ? resource
    : { ...resource, version: { ...version, timezone: version.timezone ?? timezone } };
}

function toResource(resource: FileResource, folder: Folder, tools: ConnectorTools): Resource {
  const { name, read, write, version } = resource;
  const key = compileFieldPath(resource.key);
  const source = read === undefined ? undefined : { folder, resource, read, tools };
  return {
    name,
    keyOf: (record) => toKeyText(key(record), { name: 'key' })?.trim(),
    ...(version === undefined ? {} : { versionOf: compileVersion(version, tools) }),
    ...(source === undefined ? {} : { read: (request) => readPages(source, request) }),
    ...(write === undefined ? {} : toWrites({ folder, resource, write, clock: tools.clock })),
  };
}

function compileVersion(
  { value, format, timezone = 'UTC' }: VersionDeclaration,
  { readDate }: ConnectorTools,
): (record: unknown) => string | undefined {
  const version = compileFieldPath(value);
  return (record) => {
    const text = toVersionText(version(record), { name: 'version' })?.trim();
    if (text === undefined || format === undefined) return text;
    return readDate?.(text, { format, timezone }) ?? refuseForm(text, format, { name: 'version' });
  };
}

/** A file knows no difference between creating and updating: both are one more row for whoever reads it. */
function toWrites(
  target: Parameters<typeof writeFile>[0],
): Pick<Resource, 'create' | 'upsert' | 'bulkSize' | 'replacing'> {
  const write: Write = (items, signal) => writeFile(target, items, signal);
  return { create: write, upsert: write, bulkSize, replacing: ['upsert'] };
}
