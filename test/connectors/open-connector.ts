import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileManifest } from '../../src/connect/compile-manifest.ts';
import type { Connector, OpenConnection, Resource } from '../../src/contract/connector.ts';
import { isJsonObject, type JsonObject } from '../../src/contract/json.ts';
import { type Check, compileSchema } from '../../src/schema/compile-schema.ts';
import type { RunningSimulator } from '../../src/simulator/start-simulator.ts';

const root = new URL('../../', import.meta.url);

/** connectors/NAME/connector.yaml as it is written. */
export function loadManifest(name: string): JsonObject {
  return asObject(parse(readFileSync(new URL(`connectors/${name}/connector.yaml`, root), 'utf8')));
}

/** schemas/NAME.schema.json, compiled. */
export function loadSchema(name: string): Check {
  return compileSchema(
    asObject(JSON.parse(readFileSync(new URL(`schemas/${name}.schema.json`, root), 'utf8'))),
  );
}

export function compileConnector(name: string): Connector {
  return compileManifest(loadManifest(name), { placeOf: () => undefined });
}

/** A connection to a running simulator; what is in `config` is laid over what the simulator asks for. */
export function openConnection(
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

export interface Reading {
  readonly records: readonly unknown[];
  /** The last cursor that could have been committed. */
  readonly cursor: string | undefined;
}

/** Reads to the end; throws the first record that could not be read. */
export async function readAll(resource: Resource, cursor?: string, where: JsonObject = {}): Promise<Reading> {
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
