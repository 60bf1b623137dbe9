import type { FlowFile } from '../../contract/generated/flow.ts';
import type { Place } from '../../mapping/place.ts';
import { mapFilePath } from '../../workspace/parts/map-file-path.ts';
import { eachText } from '../../workspace/text/references.ts';
import type { FlowEntry, Workspace } from '../../workspace/workspace.ts';

/** An expression of a flow, and what it is called in a report. */
export interface FlowExpression {
  /** `set.total`, `map.lines.0`, `key`; the file's path for a mapping in a file of its own. */
  readonly name: string;
  readonly text: string;
  readonly place: Place;
}

/** The expressions that make the record: leaves of `set` or `map`, or the one of a .jsonata file. */
export function mappingExpressions({ files }: Workspace, entry: FlowEntry): readonly FlowExpression[] {
  const flow = entry.value as FlowFile;
  if (typeof flow.map === 'string') {
    const file = files.get(mapFilePath(entry.file, flow.map) ?? '');
    if (file === undefined) return [];
    return [{ name: file.path, text: file.text, place: { file: file.path, line: 1, column: 1 } }];
  }
  return [...expressionsAt(entry, 'set', flow.set), ...expressionsAt(entry, 'map', flow.map)];
}

/** `filter` and `key`, where the flow has them. */
export function expressionAt(entry: FlowEntry, name: 'filter' | 'key'): FlowExpression | undefined {
  const text = (entry.value as FlowFile)[name];
  return text === undefined ? undefined : expressionsAt(entry, name, text)[0];
}

function expressionsAt(
  { document, file }: FlowEntry,
  name: string,
  tree: unknown,
): readonly FlowExpression[] {
  const expressions: FlowExpression[] = [];
  eachText(tree, (text, inner) => {
    const path = [name, ...inner];
    const place = document.placeOf(path) ?? { file, line: 1, column: 1 };
    expressions.push({ name: path.join('.'), text, place });
  });
  return expressions;
}
