/**
 * By what records are found: each short value of a record is a term, the number of an order as well as an e-mail address
 * or a SKU somewhere inside of it. Kept are hashes of 32 bits; whoever looks something up compares the values themselves
 * afterwards (`holdsText`), as two texts may have one hash.
 *
 * A value counts as a whole and in whatever case, without the blanks around it. Truth values, fractions, nothing, what is
 * longer than 100 characters or shorter than two, addresses of pages and moments in time are no terms. Beyond `maxTerms`
 * values and 64 levels, the rest of a record is none either.
 */
export function addTerms(record: unknown, terms: TermSink): void {
  walk(record, 0, { terms, left: maxTerms });
}

export interface TermSink {
  add(term: number): unknown;
}

/** Values of one record that count. */
export const maxTerms = 2_000;

/** The hash of a text, 0 to 2³² - 1; `undefined` for what is never a term. */
export function termOf(text: string): number | undefined {
  const { length } = text;
  // Cheap before anything else: most values that are none are too long.
  if (length < minLength || length > maxLength * 2) return undefined;
  const isPlain = length <= maxLength && !isBlank(text, 0) && !isBlank(text, length - 1);
  return (isPlain ? hashPlain(text) : undefined) ?? hashFolded(text);
}

/** The same of a key, or of an id at a target: whatever it looks like, it is one. */
export function termOfKey(key: string): number {
  return termOf(key) ?? hashOf(key);
}

/** Does a value of the record say just this? */
export function holdsText(record: unknown, text: string): boolean {
  const wanted = foldTerm(text);
  return wanted !== undefined && holds(record, wanted, 0);
}

/** What may be values in a text that is no record, such as a line that is cut off. */
export function wordsInText(text: string): readonly string[] {
  return text.split(separators).slice(0, maxTerms);
}

const separators = /[\s"',;:|<>=(){}[\]\\]+/;

interface Walk {
  readonly terms: TermSink;
  left: number;
}

function walk(value: unknown, depth: number, walking: Walk): void {
  const text = textOf(value);
  if (text !== undefined) {
    const term = walking.left === 0 ? undefined : termOf(text);
    if (term === undefined) return;
    walking.left--;
    walking.terms.add(term);
  } else if (typeof value === 'object' && value !== null && depth < maxDepth) {
    if (Array.isArray(value)) for (const each of value) walk(each, depth + 1, walking);
    else for (const name in value) walk((value as Record<string, unknown>)[name], depth + 1, walking);
  }
}

function holds(value: unknown, wanted: string, depth: number): boolean {
  const text = textOf(value);
  if (text !== undefined) return foldTerm(text) === wanted;
  if (typeof value !== 'object' || value === null || depth >= maxDepth) return false;
  return Object.values(value).some((each) => holds(each, wanted, depth + 1));
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** As it is compared; `undefined`: no term. */
function foldTerm(text: string): string | undefined {
  if (text.length < minLength || text.length > maxLength * 2) return undefined;
  const trimmed = text.trim();
  if (trimmed.length < minLength || trimmed.length > maxLength || isNone.test(trimmed)) return undefined;
  return (isAscii.test(trimmed) ? trimmed : trimmed.normalize('NFC')).toLowerCase();
}

const minLength = 2;
const maxLength = 100;
const maxDepth = 64;
const isAscii = /^[\p{ASCII}]*$/u;
/** Moments and addresses of pages: every record has others, and nobody looks for them. */
const isNone = /^(?:\d{4}-\d\d-\d\d[T ]\d\d:|https?:\/\/)/;

/** A blank, a control character, or one that may be either. */
function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code <= 32 || code >= 127;
}

/**
 * The hash of what needs no folding but for its capital letters, which nearly every value is: several times as fast.
 * `undefined`: it may need more, or may be no term.
 */
function hashPlain(text: string): number | undefined {
  const isSuspect = text.charCodeAt(4) === minus || text.startsWith('http');
  if (isSuspect && isNone.test(text)) return undefined;
  let hash = offsetBasis;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return undefined;
    hash = Math.imul(hash ^ (code >= 65 && code <= 90 ? code | 32 : code), prime);
  }
  return mix(hash);
}

const minus = 45;

function hashFolded(text: string): number | undefined {
  const folded = foldTerm(text);
  return folded === undefined ? undefined : hashOf(folded);
}

/** FNV-1a over UTF-16 code units, mixed at its end so that each bit counts. */
function hashOf(text: string): number {
  let hash = offsetBasis;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  }
  return mix(hash);
}

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

function mix(hashed: number): number {
  let hash = hashed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
