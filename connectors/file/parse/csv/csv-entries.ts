import type { JsonObject } from '../../../../src/contract/json.ts';
import { formatSize } from '../../../../src/contract/quantity.ts';
import { hasBrokenText } from '../decode-file.ts';
import { brokenRow, type Entries, type Entry, unreadable, withoutHeader } from '../entry.ts';
import { CsvCutter, type Piece } from './csv-cutter.ts';
import { detectDelimiter, detectNewline, type Header, type HeaderNeeds, parseHeader } from './csv-header.ts';
import { takeStart } from './csv-start.ts';

export interface CsvFile {
  readonly file: string;
  readonly encoding: string;
  readonly delimiter: string | undefined;
  readonly quote: string | false;
  readonly header: true | readonly string[];
  /** Lines before the header, or before the first record where there is none. */
  readonly skip: number;
  readonly needs: HeaderNeeds;
  readonly maxRecordBytes: number;
}

/** The rows of a CSV file as records, every value a string. `chunks` is UTF-8. */
export async function* readCsvEntries(chunks: AsyncIterable<Buffer>, csv: CsvFile): Entries {
  let cutter: CsvCutter | undefined;
  const start = takeStart(chunks, csv);
  let header =
    csv.header === true ? undefined : parseHeader(csv.header, csv.needs, { file: csv.file, line: 1 });
  const toEntries = (pieces: readonly Piece[]): Entry[] => {
    const entries: Entry[] = [];
    for (const cut of pieces) {
      const piece = { ...cut, line: cut.line + start.lines };
      if (header === undefined) header = toHeader(piece, csv);
      else entries.push(toEntry(piece, header, csv));
    }
    return entries;
  };
  for await (const chunk of start.rest) {
    cutter ??= new CsvCutter({
      delimiter: csv.delimiter ?? start.delimiter ?? detectDelimiter(chunk, csv.quote),
      quote: csv.quote,
      newline: detectNewline(chunk),
      maxRecordBytes: csv.maxRecordBytes,
    });
    yield toEntries(await cutter.push(chunk));
  }
  if (cutter !== undefined) yield toEntries(await cutter.end());
  if (header === undefined) throw withoutHeader(csv.file, csv.skip);
}

function toHeader(piece: Piece, csv: CsvFile): Header {
  if (piece.cells === undefined) {
    const problem = piece.problem ?? `the line is larger than ${formatSize(csv.maxRecordBytes)}`;
    throw unreadable(csv.file, piece.line, `the header cannot be read: ${problem}`);
  }
  if (hasBrokenText(piece.raw, csv.encoding)) {
    throw unreadable(csv.file, piece.line, `the header is not ${csv.encoding} text`);
  }
  return parseHeader(piece.cells, csv.needs, { file: csv.file, line: piece.line });
}

function toEntry(piece: Piece, header: Header, csv: CsvFile): Entry {
  const { line, raw, cells } = piece;
  const place = { file: csv.file, line };
  if (cells === undefined) {
    if (piece.problem !== undefined) return brokenRow(place, piece.problem, raw);
    const problem = `the record is larger than ${formatSize(csv.maxRecordBytes)}`;
    return brokenRow(place, problem, raw, 'TL_RECORD_TOO_LARGE');
  }
  if (hasBrokenText(raw, csv.encoding)) return brokenRow(place, `the line is not ${csv.encoding} text`, raw);
  const { names } = header;
  // Exports that were put together with `cat`.
  if (csv.header === true && isHeaderAgain(cells, header))
    return brokenRow(place, 'the header line stands here again; it is no record', raw);
  const open = header.openEnd && cells.length === names.length + 1 && cells.at(-1) === '';
  const record = toRecord(names, cells);
  if (cells.length === names.length || open) return { record, line, bytes: raw.length, raw };
  const count = `${cells.length} ${cells.length === 1 ? 'column' : 'columns'}`;
  const broken = brokenRow(place, `${count} where the header has ${names.length}`, raw);
  return { ...broken, partial: { first: names[0] ?? '', values: record } };
}

function isHeaderAgain(cells: readonly string[], { names }: Header): boolean {
  return (
    names.length > 1 &&
    cells.length >= names.length &&
    names.every((name, index) => cells[index]?.trim().toLowerCase() === name.toLowerCase())
  );
}

function toRecord(names: readonly string[], cells: readonly string[]): JsonObject {
  const record: Record<string, string> = {};
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index];
    const cell = cells[index];
    if (name !== undefined && cell !== undefined) record[name] = cell;
  }
  return record;
}
