import { basename } from 'node:path/posix';
import { Fault } from '../contract/fault.ts';
import { isJsonObject } from '../contract/json.ts';
import { hintFor, listOf } from '../workspace/text/suggest.ts';
import type { TestEntry, Workspace } from '../workspace/workspace.ts';

/** A file of flow tests, and the indexes of those of its cases that are wanted. */
export interface CaseSelection {
  readonly entry: TestEntry;
  readonly cases: readonly number[];
}

/**
 * The cases that any of the patterns means: all of a file or flow that is named, and those with the pattern in their
 * name, in whatever case. No pattern means all. Throws a Fault TL_ARGUMENT_INVALID for a pattern that means none.
 */
export function selectCases({ tests }: Workspace, patterns: readonly string[]): readonly CaseSelection[] {
  const entries = [...tests.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  if (entries.length === 0) {
    const hint = 'a test is a file such as flows/orders.test.yaml (docs/testing.md)';
    throw new Fault('TL_ARGUMENT_INVALID', `there are no flow tests in flows/; ${hint}`);
  }
  for (const pattern of patterns) {
    if (!entries.some((entry) => casesFor(entry, pattern) !== undefined)) throw noMatch(pattern, entries);
  }
  return entries.flatMap((entry) => {
    if (patterns.length === 0) return [{ entry, cases: namesOf(entry).map((_, index) => index) }];
    const found = patterns.map((pattern) => casesFor(entry, pattern)).filter((each) => each !== undefined);
    if (found.length === 0) return [];
    return [{ entry, cases: [...new Set(found.flat())].sort((a, b) => a - b) }];
  });
}

/** `undefined`: the pattern does not mean this file. A file that is named counts even if its cases cannot be read. */
function casesFor(entry: TestEntry, pattern: string): readonly number[] | undefined {
  const names = namesOf(entry);
  const file = pattern.replaceAll('\\', '/').replace(/^\.\//, '');
  if ([entry.file, basename(entry.file)].includes(file) || entry.flow === pattern) {
    return names.map((_, index) => index);
  }
  const wanted = pattern.toLowerCase();
  const found = names.flatMap((name, index) => (name.toLowerCase().includes(wanted) ? [index] : []));
  return found.length === 0 ? undefined : found;
}

function namesOf({ value }: TestEntry): readonly string[] {
  const cases = isJsonObject(value) && Array.isArray(value.cases) ? value.cases : [];
  return cases.map((each: unknown) => (isJsonObject(each) && typeof each.case === 'string' ? each.case : ''));
}

function noMatch(pattern: string, entries: readonly TestEntry[]): Fault {
  const flows = [...new Set(entries.map(({ flow }) => flow))].filter((flow) => flow !== '').sort();
  const files = entries.map(({ file }) => file);
  const near = hintFor(pattern, [...flows, ...files]);
  const hint = near?.startsWith('did') ? near : `there are tests of ${listOf(flows)}`;
  const message = `no test file, flow or case is named "${pattern}"; ${hint}`;
  return new Fault('TL_ARGUMENT_INVALID', message);
}
