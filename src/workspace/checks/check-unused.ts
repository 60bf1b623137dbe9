import { isJsonObject } from '../../contract/json.ts';
import { createFinding, type Finding } from '../finding.ts';
import { mapFilePath } from '../parts/map-file-path.ts';
import type { ParsedConnections } from '../parts/parse-connections.ts';
import { eachText } from '../text/references.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { FlowEntry, TableEntry } from '../workspace.ts';
import { tablesUsedBy } from './expressions/check-expression.ts';

/** Connections that no flow names. */
export function checkUnusedConnections(
  parsed: ParsedConnections,
  flows: readonly FlowEntry[],
): readonly Finding[] {
  const { document, connections } = parsed;
  const names = new Set(connections.map(({ name }) => name));
  const used = flows.flatMap((flow) => [connectionIn(flow, 'source'), connectionIn(flow, 'target')]);
  // Where a flow does not say what it uses, or names it wrongly, that is the finding.
  if (document === undefined || used.some((name) => name === undefined || !names.has(name))) return [];
  return [...names]
    .filter((name) => !used.includes(name))
    .map((name) => {
      const place = document.keyPlace(['connections', name]);
      return createFinding('TLW_CONNECTION_UNUSED', place, `no flow uses the connection "${name}"`);
    });
}

/** Lookup tables that no expression names. One that calculates the name of its table may mean any. */
export function checkUnusedTables(
  tables: Iterable<TableEntry>,
  flows: readonly FlowEntry[],
  files: ReadonlyMap<string, SourceFile>,
): readonly Finding[] {
  const all = [...tables];
  const used = flows.flatMap((flow) => textsOf(flow, files).map(tablesUsedBy));
  const named = new Set(used.flatMap((names) => names ?? []));
  const names = all.map(({ name }) => name);
  // A name that leads nowhere, or an expression that is none, may be meant for one of these.
  const isUnsure = used.includes(undefined) || [...named].some((name) => !names.includes(name));
  if (isUnsure || flows.some(isUnclear)) return [];
  return all
    .filter(({ name, findings }) => !named.has(name) && findings.length === 0)
    .map(({ name, file }) =>
      createFinding(
        'TLW_TABLE_UNUSED',
        { file, line: 1, column: 1 },
        `no flow looks anything up in the table "${name}"`,
        `$lookup("${name}", …) does; or delete the file`,
      ),
    );
}

function isUnclear({ value, findings }: FlowEntry): boolean {
  return !isJsonObject(value) || findings.some(({ code }) => unclear.has(code));
}

const unclear: ReadonlySet<string> = new Set([
  'TLW_EXPRESSION_SYNTAX',
  'TLW_UNKNOWN_FUNCTION',
  'TLW_UNKNOWN_FILE',
]);

function textsOf({ document, value }: FlowEntry, files: ReadonlyMap<string, SourceFile>): readonly string[] {
  if (!isJsonObject(value)) return [];
  const { filter, key, set, map, guards } = value;
  const mapFile = typeof map === 'string' ? files.get(mapFilePath(document.file, map) ?? '') : undefined;
  const texts = [mapFile?.text ?? ''];
  eachText([filter, key, set, map, guards], (text) => texts.push(text));
  return texts;
}

function connectionIn({ document }: FlowEntry, side: 'source' | 'target'): string | undefined {
  const end = isJsonObject(document.value) ? document.value[side] : undefined;
  const name = isJsonObject(end) ? end.connection : undefined;
  return typeof name === 'string' ? name : undefined;
}
