import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { compileOverlay, compileTree } from '../../mapping/tree.ts';
import { createFinding, type Finding, toFinding } from '../finding.ts';
import { mapFilePath } from '../parts/flow-file.ts';
import { placesInText } from '../text/places-in-text.ts';
import { eachText, resolveText } from '../text/references.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { suggest } from '../text/suggest.ts';
import { checkExpressionText } from './check-expression.ts';
import type { FlowContext } from './flow-context.ts';

/** Checks every JSONata text of a flow, each problem at its own line and column. */
export function checkFlowExpressions(
  document: SourceDocument,
  flow: JsonObject,
  context: FlowContext,
): readonly Finding[] {
  const findings = [['filter'], ['key'], ['set'], ['map'], ['guards', 'maxChange', 'of']]
    .filter(([name]) => name !== 'map' || isJsonObject(flow.map))
    .flatMap((path) => checkTree(document, path, context));
  if (flow.set !== undefined && flow.map !== undefined) findings.push(setAndMap(document));
  if (typeof flow.map === 'string') return [...findings, ...checkMapFile(document, flow.map, context)];
  return findings.length > 0 ? findings : checkCompiles(document, flow);
}

function checkTree(document: SourceDocument, path: Path, context: FlowContext): readonly Finding[] {
  const findings: Finding[] = [];
  const written = path.reduce<unknown>(
    (value, name) => (isJsonObject(value) ? value[String(name)] : undefined),
    document.value,
  );
  const source = { env: (name: string) => context.options.env[name], file: () => undefined };
  eachText(written, (text, inner) => {
    const resolved = resolveText(text, source);
    if (resolved.missing.length > 0 || (path[0] !== 'set' && path[0] !== 'map' && text === '')) return;
    const placeAt = (offset: number) =>
      document.placeIn([...path, ...inner], resolved.originalOffset(offset));
    findings.push(...checkExpressionText(resolved.text, placeAt, context.names));
  });
  return findings;
}

function setAndMap(document: SourceDocument): Finding {
  const message = 'a flow has either `set` or `map`: `map` replaces the record, `set` lays over it';
  return createFinding('TLW_FLOW_SET_AND_MAP', document.keyPlace(['map']), message);
}

function checkMapFile(document: SourceDocument, map: string, context: FlowContext): readonly Finding[] {
  if (!map.endsWith('.jsonata')) return [];
  const path = mapFilePath(document.file, map);
  const file = path === undefined ? undefined : context.files.get(path);
  if (file !== undefined) return checkExpressionText(file.text, placesInText(file), context.names);
  const known = [...context.files.keys()].filter((each) => each.endsWith('.jsonata'));
  const near = path === undefined ? undefined : suggest(path, known);
  const message = path === undefined ? `${map} lies outside of the workspace` : `there is no file ${path}`;
  const hint = near === undefined ? 'the path counts from the folder of the flow' : `did you mean ${near}?`;
  return [createFinding('TLW_UNKNOWN_FILE', document.valuePlace(['map']), message, hint)];
}

/** What only shows when the trees are put together, such as a key of `set` that is no path. */
function checkCompiles(document: SourceDocument, flow: JsonObject): readonly Finding[] {
  const placeOf = (name: string) => (path: Path) => document.placeOf([name, ...path]);
  try {
    if (isJsonObject(flow.set)) compileOverlay(flow.set, { placeOf: placeOf('set') });
    if (isJsonObject(flow.map)) compileTree(flow.map, { placeOf: placeOf('map') });
    return [];
  } catch (error) {
    return [toFinding('TLW_EXPRESSION_SYNTAX', error, document.keyPlace(['set']))];
  }
}
