import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from 'yaml';
import type { Place } from '../../mapping/expression/expression.ts';
import { createFinding, type FilePlace, type Finding } from '../finding.ts';
import { keepDigits, mayLoseDigits } from './keep-digits.ts';
import { blockIndent, contentStart, isBlockScalar, offsetInSource } from './scalar-offset.ts';
import type { SourceFile } from './source-file.ts';
import { syntaxFindings } from './syntax-findings.ts';

export type Path = readonly (string | number)[];

/** A YAML or JSON file as a value, together with the place of everything in it. */
export interface SourceDocument {
  readonly file: string;
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** False where the syntax is so broken that the value says little about what was meant. */
  readonly isReliable: boolean;
  /** First character of the value at `path`, inside quotes or block; what expressions count from. */
  placeOf(path: Path): Place | undefined;
  /** The value at `path` as it is written, quotes included; an empty value stands where its key does. */
  valuePlace(path: Path): FilePlace;
  /** The key that `path` ends with; of a list item, the item. */
  keyPlace(path: Path): FilePlace;
  /** Character `index` of the text at `path`. */
  placeIn(path: Path, index: number): FilePlace;
  /** The text of a plain scalar as written (`007`), which its value (7) no longer shows. */
  writtenAt(path: Path): string | undefined;
}

export function parseSource(file: SourceFile): SourceDocument {
  const lines = new LineCounter();
  const document = parseDocument(file.text, {
    keepSourceTokens: true,
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  const start = { file: file.path, line: 1, column: 1 };
  let findings = syntaxFindings(file, document, lines);
  let value: unknown;
  if (findings.length === 0 && document.contents === null) {
    findings = [createFinding('TLW_FILE_EMPTY', start, 'the file is empty')];
  }
  const isReliable = () => findings.every((finding) => finding.code === 'TLW_FILE_DUPLICATE_KEY');
  try {
    if (mayLoseDigits(file.text)) keepDigits(document);
    if (isReliable()) value = toValue(document);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    findings = [...findings, createFinding('TLW_FILE_SYNTAX', start, message)];
  }
  return { file: file.path, value, findings, isReliable: isReliable(), ...placesOf(file, document, lines) };
}

type Places = Omit<SourceDocument, 'file' | 'value' | 'findings' | 'isReliable'>;

function placesOf(file: SourceFile, document: Document, lines: LineCounter): Places {
  const at = (offset: number): FilePlace => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const root = document.contents?.range?.[0] ?? 0;
  const keyPlace = (path: Path): FilePlace => at(keyOffset(document, path) ?? root);
  return {
    keyPlace,
    placeOf(path) {
      const node = nodeAt(document, path);
      if (node === undefined) return undefined;
      if (!isScalar(node)) return at(node.range?.[0] ?? root);
      const place = at(contentStart(node, file.text));
      return isBlockScalar(node) ? { ...place, indent: blockIndent(node, file.text) } : place;
    },
    valuePlace(path) {
      const node = nodeAt(document, path);
      return node === undefined || isEmptyScalar(node) ? keyPlace(path) : at(node.range?.[0] ?? root);
    },
    placeIn(path, index) {
      const node = nodeAt(document, path);
      return isScalar(node) ? at(offsetInSource(node, file.text, index)) : keyPlace(path);
    },
    writtenAt(path) {
      const node = nodeAt(document, path);
      return isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
    },
  };
}

function toValue(document: Document): unknown {
  // More aliases than anybody writes by hand are an attack ("billion laughs"); the parser refuses those.
  return document.contents === null ? undefined : document.toJS({ maxAliasCount: 100 });
}

function nodeAt(document: Document, path: Path): Node | undefined {
  let node = resolved(document, document.contents);
  for (const segment of path) {
    if (isMap(node)) node = resolved(document, pairOf(node.items, segment)?.value);
    else if (isSeq(node)) node = resolved(document, node.items[Number(segment)]);
    else return undefined;
  }
  return node;
}

function resolved(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return (node ?? undefined) as Node | undefined;
}

// Of a key given twice the last one counts, as it does for the value.
function pairOf(items: readonly Pair[], key: string | number): Pair | undefined {
  return items.findLast((pair) => keyText(pair.key) === String(key));
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function keyOffset(document: Document, path: Path): number | undefined {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const parentPath = path.slice(0, -1);
  const parent = nodeAt(document, parentPath);
  if (isMap(parent)) {
    const key = pairOf(parent.items, last)?.key;
    return (key as Scalar | undefined)?.range?.[0] ?? keyOffset(document, parentPath);
  }
  return nodeAt(document, path)?.range?.[0] ?? keyOffset(document, parentPath);
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}
