import { type CST, Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { Fault } from '../../contract/fault.ts';
import type { TestCase } from '../../contract/generated/test.ts';
import { formatFinding, isError } from '../finding.ts';
import { parseSource } from './source-document.ts';

/** A file of flow tests that a case is added to. */
export interface ExtendedFile {
  /** For messages. */
  readonly path: string;
  /** `undefined`: there is no such file yet. */
  readonly text: string | undefined;
  readonly flow: string;
  /** Where editors find the schema of test files, from there. */
  readonly schema: string;
}

/** The case alone, as an item of `cases`. */
export function formatCase(added: TestCase): string {
  return new Document([added], { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
}

/**
 * The text of a test file with one more case at its end; what stands there stays as it is written, to the character.
 * Throws a Fault TL_WORKSPACE_INVALID for a file that cannot be added to, TL_ARGUMENT_INVALID for a name that is taken.
 */
export function appendCase(file: ExtendedFile, added: TestCase): string {
  const { path, text, flow, schema } = file;
  if (text === undefined || text.trim() === '') {
    const start = `# yaml-language-server: $schema=${schema}\nflow: ${new Document(flow).toString()}cases:\n`;
    return start + indented(formatCase(added), 2);
  }
  const broken = parseSource({ path, text }).findings.find(isError);
  if (broken) throw new Fault('TL_WORKSPACE_INVALID', `no case can be added: ${formatFinding(broken)}`);
  const document = parseDocument(text, { keepSourceTokens: true });
  const root = document.contents;
  if (!isMap(root)) throw new Fault('TL_WORKSPACE_INVALID', `${path} is no test file: it has no \`flow\``);
  requireFlow(root, file);
  const cases = root.get('cases', true);
  if (isSeq(cases)) requireFreeName(cases, path, added.case);
  const inserted = isSeq(cases) ? insert(text, cases, added) : undefined;
  if (inserted !== undefined && containsAll(inserted, cases, added)) return inserted;
  // Written in one line, or not there yet: the file is laid out anew, comments stay.
  if (isSeq(cases)) document.addIn(['cases'], added);
  else document.setIn(['cases'], [added]);
  const list = document.get('cases', true);
  if (isSeq(list)) list.flow = false;
  return document.toString({ lineWidth: 0 });
}

/** The name, or one like it that no case of the file has yet: two records may look the same once they are redacted. */
export function toFreeName(text: string | undefined, name: string): string {
  const taken = namesOf(parseDocument(text ?? '').get('cases', true));
  let free = name;
  for (let nth = 2; taken.includes(free); nth += 1) free = `${name} (${nth})`;
  return free;
}

function requireFlow(root: YAMLMap, { path, flow }: ExtendedFile): void {
  const named = root.get('flow');
  if (named === flow) return;
  throw new Fault(
    'TL_WORKSPACE_INVALID',
    `${path} tests the flow "${String(named)}", not "${flow}"; --to names another file`,
  );
}

function requireFreeName(cases: YAMLSeq, path: string, name: string): void {
  if (!namesOf(cases).includes(name)) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `${path} has a case "${name}" already; --case gives the new one another name`,
  );
}

function namesOf(cases: unknown): readonly unknown[] {
  if (!isSeq(cases)) return [];
  return cases.items.map((item) => {
    const name = isMap(item) ? item.get('case', true) : undefined;
    return isScalar(name) ? name.value : name;
  });
}

/** After the last case, indented as that is; `undefined` where the list is not written with dashes. */
function insert(text: string, cases: YAMLSeq, added: TestCase): string | undefined {
  const token = cases.srcToken as CST.Token | undefined;
  const end = cases.range?.[1];
  if (token?.type !== 'block-seq' || end === undefined) return undefined;
  const head = text.slice(0, end);
  const gap = head.endsWith('\n') ? '' : '\n';
  return head + gap + indented(formatCase(added), token.indent) + text.slice(end).replace(/^\n/, '');
}

/** The text is looked at once more: nothing of what was there may have changed its meaning. */
function containsAll(text: string, before: unknown, added: TestCase): boolean {
  const document = parseDocument(text);
  if (document.errors.length > 0) return false;
  const names = namesOf(document.get('cases', true));
  return JSON.stringify(names) === JSON.stringify([...namesOf(before), added.case]);
}

function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
}
