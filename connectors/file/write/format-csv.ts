import { stringify } from 'csv-stringify/sync';
import { withoutExactNumbers } from '../../../src/contract/exact-json/json-number.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../../src/contract/json.ts';
import type { WriteDeclaration } from '../declaration.ts';
import type { FileFormat } from './format-file.ts';

/**
 * A payload is one row, or a list of rows (the lines of a document). `columns` choose what is written; without
 * them those of the first row are the file's, and a row with another one is refused: its value would be lost.
 */
export function createCsvFormat(declaration: WriteDeclaration): FileFormat {
  let columns = declaration.columns;
  return {
    format(payload, where) {
      const rows = Array.isArray(payload) ? payload : [payload];
      const [first] = rows;
      if (!rows.every(isJsonObject) || first === undefined) {
        throw new Fault('TL_TARGET_REJECTED', `${where}: a CSV row must be an object of columns`);
      }
      const names = columns ?? Object.keys(first);
      for (const row of rows) checkRow(row, names, declaration.columns !== undefined, where);
      // Only a record that is written decides on the columns of the file.
      columns = names;
      return toText(
        declaration.formulas === 'neutralise' ? rows.map(neutralised) : rows,
        names,
        declaration.delimiter,
      );
    },
    open: () => toText([columns ?? []], columns ?? [], declaration.delimiter),
    close: () => '',
    separator: '',
  };
}

/** What a spreadsheet would calculate (OWASP, "CSV Injection") becomes text; numbers stay what they are. */
function neutralised(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && /^[=+\-@\t\r\n]/.test(value) && !/^[+-]?\d+(?:[.,]\d+)?$/.test(value)
        ? `'${value}`
        : value,
    ]),
  );
}

function checkRow(row: JsonObject, columns: readonly string[], chosen: boolean, where: string): void {
  const names = Object.keys(row);
  const extra = chosen ? undefined : names.find((name) => !columns.includes(name));
  if (extra !== undefined) {
    const problem = `"${extra}" is no column of the file, which has those of its first record; list \`columns\``;
    throw new Fault('TL_TARGET_REJECTED', `${where}: ${problem}`);
  }
  if (!names.some((name) => columns.includes(name))) {
    throw new Fault(
      'TL_TARGET_REJECTED',
      `${where}: the record has none of the columns ${columns.join(', ')}`,
    );
  }
  const nested = columns.find((name) => Array.isArray(row[name]) || isJsonObject(row[name]));
  if (nested === undefined) return;
  const kind = Array.isArray(row[nested]) ? 'a list' : 'an object';
  throw new Fault('TL_TARGET_REJECTED', `${where}: column "${nested}" must be a single value, got ${kind}`);
}

function toText(rows: readonly unknown[], columns: readonly string[], delimiter: string): string {
  const cells = rows.map((row) =>
    isJsonObject(row) ? columns.map((name) => withoutExactNumbers(row[name])) : row,
  );
  return stringify(cells, {
    delimiter,
    // Its default writes true as 1 and false as nothing.
    cast: { boolean: (value) => String(value) },
    // An empty line is no record to most readers.
    ...(columns.length === 1 ? { quoted_empty: true } : {}),
  });
}
