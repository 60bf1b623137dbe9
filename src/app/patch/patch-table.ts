import { Fault } from '../../contract/fault.ts';
import type { Edit } from '../../engine/patch/edit.ts';
import { type Assignment, setAll } from '../../engine/patch/edits.ts';
import { parseMemberPath } from '../../engine/patch/member-path.ts';
import { type CsvRow, parseCsv } from '../../workspace/text/parse-csv.ts';
import { parseValue } from './patch-value.ts';

/**
 * Patches from a CSV file: a column `key`, and a column for each path, whose cells are values. An empty cell leaves its
 * member as it is. Throws a Fault TL_ARGUMENT_INVALID with the line of what is wrong.
 */
export function readTable(
  typedAs: string,
  text: string,
): { readonly edit: Edit; readonly keys: readonly string[] } {
  const parsed = parseCsv(text);
  if ('problem' in parsed)
    throw wrong(typedAs, parsed.problem.line, `this is no CSV: ${parsed.problem.message}`);
  const [header, ...rows] = parsed.rows;
  const names = header?.cells ?? [];
  const keyAt = names.findIndex((name) => name.toLowerCase() === 'key');
  if (keyAt < 0 || names.length < 2) {
    throw wrong(
      typedAs,
      1,
      `expected a column \`key\` and one for each path to set, got "${names.join(', ')}"`,
    );
  }
  const paths = names.map((name, index) => (index === keyAt ? undefined : parsePath(typedAs, name)));
  const byKey = new Map<string, { readonly line: number; readonly edit: Edit }>();
  for (const row of rows) {
    const key = row.cells[keyAt] ?? '';
    checkRow(typedAs, row, { key, columns: names.length, above: byKey.get(key)?.line });
    byKey.set(key, { line: row.line, edit: setAll(assignmentsOf(typedAs, row, { names, paths })) });
  }
  return {
    keys: [...byKey.keys()],
    edit: async (error) =>
      (await byKey.get(error.record.key)?.edit(error)) ?? { native: error.record.native },
  };
}

function parsePath(typedAs: string, name: string): Assignment['parts'] {
  const { parts, end } = parseMemberPath(name, `${typedAs}:1`);
  if (end === name.length) return parts;
  throw wrong(typedAs, 1, `expected a path such as items[0].price as the name of a column, got "${name}"`);
}

interface Expected {
  readonly key: string;
  readonly columns: number;
  /** The line of the same key further above. */
  readonly above: number | undefined;
}

function checkRow(typedAs: string, { cells, line }: CsvRow, { key, columns, above }: Expected): void {
  if (cells.length !== columns)
    throw wrong(typedAs, line, `expected ${columns} columns as in the header, got ${cells.length}`);
  if (key === '') throw wrong(typedAs, line, 'a row without a key');
  if (above !== undefined) throw wrong(typedAs, line, `the key "${key}" stands in line ${above} already`);
}

function assignmentsOf(
  typedAs: string,
  { cells, line }: CsvRow,
  {
    names,
    paths,
  }: { readonly names: readonly string[]; readonly paths: readonly (Assignment['parts'] | undefined)[] },
): readonly Assignment[] {
  return paths.flatMap((parts, index) => {
    const cell = cells[index] ?? '';
    if (parts === undefined || cell === '') return [];
    return [{ parts, value: parseValue(cell, `${typedAs}:${line}, ${names[index]}`) }];
  });
}

function wrong(typedAs: string, line: number, message: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', `${typedAs}:${line}: ${message}`);
}
