import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { type Capabilities, capabilitiesOf, missingFor, resourceNames } from '../capabilities.ts';
import { entityOf } from '../load/paths.ts';
import type { ConnectionEntry, ConnectorEntry, Workspace } from '../workspace.ts';
import { allowReferences } from './allow-references.ts';
import { choice, withChoice } from './choice.ts';

type Side = 'source' | 'target';

/** The shape of flows with the names of this workspace, each only where `validate` takes it. */
export function enumerateFlowSchema(shape: JsonObject, workspace: Workspace): JsonObject {
  const entities = entityNames(workspace);
  const definitions = toObject(shape.$defs);
  const schema = {
    ...shape,
    $defs: {
      ...definitions,
      source: enumerateEnd('source', toObject(definitions.source), { workspace, entities }),
      target: enumerateEnd('target', toObject(definitions.target), { workspace, entities }),
      requires: enumerateRequired(toObject(definitions.requires), entities),
    },
  };
  return allowReferences(schema);
}

/** Entities whose file is broken are named too: that is the file's mistake, not the flow's. */
function entityNames({ files }: Workspace): readonly string[] {
  return [...files.keys()].flatMap((path) => entityOf(path) ?? []).sort();
}

interface Names {
  readonly workspace: Workspace;
  readonly entities: readonly string[];
}

function enumerateEnd(side: Side, end: JsonObject, { workspace, entities }: Names): JsonObject {
  const resources = [...workspace.connections.values()].map((connection) => ({
    connection: connection.name,
    resources: usableResources(side, connection, workspace.connectors.get(connection.connector)),
  }));
  const usable = resources.filter((each) => each.resources === undefined || each.resources.size > 0);
  const { connection, resource, as, write, ...rest } = toObject(end.properties);
  const { enum: writes, examples: _everyWrite, ...aboutWrite } = toObject(write);
  const anyChoice = { as: choice(entities), ...(writes !== undefined && { write: { enum: writes } }) };
  return {
    ...end,
    properties: {
      // Without any connection to name, what is written is as good as anything: the file may be half typed.
      connection: withChoice(
        toObject(connection),
        usable.map((each) => each.connection),
      ),
      resource: withoutExamples(resource),
      as: withoutExamples(as),
      ...rest,
      ...(write !== undefined && { write: aboutWrite }),
    },
    allOf: [
      ...usable.flatMap((each) =>
        each.resources === undefined
          ? []
          : [whenConnection(side, each.connection, each.resources, anyChoice)],
      ),
      // Editors offer the choices of all rules that hold, so that the wide ones may hold only where no other does.
      unlessResource(
        usable.flatMap((each) => [...(each.resources ?? [])].flatMap(toldName)),
        anyChoice,
      ),
    ],
  };
}

/** Editors offer examples as values; here they are names of other workspaces. */
function withoutExamples(schema: unknown): JsonObject {
  const { examples: _ofOthers, ...rest } = toObject(schema);
  return rest;
}

function toldName([name, capabilities]: readonly [string, Capabilities | undefined]): readonly string[] {
  return capabilities === undefined ? [] : [name];
}

function unlessResource(names: readonly string[], properties: JsonObject): JsonObject {
  const isOne = { properties: { resource: choice(names) }, required: ['resource'] };
  return names.length === 0 ? { properties } : { if: isOne, else: { properties } };
}

/** `undefined` where nobody can say: the connector is unknown or broken, which is a finding of its own. */
function usableResources(
  side: Side,
  connection: ConnectionEntry,
  entry: ConnectorEntry | undefined,
): ReadonlyMap<string, Capabilities | undefined> | undefined {
  if (entry?.connector === undefined) return undefined;
  const known = resourceNames(connection, entry).map(
    (name) => [name, capabilitiesOf(connection, entry, name)] as const,
  );
  return new Map(
    known.filter(([, capabilities]) => capabilities === undefined || isUsable(side, capabilities)),
  );
}

function isUsable(side: Side, capabilities: Capabilities): boolean {
  return side === 'source' ? capabilities.can.has('read') : writesOf(capabilities).length > 0;
}

function writesOf({ can }: Capabilities): readonly string[] {
  return ['create', 'update', 'upsert', 'delete'].filter((write) => missingFor(write, can) === undefined);
}

function whenConnection(
  side: Side,
  name: string,
  resources: ReadonlyMap<string, Capabilities | undefined>,
  anyChoice: JsonObject,
): JsonObject {
  return {
    if: { properties: { connection: { const: name } }, required: ['connection'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: { resource: choice([...resources.keys()]) },
      allOf: [...resources].flatMap(([resource, capabilities]) =>
        capabilities === undefined ? [] : [whenResource(resource, rulesOf(side, capabilities, anyChoice))],
      ),
    },
  };
}

function whenResource(resource: string, rules: JsonObject): JsonObject {
  const isResource = { properties: { resource: { const: resource } }, required: ['resource'] };
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: isResource, then: rules };
}

function rulesOf(side: Side, capabilities: Capabilities, anyChoice: JsonObject): JsonObject {
  const { entity } = capabilities;
  const isMapped = entity?.[side === 'source' ? 'from' : 'to'] === true;
  const as = isMapped ? choice([entity.name]) : false;
  if (side === 'source') return { properties: { as } };
  // What is deleted is not mapped, so that any entity may be named.
  const isDelete = { properties: { write: { const: 'delete' } }, required: ['write'] };
  return {
    properties: { write: choice(writesOf(capabilities)) },
    if: isDelete,
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { as: anyChoice.as } },
    else: { properties: { as } },
  };
}

function enumerateRequired(required: JsonObject, entities: readonly string[]): JsonObject {
  const properties = toObject(required.properties);
  const xref = toObject(properties.xref);
  const items = withChoice(toObject(xref.items), entities);
  return { ...required, properties: { ...properties, xref: { ...withoutExamples(xref), items } } };
}

function toObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
