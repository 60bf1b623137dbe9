import type {
  ConnectionSettings,
  Connector,
  ConnectorTools,
  LateSettings,
  OpenConnection,
  Resource,
  ResourceDeclaration,
} from '../contract/connector.ts';
import type { Manifest } from '../contract/generated/connector.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import type { PlaceOf } from '../mapping/tree.ts';
import { checkConnection } from './check-connection.ts';
import { type CompiledResource, compileResource } from './compile-resource.ts';
import { compileSession, type HttpTuning, type StartSession } from './compile-session.ts';
import { type Declaration, member, members, objectOf, required, textOf, zoneOf } from './declaration.ts';
import { loadAnswersSchema, loadResourceSchema } from './load-resource-schema.ts';
import type { OpenSession, Session } from './session.ts';
import { withDefaults } from './with-defaults.ts';

export interface ManifestOptions {
  /** Where a member of the manifest stands in its file. */
  readonly placeOf: PlaceOf;
  /** For tests: axios' own adapter, quicker retries. */
  readonly http?: HttpTuning;
}

/**
 * A manifest, parsed and checked against schemas/connector.schema.json, becomes a connector. Every template and
 * expression in it is compiled here, once. Throws a Fault TL_WORKSPACE_INVALID that names the place of what is wrong.
 */
export function compileManifest(manifest: unknown, options: ManifestOptions): Connector {
  const { placeOf, http = {} } = options;
  const declared: Declaration<Manifest> = { value: manifest, path: [], placeOf };
  const timezone = zoneOf(member(declared, 'timezone'));
  const compileAll = (zone: string | undefined): CompiledManifest['resources'] =>
    new Map(
      members(member(declared, 'resources')).map(([name, each]) => [
        name,
        compileResource(each.value, { name, placeOf, timezone: zone }),
      ]),
    );
  const resources = compileAll(timezone);
  const config = objectOf(required(declared, 'config'));
  const start = compileSession(declared, http);
  const summary = member(declared, 'summary');

  return Object.freeze<Connector>({
    name: textOf(required(declared, 'connector')),
    summary: summary === undefined ? '' : textOf(summary),
    config,
    ...(timezone !== undefined && { timezone }),
    resources: toDeclarations(member(declared, 'resources')),
    ...(member(declared, 'generic')?.value === true && { resource: loadResourceSchema() }),
    answers: loadAnswersSchema(),
    open: (connection, tools) => {
      const zone = connection.timezone ?? timezone;
      // What an expression makes of a time is another thing only where the connection states another zone.
      const own = zone === timezone ? resources : compileAll(zone);
      return openManifest({ resources: own, start, config, timezone: zone }, connection, tools);
    },
  });
}

interface CompiledManifest {
  readonly resources: ReadonlyMap<string, CompiledResource>;
  readonly start: StartSession;
  readonly config: JsonObject;
  readonly timezone: string | undefined;
}

function openManifest(
  manifest: CompiledManifest,
  connection: ConnectionSettings,
  tools: ConnectorTools,
): OpenConnection {
  const settings = completeSettings(manifest.config, connection);
  const { load } = settings;
  const session = openOnce(async () =>
    manifest.start(load ? { ...settings, ...(await load()) } : settings, tools),
  );
  // A mapping that speaks of what is not there yet waits for it.
  const config = load ? async () => (await session.open()).config : () => settings.config;
  const { placeOf = () => undefined } = connection;
  const compiled = new Map(manifest.resources);
  for (const [name, declaration] of Object.entries(connection.resources)) {
    const path = ['connections', connection.name, 'resources', name];
    compiled.set(name, compileResource(declaration, { name, path, placeOf, timezone: manifest.timezone }));
  }
  const resources: Record<string, Resource> = {};
  for (const [name, resource] of compiled) {
    resources[name] = resource.bind({ open: session.open, clock: tools.clock, config });
  }
  return Object.freeze<OpenConnection>({
    resources: Object.freeze(resources),
    check: async (signal) => checkConnection(await session.open(), [...compiled.values()], signal),
    settleMs: async () => (await session.open()).settleMs,
    close: session.close,
  });
}

/** With what the manifest's `config` says for members that are left out, now and later. */
function completeSettings(schema: JsonObject, connection: ConnectionSettings): ConnectionSettings {
  const { load, renew } = connection;
  const complete = (settings: LateSettings): LateSettings => ({
    ...settings,
    config: withDefaults(schema, settings.config),
  });
  return {
    ...connection,
    config: withDefaults(schema, connection.config),
    ...(load && { load: async () => complete(await load()) }),
    ...(renew && {
      renew: async () => {
        const renewed = await renew();
        return renewed && complete(renewed);
      },
    }),
  };
}

/**
 * Opening a connection returns at once, while its templates do not: the session is opened by whoever needs it first.
 * One that could not be opened is tried anew by the next.
 */
function openOnce(start: () => Promise<Session>): { open: OpenSession; close(): Promise<void> } {
  let session: Session | undefined;
  let opening: Promise<Session> | undefined;
  return {
    open() {
      if (session !== undefined) return session;
      opening ??= start().then(
        (opened) => {
          session = opened;
          return opened;
        },
        (thrown: unknown) => {
          opening = undefined;
          throw thrown;
        },
      );
      return opening;
    },
    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.client.close();
    },
  };
}

function toDeclarations(declared: Declaration | undefined): Readonly<Record<string, ResourceDeclaration>> {
  return Object.fromEntries(
    members(declared).flatMap(([name, { value }]) => (isJsonObject(value) ? [[name, value] as const] : [])),
  );
}
