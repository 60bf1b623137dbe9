import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { memberNode, rootNode } from './schema-node.ts';

/** A key inside of a connection's `config` that is one of the connection itself is only at the wrong place. */
export function hintBeside(
  findings: readonly Finding[],
  {
    document,
    at,
    shape,
  }: { readonly document: SourceDocument; readonly at: Path; readonly shape: JsonObject },
): readonly Finding[] {
  const all = memberNode(rootNode(shape), 'connections');
  const connection = all && memberNode(all, String(at[1]));
  const keys = connection && isJsonObject(connection.schema.properties) ? connection.schema.properties : {};
  return findings.map((finding) => {
    const key = Object.keys(keys).find((name) => isAt(finding, document.keyPlace([...at, name])));
    if (finding.code !== 'TLW_KEY_UNKNOWN' || key === undefined) return finding;
    return createFinding(
      finding.code,
      finding,
      finding.message,
      `\`${key}\` stands beside \`config\`, not in it`,
    );
  });
}

function isAt({ file, line, column }: Finding, place: Pick<Finding, 'file' | 'line' | 'column'>): boolean {
  return file === place.file && line === place.line && column === place.column;
}
