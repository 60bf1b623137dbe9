import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding } from '../../finding.ts';
import { hintFor } from '../../text/suggest.ts';
import type { FlowEntry, TestEntry } from '../../workspace.ts';
import { atPlace, namesAt } from '../expressions/schema-places.ts';
import { rootNode, textsAt } from '../schema-node.ts';
import type { FlowContext } from './flow-context.ts';
import { capabilitiesAt, flowShapes, nameAt } from './flow-shapes.ts';
import { type FlowText, flowTexts } from './flow-texts.ts';

/**
 * `currency: EUR` reads a field called EUR, which no record has; meant was the text. Said of a leaf of one word where no
 * schema says what records have: no record of the flow's tests has such a field, or the target takes just that word.
 */
export function checkLeaves(
  { document, value: flow, name }: FlowEntry,
  tests: readonly TestEntry[],
  context: FlowContext,
): readonly Finding[] {
  if (!isJsonObject(flow) || nameAt(flow.source, 'as') !== undefined) return [];
  const names = fieldsOf(tests.filter((test) => test.flow === name));
  const declared = capabilitiesAt(flow.source, context)?.schema;
  const known = declared === undefined ? [] : namesAt(rootNode(declared), []);
  const leaves = ['set', 'map']
    .filter((part) => isJsonObject(flow[part]))
    .flatMap((part) => flowTexts(document, [part], context))
    .filter(({ text }) => /^[A-Za-z_]\w*$/.test(text) && !/^(?:true|false|null)$/.test(text))
    .filter(({ text }) => !known.includes(text) && !names.includes(text));
  return leaves.flatMap((leaf) => {
    const isUnseen = names.length > 0;
    if (!isUnseen && !takesWord(flow, leaf, context)) return [];
    const why = isUnseen ? 'which no record of the tests has' : 'and the target takes that word as a text';
    const message = `this reads a field called "${leaf.text}", ${why}`;
    const asText = `the text is '"${leaf.text}"', in two kinds of quotes`;
    const near = hintFor(leaf.text, names);
    const hint = near === undefined ? asText : `${near} ${asText}`;
    return [createFinding('TLW_FIELD_UNKNOWN', leaf.placeAt(0), message, hint)];
  });
}

/** Fields that the records of a flow's tests have. */
function fieldsOf(tests: readonly TestEntry[]): readonly string[] {
  const records = tests.flatMap(({ value }) => {
    const cases = isJsonObject(value) && Array.isArray(value.cases) ? value.cases : [];
    return cases.flatMap((each: unknown) => (isJsonObject(each) ? [each.record] : []));
  });
  return [...new Set(records.flatMap((record) => (isJsonObject(record) ? Object.keys(record) : [])))];
}

/** Is the word one of those that the target allows there? */
function takesWord(flow: JsonObject, { path, text }: FlowText, context: FlowContext): boolean {
  const { output } = flowShapes(flow, context);
  if (output === undefined) return false;
  const found = atPlace(output.schema, path.slice(1).map(String));
  return found.is === 'known' && found.nodes.some((node) => textsAt(node, 'enum').includes(text));
}
