import type { CellObject, WorkBook, WorkSheet } from '@e965/xlsx';

import { formatSize } from '../../../src/contract/quantity.ts';
import { type Dates, toCellText, type WrongCell } from './cell-text.ts';
import { type Header, type HeaderNeeds, parseHeader } from './csv/csv-header.ts';
import { brokenRow, type Entries, type Entry, unreadable, withoutHeader } from './entry.ts';
import { type ByteSource, readStored } from './open-bytes.ts';

export interface WorkbookFile {
  readonly maxRecordBytes: number;
  /** Name, or place from 1; `undefined`: the first one. */
  readonly sheet: string | number | undefined;
  /** Rows before the header, or before the first record where there is none. */
  readonly skip: number;
  readonly header: true | readonly string[];
  readonly needs: HeaderNeeds;
}

/** A workbook is unpacked as a whole, which takes about a second for each megabyte. */
export const maxWorkbookBytes = 16 * 1024 * 1024;

/** The rows of one sheet of an Excel workbook as records, every value a text. */
export async function* readWorkbook(source: ByteSource, file: WorkbookFile): Entries {
  const bytes = await readStored(source, maxWorkbookBytes);
  if (bytes.length === 0) throw unreadable(source.file, 1, 'the file is empty, which is no Excel workbook');
  // Loaded where there is a workbook only: it is larger than all the rest of the connector.
  const { read, utils, SSF } = await import('@e965/xlsx');
  const book = parse(() => read(bytes, { type: 'buffer', dense: true, cellNF: true }), source.file);
  const name = sheetOf(book, file.sheet, source.file);
  const sheet = book.Sheets[name] as WorkSheet & { readonly '!data'?: readonly Row[] };
  const range = utils.decode_range(sheet['!ref'] ?? 'A1');
  const dates: Dates = {
    is1904: book.Workbook?.WBProps?.date1904 === true,
    isDate: SSF.is_date,
    parts: SSF.parse_date_code,
  };
  yield toEntries(sheet['!data'] ?? [], { file, place: `${source.file} (${name})`, from: range.s.c, dates });
}

type Row = readonly (CellObject | undefined)[] | undefined;

interface Reading {
  readonly file: WorkbookFile;
  /** File and sheet, for messages. */
  readonly place: string;
  /** The first column that is used, from 0. */
  readonly from: number;
  readonly dates: Dates;
}

function parse(read: () => WorkBook, file: string): WorkBook {
  try {
    return read();
  } catch (thrown) {
    // The library speaks of the parts inside of the archive.
    const reason = thrown instanceof Error ? thrown.message.slice(0, 120) : '';
    throw unreadable(file, 1, `cannot be read as an Excel workbook: ${reason}`);
  }
}

function sheetOf(book: WorkBook, wanted: string | number | undefined, file: string): string {
  const names = book.SheetNames;
  const found =
    typeof wanted === 'string' ? names.find((name) => name === wanted) : names[placeOf(book, wanted)];
  if (found !== undefined) return found;
  const has = names.map((name) => `"${name}"`).join(', ');
  throw unreadable(
    file,
    1,
    `has no sheet ${typeof wanted === 'string' ? `"${wanted}"` : wanted}; it has ${has}`,
  );
}

/** Who sends a workbook sees the first sheet that is shown; templates keep their lists in hidden ones before it. */
function placeOf({ Workbook }: WorkBook, wanted: number | undefined): number {
  if (wanted !== undefined) return wanted - 1;
  return Math.max(0, Workbook?.Sheets?.findIndex(({ Hidden }) => !Hidden) ?? 0);
}

/** For the header, and where a row is reported. */
const shown = (text: string | WrongCell): string => (typeof text === 'string' ? text : '');

function toEntries(rows: readonly Row[], reading: Reading): readonly Entry[] {
  const { file, place, from, dates } = reading;
  let header =
    file.header === true ? undefined : parseHeader(file.header, file.needs, { file: place, line: 1 });
  const entries: Entry[] = [];
  rows.forEach((row, index) => {
    const line = index + 1;
    if (line <= file.skip || row === undefined) return;
    const cells = Array.from({ length: Math.max(0, row.length - from) }, (_, nth) => row[nth + from]);
    const texts = cells.map((cell) => toCellText(cell, dates));
    if (texts.every((text) => text === '')) return;
    if (header === undefined) {
      header = parseHeader(withoutEnd(texts.map(shown)), file.needs, { file: place, line });
    } else entries.push(toEntry(texts, header, { file, place, line }));
  });
  if (header === undefined) throw withoutHeader(place, file.skip);
  return entries;
}

function toEntry(
  texts: readonly (string | WrongCell)[],
  { names }: Header,
  { file, place, line }: { readonly file: WorkbookFile; readonly place: string; readonly line: number },
): Entry {
  const raw = Buffer.from(texts.map(shown).join('\t'));
  const at = { file: place, line };
  for (const [nth, text] of texts.entries())
    if (typeof text !== 'string') return brokenRow(at, `the cell in column ${nth + 1} ${text.problem}`, raw);
  if (raw.length > file.maxRecordBytes) {
    const problem = `the record is larger than ${formatSize(file.maxRecordBytes)}`;
    return brokenRow(at, problem, raw, 'TL_RECORD_TOO_LARGE');
  }
  const cells = withoutEnd(texts.map(shown));
  if (cells.length > names.length) {
    return brokenRow(at, `${cells.length} columns where the header has ${names.length}`, raw);
  }
  const isHeader =
    file.header === true && names.length > 1 && names.every((name, nth) => cells[nth] === name);
  if (isHeader) return brokenRow(at, 'the header row stands here again; it is no record', raw);
  return {
    record: Object.fromEntries(names.map((name, nth) => [name, cells[nth] ?? ''])),
    line,
    bytes: raw.length,
    raw,
  };
}

/** Sheets are wider than their tables. */
function withoutEnd(texts: readonly string[]): readonly string[] {
  return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
}
