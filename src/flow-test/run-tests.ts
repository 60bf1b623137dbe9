import { toFault } from '../contract/fault.ts';
import type { TestCase, TestFile, TestXref } from '../contract/generated/test.ts';
import { isJsonObject } from '../contract/json.ts';
import { type FilePlace, type Finding, isError } from '../workspace/finding.ts';
import { isFlowPath } from '../workspace/load/paths.ts';
import type { TestEntry } from '../workspace/workspace.ts';
import type { OfflinePlans } from './compile-offline.ts';
import { judgeCase, type Mismatch } from './judge-case.ts';
import { type Passage, passCase } from './pass-case.ts';
import type { CaseSelection } from './select-cases.ts';

/** How the cases of a file went, or why none could be tried. */
export interface FileResult {
  readonly file: string;
  readonly flow: string;
  readonly cases: readonly CaseResult[];
  /** Mistakes in the file, or in the flow that it is about. */
  readonly mistakes: readonly Finding[];
  /** Where the flow cannot be compiled for another reason. */
  readonly fault?: { readonly code: string; readonly message: string };
}

export interface CaseResult extends FilePlace, Passage {
  readonly case: string;
  readonly ok: boolean;
  readonly mismatches: readonly (Mismatch & FilePlace)[];
}

/** Runs the cases of a file one after the other. No system is asked anything, and nothing is written. */
export async function runTests(plans: OfflinePlans, { entry, cases }: CaseSelection): Promise<FileResult> {
  const { file, flow, document } = entry;
  const result = { file, flow, cases: [], mistakes: mistakesOf(plans, entry) };
  if (result.mistakes.length > 0) return result;
  const test = entry.value as TestFile;
  try {
    const results: CaseResult[] = [];
    for (const index of cases) {
      const each = test.cases[index] as TestCase;
      const passage = await runCase(plans, test, each);
      const mismatches = judgeCase(each.expect, passage.came).map((mismatch) => ({
        ...mismatch,
        ...document.keyPlace(['cases', index, 'expect', mismatch.expectation]),
      }));
      const place = document.valuePlace(['cases', index, 'case']);
      results.push({ ...place, case: each.case, ok: mismatches.length === 0, mismatches, ...passage });
    }
    return { ...result, cases: results };
  } catch (thrown) {
    const { code, message } = toFault(thrown);
    return { ...result, fault: { code, message } };
  }
}

function mistakesOf({ workspace }: OfflinePlans, { flow, findings }: TestEntry): readonly Finding[] {
  // A flow that is not there may stand in a file that cannot be read.
  const ofFlow =
    workspace.flows.get(flow)?.findings ?? workspace.findings.filter(({ file }) => isFlowPath(file));
  return [...findings, ...ofFlow].filter(isError);
}

async function runCase(plans: OfflinePlans, test: TestFile, each: TestCase): Promise<Passage> {
  const tables = { ...test.tables, ...each.tables };
  const xref = laidOver(test.xref, each.xref);
  const plan = plans.compile(test.flow, tables);
  const flow = plans.workspace.flows.get(test.flow)?.value;
  const hasOwnKey = isJsonObject(flow) && flow.key !== undefined;
  return { came: await passCase(plan, { given: each, hasOwnKey }, xref), xref, tables };
}

/** Ids of a case over those of the file, one by one: a case that adds one keeps the others. */
function laidOver(file: TestXref | undefined = {}, own: TestXref | undefined = {}): TestXref {
  const entities = [...new Set([...Object.keys(file), ...Object.keys(own)])];
  return Object.fromEntries(entities.map((entity) => [entity, { ...file[entity], ...own[entity] }]));
}
