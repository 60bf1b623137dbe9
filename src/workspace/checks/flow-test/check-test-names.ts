import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding, type FindingCode } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import { hintFor } from '../../text/suggest.ts';
import type { FlowEntry } from '../../workspace.ts';
import type { KnownNames } from '../expressions/check-expression.ts';

/** What a flow test may speak of. */
export interface TestContext {
  readonly flows: readonly FlowEntry[];
  /** False where a flow's file cannot be read: then no test is told that its flow is unknown. */
  readonly areFlowsKnown: boolean;
  readonly names: KnownNames;
}

/** The names in a file of flow tests that lead nowhere: flow, tables, entities. */
export function checkTestNames(
  document: SourceDocument,
  test: JsonObject,
  context: TestContext,
): readonly Finding[] {
  const { tables, entities } = context.names;
  return [
    ...checkFlowName(document, test, context),
    ...givenIn(test).flatMap(({ path, given }) => [
      ...unknownKeys(document, [...path, 'tables'], given.tables, {
        known: tables,
        code: 'TLW_UNKNOWN_TABLE',
        say: (name) => `there is no lookup table "${name}" in config/tables that this could stand in for`,
      }),
      ...unknownKeys(document, [...path, 'xref'], given.xref, {
        known: entities,
        code: 'TLW_UNKNOWN_ENTITY',
        say: (name) => `there is no entity "${name}"`,
      }),
    ]),
  ];
}

function checkFlowName(
  document: SourceDocument,
  { flow }: JsonObject,
  { flows, areFlowsKnown }: TestContext,
): readonly Finding[] {
  const known = flows.map(({ name }) => name);
  // A flow that could not be read may be the one.
  if (typeof flow !== 'string' || flow === '' || known.includes(flow)) return [];
  if (!areFlowsKnown || known.includes('')) return [];
  const hint = hintFor(flow, known.sort()) ?? 'there are no flows in flows/';
  return [
    createFinding('TLW_UNKNOWN_FLOW', document.valuePlace(['flow']), `there is no flow "${flow}"`, hint),
  ];
}

/** The file itself and each of its cases: both may give tables and references. */
function givenIn(test: JsonObject): readonly { readonly path: Path; readonly given: JsonObject }[] {
  const cases = Array.isArray(test.cases) ? test.cases : [];
  return [
    { path: [], given: test },
    ...cases.flatMap((given, index) => (isJsonObject(given) ? [{ path: ['cases', index], given }] : [])),
  ];
}

function unknownKeys(
  document: SourceDocument,
  path: Path,
  given: unknown,
  rule: {
    readonly known: readonly string[];
    readonly code: FindingCode;
    readonly say: (name: string) => string;
  },
): readonly Finding[] {
  if (!isJsonObject(given)) return [];
  return Object.keys(given)
    .filter((name) => !rule.known.includes(name))
    .map((name) =>
      createFinding(rule.code, document.keyPlace([...path, name]), rule.say(name), hintFor(name, rule.known)),
    );
}
