import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { Identity } from '../resource/compile-identity.ts';
import { isEnvelopeWord, plainName } from './find-sign.ts';

/** Has this member only come back as it was sent? A payment may have `success: false` and still be booked. */
export function isSentBack(payload: unknown, name: string, value: unknown): boolean {
  if (!isJsonObject(payload) || !Object.hasOwn(payload, name)) return false;
  try {
    return isDeepStrictEqual(payload[name], value);
  } catch {
    // More levels than the stack has: nothing that was sent on purpose.
    return false;
  }
}

/**
 * Is the answer to a write the record that was written? It is where it has every member that was sent, an id, and
 * enough beside the key: then a member such as `errors` is the record's own. What only repeats the key is none, and
 * neither is what comes back with words that nobody sent: `{ …, success: false, message: "locked" }`.
 */
export async function isRecordSent(payload: unknown, answer: JsonObject, { id }: Identity): Promise<boolean> {
  const names = isJsonObject(payload) ? Object.keys(payload) : [];
  if (names.length === 0 || !names.every((name) => Object.hasOwn(answer, name))) return false;
  const own = Object.keys(answer).filter((name) => !isEnvelopeWord(name));
  if (own.length < 2 && names.length < 2) return false;
  const speaks = Object.entries(answer).some(
    ([name, value]) => speaking.has(plainName(name)) && isFilled(value) && !isSentBack(payload, name, value),
  );
  return !speaks && (await id.evaluate(answer)) !== undefined;
}

/** Members that a system talks by; a record's own texts have other names. */
const speaking: ReadonlySet<string> = new Set([
  'message',
  'msg',
  'errmsg',
  'errormessage',
  'errordescription',
  'error',
  'fault',
  'exception',
]);

function isFilled(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && value !== '';
}
