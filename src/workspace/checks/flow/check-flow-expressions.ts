import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { toEdits } from '../../../mapping/edits.ts';
import { compileOverlay, compileTree } from '../../../mapping/tree.ts';
import { createFinding, type Finding, toFinding } from '../../finding.ts';
import { mapFilePath } from '../../parts/map-file-path.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import { suggest } from '../../text/suggest.ts';
import { checkExpressionText } from '../expressions/check-expression.ts';
import type { FlowContext } from './flow-context.ts';
import { flowTexts, mapFileText } from './flow-texts.ts';

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
  return flowTexts(document, path, context).flatMap(({ text, placeAt }) =>
    checkExpressionText(text, placeAt, context.names),
  );
}

function setAndMap(document: SourceDocument): Finding {
  const message = 'a flow has either `set` or `map`: `map` replaces the record, `set` lays over it';
  return createFinding('TLW_FLOW_SET_AND_MAP', document.keyPlace(['map']), message);
}

function checkMapFile(document: SourceDocument, map: string, context: FlowContext): readonly Finding[] {
  if (!map.endsWith('.jsonata')) return [];
  const found = mapFileText(document, { map }, context);
  if (found !== undefined) return checkExpressionText(found.text, found.placeAt, context.names);
  const path = mapFilePath(document.file, map);
  const known = [...context.files.keys()].filter((each) => each.endsWith('.jsonata'));
  const near = path === undefined ? undefined : suggest(path, known);
  const message = path === undefined ? `${map} lies outside of the workspace` : `there is no file ${path}`;
  const hint = near === undefined ? 'the path counts from the folder of the flow' : `did you mean ${near}?`;
  return [createFinding('TLW_UNKNOWN_FILE', document.valuePlace(['map']), message, hint)];
}

/** A key of `set` that is no path. */
function wrongKey(document: SourceDocument, path: Path): Finding {
  const message = `\`${path.at(-1)}\` is not a path of names`;
  const hint = 'names have one dot between them; a name that has a dot itself stands in backquotes';
  return createFinding('TLW_EXPRESSION_SYNTAX', document.keyPlace(['set', ...path]), message, hint);
}

/** What only shows when the trees are put together, such as a key of `set` that is no path. */
function checkCompiles(document: SourceDocument, flow: JsonObject): readonly Finding[] {
  const wrongKeys = isJsonObject(flow.set)
    ? [...toEdits(flow.set)].filter(({ target }) => target.length === 0)
    : [];
  if (wrongKeys.length > 0) return wrongKeys.map(({ path }) => wrongKey(document, path));
  const placeOf = (name: string) => (path: Path) => document.placeOf([name, ...path]);
  try {
    if (isJsonObject(flow.set)) compileOverlay(flow.set, { placeOf: placeOf('set') });
    if (isJsonObject(flow.map)) compileTree(flow.map, { placeOf: placeOf('map') });
    return [];
  } catch (error) {
    return [toFinding('TLW_EXPRESSION_SYNTAX', error, document.keyPlace(['set']))];
  }
}
