import { present } from '../present.ts';
import { toPlainText } from './plain-text.ts';

/**
 * So deep may a record or payload be nested: far deeper than any that makes sense, and far less than what makes a
 * recursive function (`JSON.stringify` is one) run out of stack.
 */
export const maxLevels = 500;

/** Is anything in `value` nested in more than `levels` lists and objects? Looks no deeper than that. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const each of value) if (isDeeperThan(each, levels - 1)) return true;
    return false;
  }
  for (const name in value) {
    const each = (value as Record<string, unknown>)[name];
    // Most members are no objects: they cost no call.
    if (typeof each === 'object' && each !== null && isDeeperThan(each, levels - 1)) return true;
  }
  return false;
}

/** Keys and ids are part of indexes, whose entries are bounded (PostgreSQL: 2,704 bytes, of all columns together). */
export const maxNameBytes = 1_000;

/**
 * Why a text cannot be the name of something (a key, an id, a version): PostgreSQL holds no NUL, half a character
 * would become another one on its way, U+FFFD stands for what was lost, and none is longer than `maxNameBytes`. `undefined` if it can.
 */
export function whyNoName(text: string): string | undefined {
  // No character has more than three bytes for each of its code units.
  const bytes = text.length * 3 <= maxNameBytes ? 0 : Buffer.byteLength(text);
  if (bytes > maxNameBytes) return `has ${bytes} bytes, where at most ${maxNameBytes} are taken`;
  return whyNoText(text);
}

/** Why no column can hold a text; `undefined` if one can. */
export function whyNoText(text: string): string | undefined {
  if (text.includes('\0')) return 'holds a NUL character, which cannot be kept';
  if (text.includes('\uFFFD')) return 'holds U+FFFD, which stands for bytes that were no text';
  return text.isWellFormed() ? undefined : 'holds half a character (a lone surrogate), which cannot be kept';
}

/** A key or id in a message: what cannot be shown in its line is written out, and a long one is cut. */
export function quoteName(text: string): string {
  return `"${toPlainText(text, 80).replace(/[\t\n\r\u2028\u2029]/g, (sign) => present(escapes[sign], 'the escape of a sign'))}"`;
}

const escapes: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};
