import type { JsonFlaw } from './json-flaws.ts';
import { mayMislead } from './may-mislead.ts';
import { parseExactly } from './parse-exactly.ts';

/** A JSON text that has been read. */
export interface ReadJson {
  /** What is flawed is not in it. */
  readonly value: unknown;
  /** What JSON allows and nobody can rely on. Empty for nearly every text. */
  readonly flaws: readonly JsonFlaw[];
}

/**
 * Reads JSON without changing what it says: numbers that a double cannot hold become texts with exactly their digits;
 * a number too large for a double, and a member that stands twice, are reported and left out. Throws the SyntaxError of
 * `JSON.parse`, which quotes the text.
 *
 * A text in which no such thing can be costs a third more than `JSON.parse` alone: about 3 ms for each MB.
 */
export function readJson(text: string): ReadJson {
  const value: unknown = JSON.parse(text);
  return mayMislead(text, value) ? parseExactly(text) : { value, flaws: none };
}

const none: readonly JsonFlaw[] = Object.freeze([]);
