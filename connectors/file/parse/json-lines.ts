import { isJsonObject } from '../../../src/contract/json.ts';
import { formatSize } from '../units.ts';
import { trimLineEnd } from './count-lines.ts';
import { hasBrokenText } from './decode-file.ts';
import { brokenRow, type Entries, type Entry } from './entry.ts';
import { findJsonError, parseJson } from './parse-json.ts';

export interface JsonLinesFile {
  readonly file: string;
  readonly encoding: string;
  readonly maxRecordBytes: number;
}

/** One JSON object a line; blank lines are passed over. `chunks` is UTF-8. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>, file: JsonLinesFile): Entries {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 1;
  const endLine = (end: Buffer): Entry | undefined => {
    const raw = rest.length === 0 ? end : Buffer.concat([...rest, end]);
    const bytes = restBytes + end.length;
    rest = [];
    restBytes = 0;
    line += 1;
    return toEntry(trimLineEnd(raw), bytes, line - 1, file);
  };
  for await (const chunk of chunks) {
    const entries: Entry[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      const entry = endLine(chunk.subarray(from, at + 1));
      if (entry !== undefined) entries.push(entry);
      from = at + 1;
    }
    restBytes += chunk.length - from;
    // Of a line that is too large already, the beginning is enough.
    if (restBytes <= file.maxRecordBytes || rest.length === 0) rest.push(chunk.subarray(from));
    yield entries;
  }
  const last = endLine(Buffer.alloc(0));
  if (last !== undefined) yield [last];
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
    const record = parseJson(text);
    if (isJsonObject(record)) return { record, line, bytes: raw.length, raw };
    return brokenRow(place, `the line must be a JSON object, got ${nameOf(record)}`, raw);
  } catch {
    // The error of JSON.parse quotes the record, so it does not become a cause.
    return brokenRow(place, `the line is not JSON (column ${findJsonError(text) + 1})`, raw);
  }
}

export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
