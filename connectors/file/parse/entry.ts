import { Fault } from '../../../src/contract/fault.ts';
import type { FaultCode } from '../../../src/contract/fault-table.ts';
import type { JsonObject } from '../../../src/contract/json.ts';

/** What a file is made of: records, and pieces that are none. */
export type Entry = Row | BrokenRow;

export interface Row {
  readonly record: unknown;
  /** First line of the record in its file, from 1. */
  readonly line: number;
  readonly bytes: number;
  /** The record as it stands in the file. */
  readonly raw?: Buffer;
}

export interface BrokenRow {
  readonly fault: Fault;
  readonly line: number;
  readonly raw: string;
  /** Values that could still be read; only that of the first column is certain. */
  readonly partial?: { readonly first: string; readonly values: JsonObject };
}

/** A source of entries hands them over by the block, which is much faster than one by one. */
export type Entries = AsyncIterable<readonly Entry[]>;

/** How much of a broken record is kept to be looked at. */
const maxRawBytes = 64 * 1024;

export function brokenRow(
  place: { readonly file: string; readonly line: number },
  problem: string,
  raw: Buffer,
  code: FaultCode = 'TL_SOURCE_RECORD',
): BrokenRow {
  return {
    fault: new Fault(code, `${place.file}:${place.line}: ${problem}`),
    line: place.line,
    raw: shortenRaw(raw),
  };
}

/** For showing, so bytes that are no text may turn into U+FFFD here. */
export function shortenRaw(raw: Buffer): string {
  return raw.toString('utf8', 0, Math.min(raw.length, maxRawBytes));
}

export function unreadable(file: string, line: number, problem: string): Fault {
  return new Fault('TL_SOURCE_UNREADABLE', `${file}:${line}: ${problem}`);
}

/** Where a header was due, a file without one says nothing, not even that there are no records: it may be half written. */
export function withoutHeader(file: string, skip: number): Fault {
  const behind = skip === 0 ? '' : ` behind the ${skip} that \`skip\` passes over`;
  return unreadable(
    file,
    skip + 1,
    `the file has no header line${behind}; a file without records holds its header alone (or name the columns in \`header\`)`,
  );
}
