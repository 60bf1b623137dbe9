import { type Declaration, member } from '../connect/declaration.ts';
import { isCreateRepeatable } from '../connect/write/is-create-repeatable.ts';
import { isReplacing } from '../connect/write/is-replacing.ts';
import type { ManifestResource } from '../contract/generated/connector.ts';
import { resourceDefaults } from '../contract/generated/defaults.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import type { ConnectionEntry, ConnectorEntry } from './workspace.ts';

const writes = ['find', 'create', 'update', 'upsert', 'delete'] as const;

export type Capability = 'read' | (typeof writes)[number];

/** What the declaration of a resource says it can do. */
export interface Capabilities {
  readonly can: ReadonlySet<Capability>;
  /** Does a create that is sent twice make one record? */
  readonly isCreateRepeatable: boolean;
  readonly entity: { readonly name: string; readonly from: boolean; readonly to: boolean } | undefined;
  /** Writes after which the system holds what was sent and nothing else of the record. */
  readonly replacing: readonly ('update' | 'upsert')[];
  /** What is written to the resource has to fit this. */
  readonly schema: JsonObject | undefined;
  /** What its cursor is, `none` where it is read whole each time; `undefined` where that is not declared. */
  readonly cursor: 'time' | 'number' | 'text' | 'none' | undefined;
}

/**
 * Reads a declaration without opening the connection. `undefined` where it does not tell, as that of a connector
 * written in code may; the plan is checked against the opened resource in any case.
 */
export function capabilitiesOf(
  connection: ConnectionEntry,
  connector: ConnectorEntry,
  resource: string,
): Capabilities | undefined {
  const declaration = connection.resources[resource] ?? connector.connector?.resources[resource];
  if (declaration === undefined) return undefined;
  const can = new Set<Capability>(
    (['read', ...writes] as const).filter((each) => declaration[each] !== undefined),
  );
  // Files: what is written in one piece is created and replaced alike.
  if (declaration.write !== undefined) for (const each of ['create', 'upsert'] as const) can.add(each);
  if (connector.kind === 'code' && can.size === 0) return undefined;
  const declared: Declaration<ManifestResource> = {
    value: declaration,
    path: [],
    placeOf: () => undefined,
  };
  const create = member(declared, 'create');
  const traits = {
    can,
    isCreateRepeatable: create !== undefined && isCreateRepeatable(create),
    replacing: (['update', 'upsert'] as const).filter((kind) => {
      const write = member(declared, kind);
      return write === undefined
        ? kind === 'upsert' && declaration.write !== undefined
        : isReplacing(write, kind);
    }),
    schema: isJsonObject(declaration.schema) ? declaration.schema : undefined,
    cursor: connector.kind === 'manifest' ? cursorOf(declaration.read) : undefined,
  };
  const { entity } = declaration;
  if (!isJsonObject(entity) || typeof entity.name !== 'string') return { ...traits, entity: undefined };
  const { name, from, to } = entity;
  return { ...traits, entity: { name, from: from !== undefined, to: to !== undefined } };
}

function cursorOf(read: unknown): Capabilities['cursor'] {
  const cursor = isJsonObject(read) ? read.cursor : undefined;
  if (!isJsonObject(cursor)) return isJsonObject(read) ? 'none' : undefined;
  return (
    (['number', 'text'] as const).find((type) => type === cursor.type) ?? resourceDefaults.read.cursor.type
  );
}

export function resourceNames(connection: ConnectionEntry, connector: ConnectorEntry): readonly string[] {
  return [
    ...new Set([...Object.keys(connector.connector?.resources ?? {}), ...Object.keys(connection.resources)]),
  ];
}

/** What is missing for a flow's `write`, in words; `undefined` where the resource can do it. */
export function missingFor(write: string, can: ReadonlySet<Capability>): string | undefined {
  if (write !== 'upsert') return can.has(write as Capability) ? undefined : `\`${write}\``;
  if (can.has('upsert')) return undefined;
  const parts = (['create', 'update', 'find'] as const).filter((each) => !can.has(each));
  return parts.length === 0
    ? undefined
    : `\`upsert\`, or ${parts.map((each) => `\`${each}\``).join(' and ')}`;
}
