import {
  type Alias,
  type Document,
  isScalar,
  type LineCounter,
  type Node,
  visit,
  type YAMLError,
} from 'yaml';
import { createFinding, type FilePlace, type Finding, type FindingCode } from '../finding.ts';
import type { SourceFile } from './source-document.ts';

/** Every syntax error of a document, in plain words; of several on one line the first, which caused the others. */
export function syntaxFindings(file: SourceFile, document: Document, lines: LineCounter): readonly Finding[] {
  const placeAt = (offset: number): FilePlace => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const found = [
    ...[...document.errors, ...document.warnings].map((error) => {
      const [code, message, hint] = inPlainWords(error);
      return createFinding(code, placeAt(startOf(error, document, file.text)), message, hint);
    }),
    ...brokenAliases(document).map(({ alias, why }) =>
      createFinding('TLW_FILE_SYNTAX', placeAt(alias.range?.[0] ?? 0), why),
    ),
  ];
  const lineNumbers = new Set<number>();
  return found
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .filter((finding) => !lineNumbers.has(finding.line) && lineNumbers.add(finding.line));
}

const quoteIt = 'put text that holds ": ", " #", or starts with one of @ ` % & * ! { [ | > into quotes';

const plain: Partial<Record<YAMLError['code'], readonly [FindingCode, string, string?]>> = {
  TAB_AS_INDENT: ['TLW_FILE_TAB', 'a tab is used for indentation', 'indent with spaces'],
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
