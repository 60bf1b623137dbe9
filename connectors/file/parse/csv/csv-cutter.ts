import { type CsvError, type Parser, parse } from 'csv-parse';
import { formatSize } from '../../../../src/contract/quantity.ts';
import { countLines, leadingLineEnds, trimLineEnd } from '../count-lines.ts';

export interface CsvDialect {
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
export class CsvCutter {
  readonly #dialect: CsvDialect;
  #parser: CsvParser;
  #data: Buffer = Buffer.alloc(0);
  #start = 0;
  #fed = 0;
  #base = 0;
  #line = 1;
  #feedBytes = largeFeed;
  /** A broken line whose end has not come yet. */
  #broken: { readonly problem: string | undefined } | undefined;
  /** The end of a broken line that is too large to wait for has not come yet: it is passed over. */
  #skipping = false;
  #ended = false;

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
    this.#parser = createParser(dialect);
  }

  async push(chunk: Buffer): Promise<readonly Piece[]> {
    this.#data = Buffer.concat([this.#data.subarray(this.#start), chunk]);
    this.#fed -= this.#start;
    this.#base -= this.#start;
    this.#start = 0;
    const pieces: Piece[] = [];
    if (this.#skipping) this.#takeLine();
    if (this.#broken !== undefined) this.#breakLine(pieces, this.#broken.problem);
    while (this.#fed < this.#data.length) await this.#feed(pieces);
    return pieces;
  }

  async end(): Promise<readonly Piece[]> {
    const pieces: Piece[] = [];
    this.#ended = true;
    if (this.#broken !== undefined) this.#breakLine(pieces, this.#broken.problem);
    for (;;) {
      const { rows, error } = await this.#parser.end();
      for (const row of rows) pieces.push(this.#toPiece(row));
      if (error === undefined) return pieces;
      this.#breakLine(pieces, problemOf(error));
      while (this.#fed < this.#data.length) await this.#feed(pieces);
    }
  }

  async #feed(pieces: Piece[]): Promise<void> {
    const end = Math.min(this.#fed + this.#feedBytes, this.#data.length);
    const { rows, error } = await this.#parser.push(this.#data.subarray(this.#fed, end));
    this.#fed = end;
    for (const row of rows) pieces.push(this.#toPiece(row));
    if (error !== undefined) this.#breakLine(pieces, problemOf(error));
    else if (this.#fed - this.#start > this.#dialect.maxRecordBytes) this.#breakLine(pieces, undefined);
    else this.#feedBytes = Math.min(this.#feedBytes * 2, largeFeed);
  }

  #toPiece({ cells, end }: Cells): Piece {
    const taken = this.#take(this.#base + end);
    return taken.raw.length > this.#dialect.maxRecordBytes
      ? { ...taken, tooLarge: true }
      : { ...taken, cells };
  }

  /**
   * Gives up the line at `start`, once it is there to its end; without a problem, because its record has grown
   * too large.
   */
  #breakLine(pieces: Piece[], problem: string | undefined): void {
    const { maxRecordBytes } = this.#dialect;
    const line = this.#data.subarray(this.#start);
    const from = leadingLineEnds(line);
    const isWhole = this.#ended || line.indexOf(this.#dialect.newline, from) !== -1;
    this.#broken = isWhole || line.length - from > maxRecordBytes ? undefined : { problem };
    if (this.#broken !== undefined) {
      this.#fed = this.#data.length;
      return;
    }
    const taken = this.#takeLine();
    const unclosed = `a quote is opened and not closed within ${formatSize(maxRecordBytes)}`;
    if (taken.raw.length > maxRecordBytes) pieces.push({ ...taken, tooLarge: true });
    else pieces.push({ ...taken, problem: problem ?? unclosed });
  }

  /** Takes the line at `start`, as far as it has come, and begins anew behind it. */
  #takeLine(): Pick<Piece, 'raw' | 'line'> {
    // Empty lines before it are only there at the start of a record, not in the rest of a broken line.
    const empty = this.#skipping ? 0 : leadingLineEnds(this.#data.subarray(this.#start));
    const newline = this.#data.indexOf(this.#dialect.newline, this.#start + empty);
    this.#skipping = newline === -1;
    const taken = this.#take(newline === -1 ? this.#data.length : newline + 1);
    this.#fed = this.#start;
    this.#base = this.#start;
    this.#feedBytes = smallFeed;
    this.#parser = createParser(this.#dialect);
    return taken;
  }

  #take(end: number): Pick<Piece, 'raw' | 'line'> {
    const bytes = this.#data.subarray(this.#start, end);
    const raw = bytes.subarray(leadingLineEnds(bytes));
    const before = bytes.subarray(0, bytes.length - raw.length);
    const line = this.#line + countLines(before, this.#dialect.newline);
    this.#line += countLines(bytes, this.#dialect.newline);
    this.#start = end;
    return { raw: trimLineEnd(raw), line };
  }
}

type CsvParser = ReturnType<typeof createParser>;

/** csv-parse, driven by hand: everything a portion yields is there when `push` returns, also before an error. */
function createParser(dialect: CsvDialect) {
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
