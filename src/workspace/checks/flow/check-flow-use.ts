import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { present } from '../../../contract/present.ts';
import { type Survey, surveyExpression } from '../../../mapping/survey/survey.ts';
import type { SurveyedKind } from '../../../mapping/survey/value.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import { checkBuiltOverlay, checkBuiltText, checkBuiltTree } from '../expressions/check-built.ts';
import { checkUse, type Input } from '../expressions/check-use.ts';
import { atPlace } from '../expressions/schema-places.ts';
import { typesOf } from '../schema-node.ts';
import { typeWords } from '../shape/words.ts';
import type { FlowContext } from './flow-context.ts';
import { flowShapes } from './flow-shapes.ts';
import { type FlowText, flowTexts, mapFileText } from './flow-texts.ts';

/** Do the expressions of a flow fit what they are given, and what their results have to be? */
export function checkFlowUse(
  document: SourceDocument,
  flow: JsonObject,
  context: FlowContext,
): readonly Finding[] {
  const { input, output } = flowShapes(flow, context);
  const isReshaped = flow.map !== undefined || flow.set !== undefined;
  const measured = output ?? (isReshaped ? { name: 'what is mapped', schema: undefined } : input);
  const mapFile = mapFileText(document, flow, context);
  const inputs: readonly (readonly [Path, Input])[] = [
    [['filter'], input],
    [['key'], input],
    [['set'], input],
    [['map'], input],
    [['guards', 'maxChange', 'of'], measured],
  ];
  const texts = inputs
    .filter(([[name]]) => name !== 'map' || isJsonObject(flow.map))
    .flatMap(([path, each]) => flowTexts(document, path, context).map((text) => ({ ...text, input: each })));
  const all = [...texts, ...(mapFile === undefined ? [] : [{ ...mapFile, input }])];
  const surveyed = all.flatMap((text) => {
    const survey = surveyExpression(text.text);
    return survey === undefined ? [] : [{ ...text, survey }];
  });
  const findings = surveyed.flatMap((each) => [
    ...checkUse(each.survey, each.input, each.placeAt),
    ...(each.path[0] === 'filter' ? checkFilter(each, each.survey, input) : []),
    ...(each.path[0] === 'key' ? checkKey(each, each.survey) : []),
  ]);
  if (output === undefined || (flow.set !== undefined && flow.map !== undefined)) return findings;
  if (mapFile !== undefined && surveyed.some(({ text }) => text === mapFile.text))
    return [...findings, ...checkBuiltText(mapFile.text, mapFile.placeAt, { output, at: [] })];
  const byPath = new Map(surveyed.map((each) => [each.path.join('\0'), each]));
  const textAt = (path: Path) => byPath.get(path.join('\0'));
  const mapped = { document, path: ['map'], tree: isJsonObject(flow.map) ? flow.map : undefined, textAt };
  return [
    ...findings,
    ...checkBuiltOverlay({ document, path: ['set'], tree: flow.set, textAt }, output),
    ...checkBuiltTree(mapped, output),
  ];
}

const kindWords: Readonly<Record<SurveyedKind, string>> = {
  text: 'text',
  number: 'a number',
  truth: 'true or false',
  nothing: 'nothing',
  list: 'a list',
  object: 'an object',
};

/** A filter that no record passes, whatever it holds. */
function checkFilter({ placeAt }: FlowText, { result }: Survey, { schema }: Input): readonly Finding[] {
  const never = (message: string, hint: string) => [
    createFinding('TLW_FILTER_NEVER', placeAt(0), message, hint),
  ];
  if (result.constant === false || result.constant === null)
    return never('no record passes: the filter is always false', 'compare something of the record');
  if (result.kind !== undefined && result.kind !== 'truth')
    return never(
      `a filter gives true or false, this one gives ${kindWords[result.kind]}: every record would fail`,
      'compare it with something, or ask `$exists(…)`',
    );
  const [place] = result.places ?? [];
  if (schema === undefined || place === undefined || result.places?.length !== 1) return [];
  const found = atPlace(schema, place);
  const types = found.is === 'known' ? found.nodes.flatMap(typesOf) : [];
  if (types.length === 0 || types.includes('boolean')) return [];
  const name = place.length === 0 ? '$' : place.join('.');
  return never(
    `a filter gives true or false, \`${name}\` is ${typeWords(present(types[0], 'a type'))}: every record that has it would fail`,
    `compare it with something, or ask \`$exists(${name})\``,
  );
}

/** With one key for all, every record would replace the one before. */
function checkKey({ placeAt }: FlowText, { result }: Survey): readonly Finding[] {
  if (result.constant === undefined) return [];
  const message =
    'the key is the same for every record: each would be taken for a new version of the one before';
  return [
    createFinding(
      'TLW_KEY_CONSTANT',
      placeAt(0),
      message,
      'name a field of the record, without quotes around it',
    ),
  ];
}
