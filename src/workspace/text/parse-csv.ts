import { CsvError, parse } from 'csv-parse/sync';
import { present } from '../../contract/present.ts';

export interface CsvRow {
  readonly cells: readonly string[];
  /** Counted from 1. */
  readonly line: number;
}

/** A small CSV file as people make one: comma, semicolon or tab, whichever the first line has most of. */
export function parseCsv(
  text: string,
):
  | { readonly rows: readonly CsvRow[] }
  | { readonly problem: { readonly line: number; readonly message: string } } {
  const options = { info: true, bom: true, relax_column_count: true, skip_empty_lines: true, trim: true };
  try {
    const rows = parse(text, { ...options, delimiter: delimiterOf(text) }) as unknown as readonly Parsed[];
    return { rows: rows.map(({ record, info }) => ({ cells: record, line: info.lines })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number((error as { lines?: unknown }).lines) || 1;
    return { problem: { line, message: error.message } };
  }
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function delimiterOf(text: string): string {
  const header = present(text.split(/\r?\n/, 1)[0], 'a first line');
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
