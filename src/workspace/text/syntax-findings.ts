import {
  type Alias,
  type Document,
  isScalar,
  type LineCounter,
  type Node,
  visit,
  type YAMLError,
} from 'yaml';
import { present } from '../../contract/present.ts';
import { createFinding, type FilePlace, type Finding, type FindingCode } from '../finding.ts';
import type { SourceFile } from './source-file.ts';

/** Every syntax error of a document in plain words, but for those that only follow from one above. */
export function syntaxFindings(file: SourceFile, document: Document, lines: LineCounter): readonly Finding[] {
  const placeAt = (offset: number): FilePlace => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const found = [
    ...beforeGivingUp(errors).map((error) => {
      const tab = indentingTab(error, file.text);
      if (tab !== undefined) return createFinding('TLW_FILE_TAB', placeAt(tab), ...tabbed(file.text));
      const deeper = /^(?:BLOCK_AS|MULTILINE)_IMPLICIT_KEY$/.test(error.code)
        ? findDeeperLine(error, file.text)
        : undefined;
      if (deeper !== undefined) return indentedTooFar(deeper, placeAt(deeper.offset));
      const item = itemOfNoList(error, file.text);
      if (item !== undefined) return createFinding('TLW_FILE_INDENT', placeAt(item), ...noList);
      const [code, message, hint] = inPlainWords(error);
      return createFinding(code, placeAt(startOf(error, document, file.text)), message, hint);
    }),
    ...(errors.length > 0 ? [] : brokenAliases(document)).map(({ alias, why }) =>
      createFinding('TLW_FILE_SYNTAX', placeAt(present(alias.range, 'the place of an alias')[0]), why),
    ),
    ...(errors.length > 0 ? [] : swallowedItems(document, file.text)).map((offset) =>
      createFinding('TLW_FILE_INDENT', placeAt(offset), ...swallowed),
    ),
  ];
  return withoutFollowers(found.sort((a, b) => a.line - b.line || a.column - b.column));
}

/** Behind the end of what it could read as a document, the parser complains of every single token. */
function beforeGivingUp(errors: readonly YAMLError[]): readonly YAMLError[] {
  const given = errors.findIndex(({ message }) => /in YAML stream/.test(message));
  return given < 0 ? errors : errors.slice(0, Math.max(given, 1));
}

/**
 * On one line the first error caused the others. Line after line with the same error is one block that is wrong, and
 * so are keys that all stand in the same wrong column.
 */
function withoutFollowers(findings: readonly Finding[]): readonly Finding[] {
  const columns = new Set<number>();
  const firstTab = findings.findIndex(({ code }) => code === 'TLW_FILE_TAB');
  return findings.filter((finding, index) => {
    const above = findings[index - 1];
    // What is indented how, nobody can tell any more.
    if (firstTab >= 0 && index > firstTab && indentErrors.has(finding.code)) return false;
    if (finding.code === 'TLW_FILE_INDENT' && columns.has(finding.column)) return false;
    if (finding.code === 'TLW_FILE_INDENT') columns.add(finding.column);
    if (above === undefined || finding.line > above.line + 1) return true;
    return (
      finding.line > above.line && !(finding.message === above.message && blockErrors.has(finding.message))
    );
  });
}

const indentErrors: ReadonlySet<FindingCode> = new Set(['TLW_FILE_TAB', 'TLW_FILE_INDENT']);

/** The tab in front of what stands on the line of an error about indentation. */
function indentingTab({ code, pos: [offset] }: YAMLError, text: string): number | undefined {
  if (code !== 'TAB_AS_INDENT' && code !== 'BAD_INDENT') return undefined;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const indent = indentAt(text, start);
  const at = indent.indexOf('\t');
  if (at >= 0) return start + at;
  return code === 'TAB_AS_INDENT' ? offset : undefined;
}

/** A file that has one tab often has more: they are counted, not listed. */
function tabbed(text: string): readonly [message: string, hint: string] {
  const lines = text.split('\n').filter((line) => /^ *\t\s*\S/.test(line)).length;
  const rest = lines > 1 ? `; ${lines} lines of this file have such a tab` : '';
  return ['a tab is used for indentation', `indent with spaces${rest}`];
}

interface DeeperLine {
  /** Of its first letter. */
  readonly offset: number;
  readonly column: number;
  /** Of the key above it. */
  readonly above: number;
}

/** The line that makes `key: text` above it look like the beginning of a second key: it is indented further. */
function findDeeperLine({ pos: [offset] }: YAMLError, text: string): DeeperLine | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const [own = '', ...below] = text.slice(start).split('\n');
  const above = indentOf(own);
  let at = start + own.length + 1;
  for (const line of below) {
    if (line.trim() !== '' && !line.trim().startsWith('#')) {
      const indent = indentOf(line);
      const isKey = indent > above && /^\s*(?:- +)?[^\s:#][^:#]*:(?:\s|$)/.test(line);
      return isKey ? { offset: at + indent, column: indent + 1, above: above + 1 } : undefined;
    }
    at += line.length + 1;
  }
  return undefined;
}

const noList = [
  'this list item stands in no column of a list above',
  'start the items of one list in the same column',
] as const;

/** Where the line of the error has its `- `, if that is what stands first there and the parser took it for a key. */
function itemOfNoList({ code, message, pos: [offset] }: YAMLError, text: string): number | undefined {
  const withoutDash = code === 'MISSING_CHAR' && message.startsWith('Sequence item without -');
  if (!withoutDash && !(code === 'BLOCK_AS_IMPLICIT_KEY' && message.startsWith('A block sequence')))
    return undefined;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return start + indentOf(text.slice(start));
}

const swallowed = [
  'this line is indented further than the list item above, so it is part of that text and no item of its own',
  'start the items of one list in the same column; if it is a subtraction, put it on the line above',
] as const;

/** Lines that begin with `- ` and still are no list items but the rest of one: `- a`, and `- b` further in below it. */
function swallowedItems(document: Document, text: string): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Seq(_key, { items }) {
      for (const item of items) {
        if (!isScalar(item) || item.type !== 'PLAIN' || !item.range) continue;
        const [start, end] = item.range;
        const at = /\n *- /.exec(text.slice(start, end));
        if (at !== null) offsets.push(start + at.index + at[0].length - 2);
      }
    },
  });
  return offsets;
}

function indentOf(line: string): number {
  return present(/^ */.exec(line), 'an indentation')[0].length;
}

/** Spaces and tabs from an offset on. */
function indentAt(text: string, offset: number): string {
  return present(/^[ \t]*/.exec(text.slice(offset)), 'an indentation')[0];
}

function indentedTooFar({ column, above }: DeeperLine, place: FilePlace): Finding {
  const message = `this line begins in column ${column}, the key above it in column ${above}, and that has a value already`;
  return createFinding('TLW_FILE_INDENT', place, message, 'start keys of one level in the same column');
}

const quoteIt = 'put text that holds ": ", " #", or starts with one of @ ` % & * ! { [ | > into quotes';

const plain: Partial<Record<YAMLError['code'], readonly [FindingCode, string, string?]>> = {
  BAD_INDENT: [
    'TLW_FILE_INDENT',
    'the indentation does not fit the lines above',
    'start keys of one level in the same column',
  ],
  DUPLICATE_KEY: [
    'TLW_FILE_DUPLICATE_KEY',
    'this key stands here twice',
    'keep one; the last one would win silently',
  ],
  BLOCK_AS_IMPLICIT_KEY: ['TLW_FILE_SYNTAX', 'a second `key: value` stands on this line', quoteIt],
  MULTILINE_IMPLICIT_KEY: [
    'TLW_FILE_SYNTAX',
    'a key must stand on one line',
    'is a `:` or the indentation missing?',
  ],
  BAD_SCALAR_START: ['TLW_FILE_SYNTAX', 'this text may not start with that character', quoteIt],
  NON_STRING_KEY: ['TLW_FILE_SYNTAX', 'a key must be text', 'put templates such as "{{key}}" into quotes'],
  MULTIPLE_DOCS: [
    'TLW_FILE_SYNTAX',
    'a second document starts here',
    'keep one document a file: remove the line `---`',
  ],
  UNEXPECTED_TOKEN: ['TLW_FILE_SYNTAX', 'this does not belong here', quoteIt],
};

const blockErrors: ReadonlySet<string> = new Set(
  (['DUPLICATE_KEY', 'BLOCK_AS_IMPLICIT_KEY', 'UNEXPECTED_TOKEN'] as const).map(
    (code) => present(plain[code], code)[1],
  ),
);

function inPlainWords(error: YAMLError): readonly [FindingCode, string, string?] {
  if (/closing "quote|closing 'quote/.test(error.message)) {
    return ['TLW_FILE_SYNTAX', 'the quote that opens here is never closed'];
  }
  if (error.code === 'BAD_INDENT' && /end with a/.test(error.message)) {
    return ['TLW_FILE_SYNTAX', 'a `[` or `{` above is not closed'];
  }
  if (error.code === 'MISSING_CHAR' && /Implicit map keys/.test(error.message)) {
    return ['TLW_FILE_SYNTAX', 'expected `key: value`', 'is a `:` missing?'];
  }
  return plain[error.code] ?? ['TLW_FILE_SYNTAX', lowerFirst(error.message)];
}

// The parser notices an open quote at the end of the file; the writer wants to see where it opens.
function startOf(error: YAMLError, document: Document, text: string): number {
  const offset = error.code === 'DUPLICATE_KEY' || error.pos[0] < text.length ? error.pos[0] : text.length;
  if (error.code === 'BAD_INDENT') return offset + indentAt(text, offset).length;
  if (!/closing ["']quote/.test(error.message)) return offset;
  let opened = offset;
  visit(document, {
    Scalar(_key, node) {
      const [start, end] = node.range ?? [0, 0];
      if (start <= offset && end >= offset - 1 && /^QUOTE/.test(node.type ?? '')) opened = start;
    },
  });
  return opened;
}

function brokenAliases(document: Document): readonly { alias: Alias; why: string }[] {
  const broken: { alias: Alias; why: string }[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      const target = alias.resolve(document);
      if (target === undefined) broken.push({ alias, why: `no anchor "&${alias.source}" stands above` });
      else if (contains(ancestors, target))
        broken.push({ alias, why: `"*${alias.source}" stands inside of itself` });
    },
  });
  return broken;
}

function contains(ancestors: readonly unknown[], node: Node): boolean {
  return !isScalar(node) && ancestors.includes(node);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
