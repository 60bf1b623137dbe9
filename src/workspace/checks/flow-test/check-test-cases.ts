import { faultCodes, isFaultCode } from '../../../contract/fault-table.ts';
import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding, formatPlace } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import { suggest } from '../../text/suggest.ts';
import type { TestContext } from './check-test-names.ts';

/** What the shape of a case does not say: names that stand twice, `record` and `entity`, impossible expectations. */
export function checkTestCases(
  document: SourceDocument,
  test: JsonObject,
  { flows }: TestContext,
): readonly Finding[] {
  const flow = flows.find(({ name }) => name === test.flow)?.value;
  const hasOwnKey = isJsonObject(flow) && flow.key !== undefined;
  const cases = Array.isArray(test.cases) ? test.cases : [];
  return [
    ...checkTwice(document, cases),
    ...cases.flatMap((each: unknown, index) => {
      if (!isJsonObject(each)) return [];
      const path = ['cases', index];
      return [
        ...checkRecord(document, path, each),
        ...(isJsonObject(each.expect) ? checkExpect(document, [...path, 'expect'], each.expect) : []),
        // Without a flow to look at, nothing is known of its key.
        ...(flow === undefined || hasOwnKey ? [] : checkKey(document, path, each)),
      ];
    }),
  ];
}

function checkTwice(document: SourceDocument, cases: readonly unknown[]): readonly Finding[] {
  const names = cases.map((each) => (isJsonObject(each) ? each.case : undefined));
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === index) return [];
    const at = formatPlace(document.valuePlace(['cases', first, 'case']));
    const message = `the case "${name}" stands in ${at} already`;
    return [createFinding('TLW_CASE_DUPLICATE', document.valuePlace(['cases', index, 'case']), message)];
  });
}

function checkRecord(document: SourceDocument, path: Path, each: JsonObject): readonly Finding[] {
  const given = ['record', 'entity'].filter((name) => Object.hasOwn(each, name));
  if (given.length === 1) return [];
  const [message, at] =
    given.length === 0
      ? ['a case needs `record` or `entity`', document.keyPlace(path)]
      : ['a case has either `record` or `entity`', document.keyPlace([...path, 'entity'])];
  const hint = '`record` is what the source gives; `entity` is what the expressions of the flow see';
  return [createFinding('TLW_CASE_RECORD', at, message, hint)];
}

/** The key that the source's resource names stands in the native record, which `entity` leaves out. */
function checkKey(document: SourceDocument, path: Path, each: JsonObject): readonly Finding[] {
  const { expect } = each;
  const asks = isJsonObject(expect) && expect.key !== undefined;
  if (!asks || each.entity === undefined || each.record !== undefined) return [];
  const message = 'the flow has no `key` of its own: its key is read from what the source gives';
  const place = document.keyPlace([...path, 'expect', 'key']);
  return [createFinding('TLW_CASE_EXPECTATION', place, message, 'give a `record`, or leave `key` out')];
}

/** How a record ends for which an expectation is met; what stands further left decides. */
const ends: Readonly<Record<string, readonly string[]>> = {
  fault: ['failed'],
  payload: ['delivered'],
  contains: ['delivered'],
  // What fails later, or is only checked, has been mapped all the same.
  entity: ['delivered', 'failed'],
  message: ['failed', 'filtered', 'blocked'],
};

const words: Readonly<Record<string, string>> = {
  delivered: 'is delivered',
  filtered: 'is filtered',
  blocked: 'is blocked',
  failed: 'fails',
};

function checkExpect(document: SourceDocument, path: Path, expect: JsonObject): readonly Finding[] {
  const { outcome, fault } = expect;
  const said: { readonly name: string; readonly ends: readonly string[] }[] =
    typeof outcome === 'string' && Object.hasOwn(words, outcome)
      ? [{ name: 'outcome', ends: [outcome] }]
      : [];
  const findings: Finding[] = [];
  for (const [name, possible] of Object.entries(ends)) {
    if (!Object.hasOwn(expect, name)) continue;
    const other = said.find((each) => !each.ends.some((end) => possible.includes(end)));
    said.push({ name, ends: possible });
    if (other === undefined) continue;
    const message = `\`${name}\` is for a record that ${inWords(possible)}, and \`${other.name}\` for one that ${inWords(other.ends)}`;
    const place = document.keyPlace([...path, name]);
    findings.push(createFinding('TLW_CASE_EXPECTATION', place, message, 'leave one of the two out'));
  }
  if (typeof fault === 'string') findings.push(...checkFaultCode(document, [...path, 'fault'], fault));
  return findings;
}

function inWords(possible: readonly string[]): string {
  return possible.map((end) => words[end]).join(' or ');
}

/** Codes that begin with TL_ are the engine's own. */
function checkFaultCode(document: SourceDocument, path: Path, code: string): readonly Finding[] {
  if (!code.startsWith('TL_') || isFaultCode(code)) return [];
  const near = suggest(code, faultCodes);
  const hint = near === undefined ? 'all of them: docs/faults.md' : `did you mean "${near}"?`;
  const message = `there is no fault ${code}, and codes that begin with TL_ are the engine's own`;
  return [createFinding('TLW_CASE_EXPECTATION', document.valuePlace(path), message, hint)];
}
