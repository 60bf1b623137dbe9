import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { mapFilePath } from '../../parts/map-file-path.ts';
import { placesInText } from '../../text/places-in-text.ts';
import { eachText, environmentOnly, resolveText } from '../../text/references.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import type { PlaceAt } from '../expressions/check-use.ts';
import type { FlowContext } from './flow-context.ts';

/** A text of a flow that is an expression, references in it resolved. */
export interface FlowText {
  readonly path: Path;
  readonly text: string;
  readonly placeAt: PlaceAt;
}

/** The expressions below a path of a flow; left out are those that a missing variable leaves incomplete. */
export function flowTexts(document: SourceDocument, path: Path, context: FlowContext): readonly FlowText[] {
  const written = path.reduce<unknown>(
    (value, name) => (isJsonObject(value) ? value[String(name)] : undefined),
    document.value,
  );
  const texts: FlowText[] = [];
  const source = environmentOnly(context.options.env);
  eachText(written, (text, inner) => {
    const resolved = resolveText(text, source);
    if (resolved.missing.length > 0 || (path[0] !== 'set' && path[0] !== 'map' && text === '')) return;
    const at = [...path, ...inner];
    const placeAt = (offset: number) => document.placeIn(at, resolved.originalOffset(offset));
    texts.push({ path: at, text: resolved.text, placeAt });
  });
  return texts;
}

/** The `.jsonata` file that `map` names, where it names one and it is there. */
export function mapFileText(
  document: SourceDocument,
  flow: JsonObject,
  context: FlowContext,
): FlowText | undefined {
  if (typeof flow.map !== 'string' || !flow.map.endsWith('.jsonata')) return undefined;
  const file = context.files.get(mapFilePath(document.file, flow.map) ?? '');
  return file && { path: ['map'], text: file.text, placeAt: placesInText(file) };
}
