import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { sealConnector } from '../connect/code/seal-connector.ts';
import { compileManifest } from '../connect/compile-manifest.ts';
import type { Connector, OpenConnection, Resource } from '../contract/connector.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { type Check, compileSchema } from '../schema/compile-schema.ts';
import type { RunningSimulator } from '../simulator/start-simulator.ts';

/** A manifest as it is written. */
export function loadManifest(file: URL): JsonObject {
  return asObject(parse(readFileSync(file, 'utf8')));
}

/** Of what comes with Tradelane: the entities, and the grammar of manifests. */
export function loadSchema(name: string): Check {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return compileSchema(asObject(JSON.parse(readFileSync(file, 'utf8'))));
}

/** As the engine has it: of a manifest what it compiles to, of code what it is held to. */
export function toConnector(subject: Connector | URL): Connector {
  if (subject instanceof URL) return compileManifest(loadManifest(subject), { placeOf: () => undefined });
  return sealConnector(subject);
}

/** A connection to a running simulator; what is in `config` is laid over what the simulator asks for. */
export function openSubject(
  connector: Connector,
  { config: own }: RunningSimulator,
  config: JsonObject = {},
): OpenConnection {
  return connector.open(
    { name: 'test', config: { ...own, ...config }, resources: {}, limits: {}, workspaceDir: '.' },
    { clock: { now: () => Date.now() }, log: { debug: () => {}, warn: () => {} } },
  );
}

export function resourceOf(connection: OpenConnection, name: string): Resource {
  const resource = connection.resources[name];
  if (resource === undefined)
    throw new Error(`no resource ${name}: there are ${Object.keys(connection.resources)}`);
  return resource;
}

export interface SubjectReading {
  readonly records: readonly unknown[];
  /** The last cursor that could have been committed. */
  readonly cursor: string | undefined;
}

/** Reads to the end; throws the first record that could not be read. */
export async function readAll(
  resource: Resource,
  cursor?: string,
  where: JsonObject = {},
): Promise<SubjectReading> {
  const records: unknown[] = [];
  let reached: string | undefined;
  const request = {
    where,
    signal: new AbortController().signal,
    ...(cursor === undefined ? {} : { cursor }),
  };
  for await (const page of resource.read?.(request) ?? []) {
    for (const entry of page.records) {
      if ('fault' in entry) throw entry.fault;
      records.push(entry.record);
    }
    reached = page.cursor ?? reached;
  }
  return { records, cursor: reached };
}

export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

function asObject(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error('expected an object');
}
