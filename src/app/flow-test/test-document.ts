import { intersectionOf } from '../../engine/notes/batch-tally.ts';
import { type FlowCoverage, percentOf } from '../../flow-test/coverage/coverage.ts';
import type { CaseResult, FileResult } from '../../flow-test/run-tests.ts';
import { type Note, silentNotes } from '../runs/run-notes.ts';
import type { TestedFlows } from './test-flows.ts';

/** Leaves of a flow's mapping that gave nothing in any of its cases. */
export function silentLeaves(files: readonly FileResult[]): readonly (Note & { readonly flow: string })[] {
  const byFlow = Map.groupBy(files, ({ flow }) => flow);
  return [...byFlow].flatMap(([flow, ofFlow]) => {
    const lists = ofFlow.flatMap(({ cases }) =>
      cases.flatMap(({ came }) => (came.silent ? [came.silent] : [])),
    );
    return silentNotes(intersectionOf(lists), lists.length).map((note) => ({ flow, ...note }));
  });
}

export interface TestTotals {
  readonly files: number;
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  /** Files that could not be run. */
  readonly notRun: number;
}

export function totalsOf(files: readonly FileResult[]): TestTotals {
  const cases = files.flatMap((file) => file.cases);
  const passed = cases.filter(({ ok }) => ok).length;
  const notRun = files.filter(({ mistakes, fault }) => mistakes.length > 0 || fault !== undefined).length;
  return { files: files.length, cases: cases.length, passed, failed: cases.length - passed, notRun };
}

/** All of it as one JSON document. */
export function toTestDocument({ files, coverage }: Pick<TestedFlows, 'files' | 'coverage'>) {
  const notes = silentLeaves(files);
  return {
    files: files.map(({ file, flow, cases, mistakes, fault }) => ({
      file,
      flow,
      cases: cases.map(toResultDocument),
      ...(mistakes.length > 0 && { findings: mistakes }),
      ...(fault !== undefined && { fault }),
    })),
    totals: totalsOf(files),
    ...(notes.length > 0 && { notes }),
    ...(coverage && { coverage: toCoverageDocument(coverage) }),
  };
}

function toResultDocument({ case: name, ok, line, column, mismatches, came }: CaseResult) {
  const { outcome, fault, reason, notGiven } = came;
  return {
    case: name,
    ok,
    line,
    column,
    outcome,
    ...(fault !== undefined && { fault: { code: fault.code, message: fault.message } }),
    ...(reason !== undefined && { reason }),
    ...(mismatches.length > 0 && { mismatches: mismatches.map(toMismatchDocument) }),
    ...(!ok && notGiven.length > 0 && { notGiven }),
  };
}

function toMismatchDocument({ expectation, message, line, column, diff }: CaseResult['mismatches'][number]) {
  const text = diff?.map((each) => `${each.sign} ${each.text}`).join('\n');
  return { expectation, message, line, column, ...(text !== undefined && { diff: text }) };
}

function toCoverageDocument(flows: readonly FlowCoverage[]) {
  return {
    percent: percentOf(flows),
    flows: flows.map((flow) => ({
      flow: flow.flow,
      file: flow.file,
      percent: percentOf([flow]),
      points: flow.points.length,
      missing: flow.points
        .filter(({ reached }) => !reached)
        .map(({ file, line, column, what, lack }) => ({ file, line, column, what, lack })),
    })),
  };
}
