import { isJsonObject } from '../../contract/json.ts';
import { present } from '../../contract/present.ts';
import type { Path } from './source-document.ts';

/** `${NAME}`, `${NAME:-default}`, `${file:/path}` or `${exec:program arguments}` within a text. */
export interface TextReference {
  readonly kind: 'env' | 'file' | 'exec';
  /** The variable's name, the file's path, or the command line. */
  readonly name: string;
  readonly fallback: string | undefined;
  readonly offset: number;
  readonly length: number;
}

/** Where the values of references come from; `undefined` where there is none. */
export interface TextReferenceSource {
  env(name: string): string | undefined;
  file(path: string): string | undefined;
  /** What a command prints. */
  exec(line: string): string | undefined;
}

const nothing = () => undefined;

/** Where no file is read and no command is run: what is said of a workspace needs neither. */
export function environmentOnly(env: Readonly<Record<string, string | undefined>>): TextReferenceSource {
  return { env: (name) => env[name], file: nothing, exec: nothing };
}

// A brace between quotes ends no command.
const pattern =
  /\$\{(?:file:(?<file>[^}]+)|exec:(?<exec>(?:[^}"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+)|(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?)\}/g;

export function referencesIn(text: string): readonly TextReference[] {
  if (!text.includes('${')) return [];
  return [...text.matchAll(pattern)].map(
    (match): TextReference => ({
      ...(match.groups?.file !== undefined
        ? { kind: 'file', name: match.groups.file }
        : match.groups?.exec !== undefined
          ? { kind: 'exec', name: match.groups.exec }
          : { kind: 'env', name: present(match.groups?.name, 'the name in a reference') }),
      fallback: match.groups?.fallback,
      offset: match.index,
      length: match[0].length,
    }),
  );
}

/** Offset of a `${` that begins no reference we know, such as `${MY NAME}`; `undefined` where there is none. */
export function brokenReference(text: string): number | undefined {
  const rest = text.replaceAll(pattern, (whole) => ' '.repeat(whole.length));
  const offset = rest.indexOf('${');
  return offset < 0 ? undefined : offset;
}

export interface ResolvedText {
  readonly text: string;
  readonly missing: readonly TextReference[];
  /** Offset in the resolved text → offset in the text as written. */
  originalOffset(offset: number): number;
}

/** Puts values in place of references; one that has no value stays as it is written and is listed as missing. */
export function resolveText(text: string, source: TextReferenceSource): ResolvedText {
  const missing: TextReference[] = [];
  const shifts: { from: number; original: number }[] = [];
  let resolved = '';
  let copied = 0;
  for (const reference of referencesIn(text)) {
    const value = substituteFor(reference, source);
    if (value === undefined) missing.push(reference);
    const end = reference.offset + reference.length;
    resolved += text.slice(copied, reference.offset);
    shifts.push({ from: resolved.length, original: reference.offset });
    resolved += value ?? text.slice(reference.offset, end);
    shifts.push({ from: resolved.length, original: end });
    copied = end;
  }
  const originalOffset = (offset: number): number => {
    const shift = shifts.findLast(({ from }) => from <= offset);
    return shift === undefined ? offset : shift.original + (offset - shift.from);
  };
  return { text: resolved + text.slice(copied), missing, originalOffset };
}

function substituteFor(reference: TextReference, source: TextReferenceSource): string | undefined {
  if (reference.kind === 'file') return source.file(reference.name);
  if (reference.kind === 'exec') return source.exec(reference.name);
  const value = source.env(reference.name);
  // As in a shell: `:-` stands in for an empty variable as well.
  return value === undefined || value === '' ? (reference.fallback ?? value) : value;
}

/** The same value with every text in it changed; what holds no text is kept as it is. */
export function mapTexts(
  value: unknown,
  change: (text: string, path: Path) => unknown,
  path: Path = [],
): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, change, [...path, index]));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, mapTexts(member, change, [...path, name])]),
  );
}

export function eachText(value: unknown, visit: (text: string, path: Path) => void): void {
  mapTexts(value, (text, path) => {
    visit(text, path);
    return text;
  });
}
