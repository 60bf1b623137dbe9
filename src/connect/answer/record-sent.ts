import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { Identity } from '../resource/compile-identity.ts';

/** Has this member only come back as it was sent? A payment may have `success: false` and still be booked. */
export function isSentBack(payload: unknown, name: string, value: unknown): boolean {
  return isJsonObject(payload) && Object.hasOwn(payload, name) && isDeepStrictEqual(payload[name], value);
}

/**
 * Is the answer to a write the record that was written? It is where it has every member that was sent, two at least,
 * and an id: then a member such as `errors` is the record's own. What only repeats the key is none.
 */
export async function isRecordSent(payload: unknown, answer: JsonObject, { id }: Identity): Promise<boolean> {
  const names = isJsonObject(payload) ? Object.keys(payload) : [];
  if (names.length < 2 || !names.every((name) => Object.hasOwn(answer, name))) return false;
  return (await id.evaluate(answer)) !== undefined;
}
