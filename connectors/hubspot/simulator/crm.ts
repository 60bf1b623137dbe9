import type { Clock } from '../../../src/contract/connector.ts';
import type { LoggedEffect } from '../../../src/simulator/simulator.ts';
import { checkProperties, toStored } from './check-properties.ts';
import { type ObjectType, objectTypes, type Property } from './object-types.ts';
import { type Attempt, invalid, type Problem, refuse, succeed } from './problem.ts';

/** One record of the CRM. Every value is a string, whatever the property's kind; a cleared one is not there. */
export interface CrmRecord {
  readonly id: string;
  readonly properties: Map<string, string>;
  readonly createdAt: number;
  updatedAt: number;
  archivedAt: number | undefined;
}

export interface Table {
  readonly type: ObjectType;
  readonly properties: Map<string, Property>;
  /** By id, in the order of creation, archived ones too. */
  readonly records: Map<string, CrmRecord>;
  /** Per unique property: value in lower case → id. */
  readonly unique: Map<string, Map<string, string>>;
  lastId: number;
}

export interface Crm {
  table(name: string): Table | undefined;
  tables(): readonly Table[];
  /** The record that `id` names: by its own id, or by the value of a unique property. Archived ones are not found. */
  find(table: Table, id: string, idProperty?: string): CrmRecord | undefined;
  /** Would a write of these properties be taken? `self` is the record to be changed, if there is one already. */
  check(table: Table, properties: NewProperties, self?: CrmRecord): Problem | undefined;
  create(table: Table, properties: NewProperties): Attempt<CrmRecord>;
  update(table: Table, record: CrmRecord, properties: NewProperties): Attempt<CrmRecord>;
  archive(table: Table, record: CrmRecord): void;
}

/** As a client sends them: text, but HubSpot takes numbers, booleans and null as well. */
export type NewProperties = Readonly<Record<string, unknown>>;

export interface CrmOptions {
  readonly clock: Clock;
  /** Told of every change after it has been made. */
  readonly changed: (table: Table, record: CrmRecord, action: LoggedEffect['action']) => void;
}

export function createCrm({ clock, changed }: CrmOptions): Crm {
  const tables = objectTypes.map(createTable);
  const byName = new Map(
    tables.flatMap((table) => [table.type.name, ...table.type.aliases].map((name) => [name, table])),
  );
  const write = (table: Table, record: CrmRecord, properties: NewProperties): void => {
    record.updatedAt = clock.now();
    store(table, record, properties);
  };
  return {
    table: (name) => byName.get(name),
    tables: () => tables,
    find,
    check: checkWrite,
    create: (table, properties) => {
      const problem = Object.keys(properties).length === 0 ? nothingGiven : checkWrite(table, properties);
      if (problem !== undefined) return refuse(problem);
      const record = addRecord(table, clock.now());
      write(table, record, properties);
      changed(table, record, 'create');
      return succeed(record);
    },
    update: (table, record, properties) => {
      const problem = checkWrite(table, properties, record);
      if (problem !== undefined) return refuse(problem);
      write(table, record, properties);
      changed(table, record, 'update');
      return succeed(record);
    },
    archive: (table, record) => {
      record.archivedAt = clock.now();
      record.updatedAt = record.archivedAt;
      for (const [name, ids] of table.unique) forget(ids, record.properties.get(name));
      changed(table, record, 'delete');
    },
  };
}

const nothingGiven = invalid('At least one property has to be given.');

function createTable(type: ObjectType): Table {
  return {
    type,
    properties: new Map(type.properties.map((property) => [property.name, property])),
    records: new Map(),
    unique: new Map(type.properties.filter(({ unique }) => unique).map(({ name }) => [name, new Map()])),
    lastId: 1,
  };
}

function find(table: Table, id: string, idProperty?: string): CrmRecord | undefined {
  const ownId = idProperty === undefined || idProperty === 'hs_object_id';
  const known = ownId ? id : table.unique.get(idProperty)?.get(id.toLowerCase());
  const record = known === undefined ? undefined : table.records.get(known);
  return record?.archivedAt === undefined ? record : undefined;
}

function checkWrite(table: Table, properties: NewProperties, self?: CrmRecord): Problem | undefined {
  return checkProperties(table.properties, properties) ?? checkUnique(table, properties, self);
}

/** A contact's e-mail answers 409; any other unique property is one more invalid value. */
function checkUnique(table: Table, properties: NewProperties, self?: CrmRecord): Problem | undefined {
  for (const [name, ids] of table.unique) {
    const value = toStored(properties[name]);
    const owner = value === undefined ? undefined : ids.get(value.toLowerCase());
    if (owner === undefined || owner === self?.id) continue;
    if (name !== 'email') return conflictingValue(table, name, String(value), owner);
    return {
      status: 409,
      category: 'CONFLICT',
      message: `Contact already exists. Existing ID: ${owner}`,
      context: { existingId: [owner] },
    };
  }
  return undefined;
}

function conflictingValue(table: Table, name: string, value: string, holder: string): Problem {
  const message = `Cannot set ${table.type.label} property ${name}=${value}. ${holder} already has that value.`;
  const found = { isValid: false, message, error: 'CONFLICTING_UNIQUE_VALUE', name };
  return invalid(`Property values were not valid: ${JSON.stringify([found])}`);
}

/** Ids are 51, 101, 151, …: as in a young account, of different lengths, so that sorting them as text shows. */
function addRecord(table: Table, now: number): CrmRecord {
  table.lastId += 50;
  const id = String(table.lastId);
  const record: CrmRecord = {
    id,
    properties: new Map(),
    createdAt: now,
    updatedAt: now,
    archivedAt: undefined,
  };
  table.records.set(id, record);
  return record;
}

function store(table: Table, record: CrmRecord, properties: NewProperties): void {
  for (const [name, given] of Object.entries(properties)) {
    const ids = table.unique.get(name);
    const value = name === 'email' ? toStored(given)?.toLowerCase() : toStored(given);
    if (ids !== undefined) forget(ids, record.properties.get(name));
    if (value === undefined) record.properties.delete(name);
    else record.properties.set(name, value);
    if (ids !== undefined && value !== undefined) ids.set(value.toLowerCase(), record.id);
  }
}

function forget(ids: Map<string, string>, value: string | undefined): void {
  if (value !== undefined) ids.delete(value.toLowerCase());
}
