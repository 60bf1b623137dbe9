import { type Note, silentNotes } from '../../app/runs/run-notes.ts';
import { counted } from '../../contract/text/counted.ts';
import { intersectionOf } from '../../engine/notes/batch-tally.ts';
import type { DiffLine } from '../../flow-test/json-diff.ts';
import type { CaseResult, FileResult } from '../../flow-test/run-tests.ts';
import { formatFinding, formatPlace } from '../../workspace/finding.ts';
import type { Context } from '../context.ts';
import { paint, printLine, printNote } from './print.ts';

/** Each case with ✓ or ✗, what was not as expected below it, and the totals. */
export function printTests(context: Context, files: readonly FileResult[]): void {
  for (const file of files) printFile(context, file);
  const { cases, passed, failed, notRun } = totalsOf(files);
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(notRun > 0 ? [`${counted(notRun, 'file')} could not be run`] : []),
  ];
  const line = `${counted(cases, 'case')} in ${counted(files.length, 'file')}: ${parts.join(', ')}`;
  printLine(context, paint(context.stdout, failed + notRun > 0 ? 'red' : 'green', line));
  for (const { flow, message } of silentLeaves(files)) printNote(context, `${flow}: ${message}`);
}

function printFile(context: Context, { file, flow, cases, mistakes, fault }: FileResult): void {
  const print = (line: string) => printLine(context, line);
  const red = (text: string) => paint(context.stdout, 'red', text);
  print(`${paint(context.stdout, 'bold', file)}  ${flow}`);
  for (const mistake of mistakes) print(red(formatFinding(mistake)));
  if (fault !== undefined) print(red(`  ${fault.code}  ${fault.message}`));
  for (const each of cases) {
    if (each.ok) print(`  ${paint(context.stdout, 'green', '✓')} ${each.case}`);
    else printFailed(context, each);
  }
  print('');
}

function printFailed(context: Context, each: CaseResult): void {
  const print = (line: string) => printLine(context, line);
  const dim = (text: string) => paint(context.stdout, 'dim', text);
  print(`  ${paint(context.stdout, 'red', `✗ ${each.case}`)}  ${dim(formatPlace(each))}`);
  for (const mismatch of each.mismatches) {
    print(`      ${mismatch.message}  ${dim(formatPlace(mismatch))}`);
    if (mismatch.diff === undefined) continue;
    print(dim('        - expected  + came'));
    for (const line of mismatch.diff) print(`        ${formatDiffLine(context, line)}`);
  }
  for (const note of notesOf(each)) print(dim(`      ${note}`));
}

function formatDiffLine(context: Context, { sign, text }: DiffLine): string {
  if (sign === '@') return paint(context.stdout, 'dim', text);
  const line = `${sign} ${text}`;
  if (sign === ' ') return line;
  return paint(context.stdout, sign === '-' ? 'red' : 'green', line);
}

/** What somebody looking for the cause would ask next. */
function notesOf({ came }: CaseResult): readonly string[] {
  return came.notGiven.map(
    ({ entity, key }) => `asked for $xref("${entity}", "${key}"), which \`xref\` does not give`,
  );
}

/** Leaves of a flow's mapping that gave nothing in any of its cases. */
function silentLeaves(files: readonly FileResult[]): readonly (Note & { readonly flow: string })[] {
  const byFlow = Map.groupBy(files, ({ flow }) => flow);
  return [...byFlow].flatMap(([flow, ofFlow]) => {
    const lists = ofFlow.flatMap(({ cases }) =>
      cases.flatMap(({ came }) => (came.silent ? [came.silent] : [])),
    );
    return silentNotes(intersectionOf(lists), lists.length).map((note) => ({ flow, ...note }));
  });
}

interface Totals {
  readonly files: number;
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  /** Files that could not be run. */
  readonly notRun: number;
}

function totalsOf(files: readonly FileResult[]): Totals {
  const cases = files.flatMap((file) => file.cases);
  const passed = cases.filter(({ ok }) => ok).length;
  const notRun = files.filter(({ mistakes, fault }) => mistakes.length > 0 || fault !== undefined).length;
  return { files: files.length, cases: cases.length, passed, failed: cases.length - passed, notRun };
}

/** The same as one JSON document. */
export function testDocument(files: readonly FileResult[]) {
  const notes = silentLeaves(files);
  return {
    files: files.map(({ file, flow, cases, mistakes, fault }) => ({
      file,
      flow,
      cases: cases.map(toCaseDocument),
      ...(mistakes.length > 0 && { findings: mistakes }),
      ...(fault !== undefined && { fault }),
    })),
    totals: totalsOf(files),
    ...(notes.length > 0 && { notes }),
  };
}

function toCaseDocument({ case: name, ok, line, column, mismatches, came }: CaseResult) {
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
