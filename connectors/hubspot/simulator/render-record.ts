import type { CrmRecord, Table } from './crm.ts';

/** A record at one moment: what the search index keeps, and what an answer is made of. */
export interface Snapshot {
  readonly id: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt: number | undefined;
}

/** `undefined`: every property that has a value, as the answer to a write has it. */
export type WantedProperties = readonly string[] | undefined;

/**
 * `SimplePublicObject` of the OpenAPI document. Id and both dates are always among the properties; one that was
 * asked for and has no value is null; one that the type does not know is left out without a word.
 */
export function renderRecord(
  table: Table,
  record: Snapshot,
  wanted: WantedProperties,
): Record<string, unknown> {
  const all = allProperties(table, record);
  const names = wanted === undefined ? [...all.keys()] : [...alwaysShown(table), ...wanted];
  const known = [...new Set(names)].filter((name) => table.properties.has(name)).sort();
  return {
    id: record.id,
    properties: Object.fromEntries(known.map((name) => [name, all.get(name) ?? null])),
    createdAt: toIso(record.createdAt),
    updatedAt: toIso(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: toIso(record.archivedAt) }),
  };
}

/** The stored properties and those that HubSpot keeps itself. */
export function allProperties({ type }: Table, record: Snapshot): ReadonlyMap<string, string> {
  return new Map([
    ...record.properties,
    ['hs_object_id', record.id],
    [type.created, toIso(record.createdAt)],
    [type.modified, toIso(record.updatedAt)],
  ]);
}

/** One of {@link allProperties}, without putting them all together. */
export function propertyOf({ type }: Table, record: Snapshot, name: string): string | undefined {
  if (name === 'hs_object_id') return record.id;
  if (name === type.created) return toIso(record.createdAt);
  return name === type.modified ? toIso(record.updatedAt) : record.properties.get(name);
}

export function takeSnapshot(record: CrmRecord): Snapshot {
  return { ...record, properties: new Map(record.properties) };
}

/** What a request wants: a list in a body, or names apart by commas in a query; by default the type's own choice. */
export function parseWanted(table: Table, given: unknown): readonly string[] {
  if (Array.isArray(given) && given.length > 0) return given.map(String).flatMap((names) => names.split(','));
  if (typeof given === 'string' && given !== '') return given.split(',');
  return table.type.shown;
}

function alwaysShown({ type }: Table): readonly string[] {
  return ['hs_object_id', type.created, type.modified];
}

function toIso(millis: number): string {
  return new Date(millis).toISOString();
}
