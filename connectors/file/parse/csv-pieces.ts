import { type CsvError, type Parser, parse } from 'csv-parse';
import { formatSize } from '../units.ts';
import { countLines, leadingLineEnds, trimLineEnd } from './count-lines.ts';

export interface Dialect {
  readonly delimiter: string;
  readonly quote: string | false;
  /** 10 (\n, with or without \r before it) or 13 (\r alone). */
  readonly newline: number;
  readonly maxRecordBytes: number;
}

/** One record's worth of a CSV file: its cells, or why it has none. */
export interface Piece {
  readonly line: number;
  readonly raw: Buffer;
  readonly cells?: readonly string[];
  readonly problem?: string;
  readonly tooLarge?: boolean;
}

interface Cells {
  readonly cells: readonly string[];
  /** Offset of its end in what its parser was fed. */
  readonly end: number;
}

const smallFeed = 4 * 1024;
const largeFeed = 64 * 1024;

/**
 * Cuts a CSV file into pieces. Where the parser gives up (a stray quote, one that is never closed), only the
 * first physical line of that record is broken: a new parser goes on with the line after it. So one bad quote
 * costs one line, and not everything up to the next quote.
 *
 * `data[start…]` is what has not become a piece yet, `data[fed…]` what the parser has not seen; `base` is the
 * offset in `data` at which the current parser began. After an error the parser gets small portions first,
 * because what lies beyond the next error would have to be fed to it again.
 */
export function createCsvCutter(dialect: Dialect) {
  let data: Buffer = Buffer.alloc(0);
  let start = 0;
  let fed = 0;
  let base = 0;
  let line = 1;
  let feedBytes = largeFeed;
  let skipping = false;
  let parser = createParser(dialect);

  const take = (end: number): { raw: Buffer; line: number } => {
    const bytes = data.subarray(start, end);
    const raw = bytes.subarray(leadingLineEnds(bytes));
    const first = line + countLines(bytes.subarray(0, bytes.length - raw.length), dialect.newline);
    line += countLines(bytes, dialect.newline);
    start = end;
    return { raw: trimLineEnd(raw), line: first };
  };

  const toPiece = ({ cells, end }: Cells): Piece => {
    const taken = take(base + end);
    return taken.raw.length > dialect.maxRecordBytes ? { ...taken, tooLarge: true } : { ...taken, cells };
  };

  const restart = () => {
    fed = start;
    base = start;
    feedBytes = smallFeed;
    parser = createParser(dialect);
  };

  /** Gives up the line at `start`; without a problem, because its record has grown too large. */
  const breakLine = (problem: string | undefined): Piece => {
    const from = start + leadingLineEnds(data.subarray(start));
    const newline = data.indexOf(dialect.newline, from);
    skipping = newline === -1;
    const taken = take(newline === -1 ? data.length : newline + 1);
    restart();
    if (problem !== undefined) return { ...taken, problem };
    if (taken.raw.length > dialect.maxRecordBytes) return { ...taken, tooLarge: true };
    return {
      ...taken,
      problem: `a quote is opened and not closed within ${formatSize(dialect.maxRecordBytes)}`,
    };
  };

  const skipLine = () => {
    const newline = data.indexOf(dialect.newline, start);
    skipping = newline === -1;
    take(newline === -1 ? data.length : newline + 1);
    restart();
  };

  const feed = async (pieces: Piece[]): Promise<void> => {
    const end = Math.min(fed + feedBytes, data.length);
    const { rows, error } = await parser.push(data.subarray(fed, end));
    fed = end;
    for (const row of rows) pieces.push(toPiece(row));
    if (error !== undefined) pieces.push(breakLine(problemOf(error)));
    else if (fed - start > dialect.maxRecordBytes) pieces.push(breakLine(undefined));
    else feedBytes = Math.min(feedBytes * 2, largeFeed);
  };

  return {
    async push(chunk: Buffer): Promise<Piece[]> {
      data = Buffer.concat([data.subarray(start), chunk]);
      fed -= start;
      base -= start;
      start = 0;
      const pieces: Piece[] = [];
      if (skipping) skipLine();
      while (fed < data.length) await feed(pieces);
      return pieces;
    },

    async end(): Promise<Piece[]> {
      const pieces: Piece[] = [];
      for (;;) {
        const { rows, error } = await parser.end();
        for (const row of rows) pieces.push(toPiece(row));
        if (error === undefined) return pieces;
        pieces.push(breakLine(problemOf(error)));
        while (fed < data.length) await feed(pieces);
      }
    },
  };
}

/** csv-parse, driven by hand: everything a portion yields is there when `push` answers, also before an error. */
function createParser(dialect: Dialect) {
  let rows: Cells[] = [];
  const parser: Parser = parse({
    bom: false,
    columns: false,
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    escape: dialect.quote,
    record_delimiter: dialect.newline === 13 ? ['\r'] : ['\r\n', '\n'],
    max_record_size: 0,
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (cells, info) => {
      rows.push({ cells: cells as readonly string[], end: info.bytes });
      return null;
    },
  });
  // The callbacks of write and end are told as well; without a listener the process would end.
  parser.on('error', () => {});
  const answer = (error: unknown) => {
    const done = { rows, error: (error ?? undefined) as CsvError | undefined };
    rows = [];
    return done;
  };
  return {
    push: (bytes: Buffer) =>
      new Promise<ReturnType<typeof answer>>((resolve) => {
        parser.write(bytes, (error) => resolve(answer(error)));
      }),
    end: () =>
      new Promise<ReturnType<typeof answer>>((resolve) => {
        parser.end((error?: unknown) => resolve(answer(error)));
      }),
  };
}

/** In words of ours: those of the library quote the record. */
function problemOf(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'a quote is opened and not closed before the delimiter or the end of the line';
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands inside a field that does not begin with one';
    default:
      return `the line is no CSV (${error.code})`;
  }
}
