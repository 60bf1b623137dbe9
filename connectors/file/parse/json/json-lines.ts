import { describeFlaws } from '../../../../src/contract/exact-json/json-flaws.ts';
import { readJson } from '../../../../src/contract/exact-json/read-json.ts';
import { isJsonObject } from '../../../../src/contract/json.ts';
import { formatSize } from '../../../../src/contract/quantity.ts';
import { hasBrokenText } from '../decode-file.ts';
import { brokenRow, type Entries, type Entry } from '../entry.ts';
import { readLines } from '../lines.ts';
import { findJsonError } from './find-json-error.ts';

export interface JsonLinesFile {
  readonly file: string;
  readonly encoding: string;
  readonly maxRecordBytes: number;
}

/** One JSON object a line; blank lines are passed over. `chunks` is UTF-8. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>, file: JsonLinesFile): Entries {
  for await (const lines of readLines(chunks, file.maxRecordBytes)) {
    yield lines.flatMap(({ raw, bytes, line }) => toEntry(raw, bytes, line, file) ?? []);
  }
}

function toEntry(raw: Buffer, bytes: number, line: number, file: JsonLinesFile): Entry | undefined {
  const place = { file: file.file, line };
  // The line end is not part of the record.
  if (bytes - 2 > file.maxRecordBytes) {
    const problem = `the record is larger than ${formatSize(file.maxRecordBytes)}`;
    return brokenRow(place, problem, raw, 'TL_RECORD_TOO_LARGE');
  }
  if (hasBrokenText(raw, file.encoding))
    return brokenRow(place, `the line is not ${file.encoding} text`, raw);
  const text = raw.toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    const { value: record, flaws } = readJson(text);
    if (flaws.length > 0) return brokenRow(place, unreliable(describeFlaws(flaws)), raw);
    if (isJsonObject(record)) return { record, line, bytes: raw.length, raw };
    return brokenRow(place, `the line must be a JSON object, got ${nameOf(record)}`, raw);
  } catch {
    // The error of JSON.parse quotes the record, so it does not become a cause.
    return brokenRow(place, `the line is not JSON (column ${findJsonError(text) + 1})`, raw);
  }
}

/** Of a record in which `problem` is what nobody can rely on. */
export function unreliable(problem: string): string {
  return `the record cannot be relied on: ${problem}`;
}

export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
