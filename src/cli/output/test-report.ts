import { silentLeaves, totalsOf } from '../../app/flow-test/test-document.ts';
import { counted } from '../../contract/text/counted.ts';
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
