import type { EntityType, Value, Values } from './fields.ts';

/** One record. `sequence` is its place in the table: the order in which rows are listed. */
export interface Row {
  readonly id: string;
  readonly sequence: number;
  readonly values: Values;
  /** Grows with each change; the ETag is made of it. */
  version: number;
}

/** Rows of one kind, listed as inserted, with indexes for the `eq` filters that integrations live on. */
export interface Table {
  readonly type: EntityType;
  size(): number;
  get(id: string): Row | undefined;
  /** Rows whose indexed field has this value; `undefined` where the field has no index. */
  lookup(field: string, value: Value): readonly Row[] | undefined;
  rows(): Iterable<Row>;
  insert(values: Values): Row;
  /** Lays values over a row: a new version. */
  change(row: Row, values: Values): void;
  remove(row: Row): void;
}

export function createTable(type: EntityType): Table {
  const byId = new Map<string, Row>();
  const indexes = new Map(type.indexes.map((field) => [field, new Map<Value, Set<Row>>()]));
  let inserted = 0;
  const index = (row: Row) => {
    for (const [field, entries] of indexes) addTo(entries, row.values[field] ?? '', row);
  };
  const unindex = (row: Row) => {
    for (const [field, entries] of indexes) removeFrom(entries, row.values[field] ?? '', row);
  };
  return {
    type,
    size: () => byId.size,
    get: (id) => byId.get(id),
    lookup: (field, value) => {
      const entries = indexes.get(field);
      return entries === undefined ? undefined : [...(entries.get(value) ?? [])];
    },
    rows: () => byId.values(),
    insert(values) {
      inserted += 1;
      const row: Row = { id: String(values['id']), sequence: inserted, values, version: 1 };
      byId.set(row.id, row);
      index(row);
      return row;
    },
    change(row, values) {
      unindex(row);
      Object.assign(row.values, values);
      row.version += 1;
      index(row);
    },
    remove(row) {
      unindex(row);
      byId.delete(row.id);
    },
  };
}

function addTo(entries: Map<Value, Set<Row>>, value: Value, row: Row): void {
  const rows = entries.get(value);
  if (rows === undefined) entries.set(value, new Set([row]));
  else rows.add(row);
}

function removeFrom(entries: Map<Value, Set<Row>>, value: Value, row: Row): void {
  const rows = entries.get(value);
  rows?.delete(row);
  if (rows?.size === 0) entries.delete(value);
}
