import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { checkReferences } from '../checks/check-references.ts';
import { checkContract } from '../checks/flow/check-contract.ts';
import { checkEnds } from '../checks/flow/check-ends.ts';
import { checkFlowExpressions } from '../checks/flow/check-flow-expressions.ts';
import { checkFlowUse } from '../checks/flow/check-flow-use.ts';
import { checkGuards } from '../checks/flow/check-guards.ts';
import { checkIdle } from '../checks/flow/check-idle.ts';
import { checkRequires } from '../checks/flow/check-requires.ts';
import { checkRetry, checkSchedule } from '../checks/flow/check-schedule.ts';
import { checkTogether } from '../checks/flow/check-together.ts';
import type { FlowContext } from '../checks/flow/flow-context.ts';
import { rootNode } from '../checks/schema-node.ts';
import { checkShape } from '../checks/shape/check-shape.ts';
import { createFinding, type Finding, formatPlace } from '../finding.ts';
import { isFlowPath } from '../load/paths.ts';
import { type Path, parseSource, type SourceDocument } from '../text/source-document.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { FlowEntry } from '../workspace.ts';

export function parseFlows(files: Iterable<SourceFile>, context: FlowContext): readonly FlowEntry[] {
  const parsed = [...files].filter((file) => isFlowPath(file.path)).map((file) => parseFlow(file, context));
  const entries = parsed.map((entry) => {
    const together = checkTogether(entry, parsed, context);
    return together.length === 0 ? entry : { ...entry, findings: [...entry.findings, ...together] };
  });
  const byName = new Map<string, FlowEntry>();
  return entries.map((entry) => {
    const first = entry.name === '' ? undefined : byName.get(entry.name);
    if (first === undefined) {
      byName.set(entry.name, entry);
      return entry;
    }
    const at = formatPlace(first.document.valuePlace(['flow']));
    const message = `the flow "${entry.name}" stands in ${at} already`;
    const place = entry.document.valuePlace(['flow']);
    const hint = 'give one of the two another name: cursor and history hang on it';
    return {
      ...entry,
      findings: [...entry.findings, createFinding('TLW_FLOW_DUPLICATE', place, message, hint)],
    };
  });
}

/** A flow file checked. Its name is empty where the file does not say one. */
function parseFlow(file: SourceFile, context: FlowContext): FlowEntry {
  const document = parseSource(file);
  const { value } = document;
  const name = isJsonObject(value) && typeof value.flow === 'string' ? value.flow : '';
  const entry = { name, file: file.path, document };
  if (!document.isReliable) return { ...entry, value: undefined, findings: document.findings };
  const { rest, findings: notYet } = takeNotYet(document, value);
  const schema = context.options.builtin.shapes.flow;
  const references = checkReferences(
    { document, path: [], node: rootNode(schema), late: 'secrets' },
    rest,
    context.options,
  );
  const { isUnknown: skip, written } = references;
  const shape = { name: 'flow', schema, others: [], isOurs: true };
  const ofShape = checkShape({ document, shape, value: references.value, at: [], skip, written });
  const findings = [...document.findings, ...notYet, ...references.findings, ...ofShape];
  if (isJsonObject(references.value)) {
    findings.push(...checkMeaning(document, references.value, context));
    // What has the wrong shape has been reported; whether it would do anything is another question.
    if (ofShape.length === 0) findings.push(...checkIdle(document, references.value, context));
  }
  return { ...entry, value: references.value, findings };
}

function checkMeaning(document: SourceDocument, flow: JsonObject, context: FlowContext): readonly Finding[] {
  return [
    ...checkSchedule(document, flow),
    ...checkEnds(document, flow, context),
    ...checkFlowExpressions(document, flow, context),
    ...checkRequires(document, flow, context),
    ...checkRetry(document, flow),
    ...checkGuards(document, flow),
    ...checkContract(document, flow),
    ...checkFlowUse(document, flow, context),
  ];
}

/** Keys that the product knows and this version does not do yet: refused, as a flow would silently lack them. */
const notYet: readonly Path[] = [['trigger', 'webhook'], ['writeBack']];

function takeNotYet(
  document: SourceDocument,
  value: unknown,
): { rest: unknown; findings: readonly Finding[] } {
  const found = notYet.filter((path) => has(value, path));
  const findings = found.map((path) => {
    const message = `\`${path.join('.')}\` is not in this version`;
    return createFinding('TLW_NOT_YET', document.keyPlace(path), message, 'remove it; the flow runs without');
  });
  return { findings, rest: found.reduce<unknown>((rest, path) => without(rest, path), value) };
}

function has(value: unknown, [name = '', ...inner]: Path): boolean {
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return false;
  return inner.length === 0 || has(value[name], inner);
}

function without(value: unknown, [name = '', ...inner]: Path): unknown {
  if (!isJsonObject(value)) return value;
  const { [name]: taken, ...rest } = value;
  return inner.length === 0 ? rest : { ...value, [name]: without(taken, inner) };
}
