import { Fault } from '../../../src/contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../../src/contract/json.ts';
import { formatSize } from '../../../src/contract/quantity.ts';
import type { GroupDeclaration } from '../declaration.ts';
import { compileFieldPath, toGroupText } from '../field-path.ts';
import { type BrokenRow, brokenRow, type Entry, type Row } from '../parse/entry.ts';

const maxRawLength = 64 * 1024;

export interface Grouping {
  readonly file: string;
  readonly group: GroupDeclaration;
  readonly maxRecordBytes: number;
}

/** A document while its rows come in. */
export interface Draft {
  readonly key: string;
  readonly rows: Row[];
  /** Rows of the document that could not be read: with one of them missing it may not go on. */
  readonly broken: BrokenRow[];
  bytes: number;
  readonly firstLine: number;
  lastLine: number;
}

export function compileGroupKey(group: GroupDeclaration): (row: Row) => string | undefined {
  const groupValue = compileFieldPath(group.by);
  return (row) => toGroupText(groupValue(row.record));
}

export function createDraft(key: string, row: Row | BrokenRow): Draft {
  return { key, rows: [], broken: [], bytes: 0, firstLine: row.line, lastLine: row.line };
}

export function addRow(draft: Draft, row: Row): void {
  draft.rows.push(row);
  draft.bytes += row.bytes;
  draft.lastLine = row.line;
}

/** A row without a value to group by belongs to nothing. */
export function toKeylessRow(row: Row, { file, group }: Grouping): BrokenRow {
  const raw = row.raw ?? Buffer.from(JSON.stringify(row.record));
  return brokenRow(
    { file, line: row.line },
    `the row has no value in "${group.by}", the column it is grouped by`,
    raw,
  );
}

/** The one value of a broken row that can be relied on: its first column, if that is the one grouped by. */
export function certainKey(row: BrokenRow, { group }: Grouping): string | undefined {
  return row.partial?.first === group.by ? shownKey(row, group) : undefined;
}

/** What a broken row has in the column grouped by; right only if a neighbour says the same. */
export function shownKey(row: BrokenRow, group: GroupDeclaration): string | undefined {
  return row.partial === undefined ? undefined : toGroupText(row.partial.values[group.by]);
}

/** A finished draft as an entry: the document, or why it is held back. */
export function toDocument(draft: Draft, { file, group, maxRecordBytes }: Grouping): Entry {
  const [first] = draft.rows;
  const lines = `lines ${draft.firstLine} to ${draft.lastLine}`;
  const [trouble] = draft.broken;
  if (trouble !== undefined) {
    const problem = `${trouble.fault.message}; document ${draft.key} (${lines}) is held back, it would not be whole`;
    return {
      ...trouble,
      fault: new Fault('TL_SOURCE_RECORD', problem),
      raw: draft.broken
        .map((row) => row.raw)
        .join('\n')
        .slice(0, maxRawLength),
    };
  }
  const place = { file, line: draft.firstLine };
  if (draft.bytes > maxRecordBytes || first === undefined) {
    const problem = `document ${draft.key} (${lines}) is larger than ${formatSize(maxRecordBytes)}`;
    return brokenRow(place, problem, first?.raw ?? Buffer.alloc(0), 'TL_RECORD_TOO_LARGE');
  }
  const record = { ...documentFields(first, group), [group.as]: draft.rows.map((row) => row.record) };
  return { record, line: draft.firstLine, bytes: draft.bytes };
}

function documentFields(first: Row, group: GroupDeclaration): JsonObject {
  if (!isJsonObject(first.record)) return {};
  const { record } = first;
  if (group.header === undefined) return record;
  const kept = [group.by.split('.')[0] ?? group.by, group.by, ...group.header];
  return Object.fromEntries(Object.entries(record).filter(([name]) => kept.includes(name)));
}
