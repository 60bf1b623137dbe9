import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { LookupTable, MissingRow } from '../../mapping/expression/functions.ts';
import { checkShape } from '../checks/shape/check-shape.ts';
import { createFinding, type FilePlace, type Finding } from '../finding.ts';
import { tableOf } from '../load/paths.ts';
import { type CsvRow, parseCsv } from '../text/parse-csv.ts';
import { type Path, parseSource, type SourceDocument } from '../text/source-document.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { TableEntry } from '../workspace.ts';

export function parseTables(files: Iterable<SourceFile>, schema: JsonObject): readonly TableEntry[] {
  const entries = new Map<string, TableEntry>();
  for (const file of files) {
    const name = tableOf(file.path);
    if (name === undefined) continue;
    const entry = file.path.endsWith('.csv') ? parseCsvTable(name, file) : parseYamlTable(name, file, schema);
    const first = entries.get(name);
    entries.set(
      name,
      first === undefined ? entry : { ...first, findings: [...first.findings, twice(first, file)] },
    );
  }
  return [...entries.values()];
}

function twice(first: TableEntry, file: SourceFile): Finding {
  const message = `the table "${first.name}" stands in ${first.file} already`;
  return createFinding(
    'TLW_TABLE_DUPLICATE',
    { file: file.path, line: 1, column: 1 },
    message,
    'keep one of the two',
  );
}

function parseYamlTable(name: string, file: SourceFile, schema: JsonObject): TableEntry {
  const document = parseSource(file);
  const { value } = document;
  const findings = [...document.findings];
  const values = isJsonObject(value) && isJsonObject(value.values) ? value.values : {};
  if (document.isReliable) {
    const shape = { name: 'table', schema, others: [], isOurs: true };
    findings.push(...checkShape({ document, shape, value, at: [] }));
    findings.push(
      ...Object.entries(values).flatMap(([key, each]) => checkNumbers(document, ['values', key], each)),
    );
  }
  const missing = isJsonObject(value) ? (value['missing'] as MissingRow | 'fail' | undefined) : undefined;
  const table = toTable(new Map(Object.entries(values)), missing === 'fail' ? undefined : missing);
  return { name, file: file.path, table, findings };
}

/** `007` and `1.50` are numbers to YAML: as 7 and 1.5 they are no tax codes and no amounts any more. */
function checkNumbers(document: SourceDocument, path: Path, value: unknown): readonly Finding[] {
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, member]) => checkNumbers(document, [...path, name], member));
  }
  const written = typeof value === 'number' ? document.writtenAt(path) : undefined;
  if (written === undefined || written === String(value)) return [];
  const message = `${written} is read as the number ${value}`;
  return [
    createFinding(
      'TLW_TABLE_NUMBER',
      document.valuePlace(path),
      message,
      `write "${written}" to keep it as it is`,
    ),
  ];
}

function parseCsvTable(name: string, file: SourceFile): TableEntry {
  const at = (line: number) => ({ file: file.path, line, column: 1 });
  const entry = { name, file: file.path };
  const parsed = parseCsv(file.text);
  if ('problem' in parsed) {
    const { line, message } = parsed.problem;
    const finding = createFinding('TLW_TABLE_INVALID', at(line), `this is no CSV: ${message}`);
    return { ...entry, table: toTable(new Map()), findings: [finding] };
  }
  const [header, ...lines] = parsed.rows;
  if (header === undefined || header.cells.length < 2) {
    const message = 'expected a header line with at least two columns, the key first';
    return {
      ...entry,
      table: toTable(new Map()),
      findings: [createFinding('TLW_TABLE_INVALID', at(1), message)],
    };
  }
  return {
    ...entry,
    table: toTable(new Map(lines.map((row) => toPair(row.cells, header.cells)))),
    findings: checkRows(lines, header.cells.length, at),
  };
}

function checkRows(
  rows: readonly CsvRow[],
  columns: number,
  at: (line: number) => FilePlace,
): readonly Finding[] {
  const seen = new Map<string | undefined, number>();
  const findings: Finding[] = [];
  for (const { cells, line } of rows) {
    const above = seen.get(cells[0]);
    if (cells.length !== columns) {
      const message = `expected ${columns} columns as in the header, got ${cells.length}`;
      findings.push(createFinding('TLW_TABLE_INVALID', at(line), message));
    } else if (above !== undefined) {
      const message = `the key "${cells[0]}" stands in line ${above} already`;
      findings.push(createFinding('TLW_TABLE_DUPLICATE', at(line), message));
    } else seen.set(cells[0], line);
  }
  return findings;
}

function toPair(record: readonly string[], header: readonly string[]): [string, unknown] {
  const [key = '', ...cells] = record;
  if (header.length === 2) return [key, cells[0]];
  return [key, Object.fromEntries(header.slice(1).map((column, index) => [column, cells[index]]))];
}

function toTable(values: ReadonlyMap<string, unknown>, missing?: MissingRow): LookupTable {
  return Object.freeze({ get: (key: string) => values.get(key), ...(missing !== undefined && { missing }) });
}
