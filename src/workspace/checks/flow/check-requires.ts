import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding } from '../../finding.ts';
import { mapFilePath } from '../../parts/map-file-path.ts';
import { eachText } from '../../text/references.ts';
import type { SourceDocument } from '../../text/source-document.ts';
import { suggest } from '../../text/suggest.ts';
import { entitiesAskedBy } from '../expressions/check-expression.ts';
import type { FlowContext } from './flow-context.ts';

/** What is required and never asked for would block nothing, whatever its writer believed. */
export function checkRequires(
  document: SourceDocument,
  flow: JsonObject,
  context: FlowContext,
): readonly Finding[] {
  const required = isJsonObject(flow.requires) ? flow.requires.xref : undefined;
  if (!Array.isArray(required)) return [];
  const asked = [...new Set(mappingTexts(document, flow, context).flatMap(entitiesAskedBy))];
  return required.flatMap((entity: unknown, index) => {
    if (typeof entity !== 'string' || entity === '' || asked.includes(entity)) return [];
    const place = document.valuePlace(['requires', 'xref', index]);
    const message = `no expression of the flow asks $xref("${entity}", …), so no record would wait for it`;
    const near = suggest(entity, asked);
    const hint = near === undefined ? 'ask for it in `set` or `map`' : `did you mean "${near}"?`;
    return [createFinding('TLW_REQUIRES_UNASKED', place, message, hint)];
  });
}

function mappingTexts(document: SourceDocument, flow: JsonObject, context: FlowContext): readonly string[] {
  const texts: string[] = [];
  if (typeof flow.map === 'string') {
    const file = context.files.get(mapFilePath(document.file, flow.map) ?? '');
    texts.push(file?.text ?? '');
  } else {
    eachText([flow.set, flow.map], (text) => texts.push(text));
  }
  return texts;
}
