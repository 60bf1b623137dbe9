import { toPlainDigits } from '../exact-json/decimal-text.ts';
import { withoutExactNumber } from '../exact-json/json-number.ts';
import { Fault } from '../fault.ts';
import type { FaultCode } from '../fault-table.ts';
import { formOf } from './form-of.ts';

/** What gave a value, and where that is written if it is known: `key`, `flows/orders.yaml:4:7`. */
export interface Origin {
  readonly name: string;
  readonly at?: string | undefined;
}

/**
 * A key or an id as text: records are told apart by a text or a number, and by nothing else. `undefined` where there
 * is none. Throws a Fault TL_KEY_MISSING where nothing stands (`null`, a text that shows nothing), TL_KEY_INVALID for
 * anything else: were `false` a key, all records that have it would be one.
 */
export function toKeyText(given: unknown, origin: Origin): string | undefined {
  const value = withoutExactNumber(given);
  const text = toNameText(value);
  if (text !== undefined || value === undefined) return text;
  const isEmpty = value === null || typeof value === 'string';
  throw refusal(isEmpty ? 'TL_KEY_MISSING' : 'TL_KEY_INVALID', value, origin);
}

/** A text that shows something, or a number, as the text that names it; `undefined` for anything else. */
export function toNameText(value: unknown): string | undefined {
  if (typeof value === 'string') return visible.test(value) ? value : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? toDigits(value) : undefined;
}

/** Anything but blanks, marks of no width (U+200B, a byte order mark, marks of direction) and control characters. */
const visible = /[^\s\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}\u2800]/u;

/** A version as text; a record may have none. Throws a Fault TL_MAP_FAILED for what is neither text nor number. */
export function toVersionText(given: unknown, origin: Origin): string | undefined {
  const value = withoutExactNumber(given);
  const text = toNameText(value);
  if (text !== undefined || typeof value === 'string' || value === undefined || value === null) return text;
  throw refusal('TL_MAP_FAILED', value, origin);
}

/** Without an exponent: `1e+21` and its digits would be two keys. */
function toDigits(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : toPlainDigits(String(value));
}

/** A date that is not written as its format says: a Fault TL_MAP_FAILED that names the form, not the value. */
export function refuseForm(text: string, format: string, { name, at }: Origin): never {
  const message = `\`${name}\` must be a date written as "${format}", got one written as "${formOf(text)}"`;
  if (at === undefined) throw new Fault('TL_MAP_FAILED', message);
  throw new Fault('TL_MAP_FAILED', `${message} (${at})`, { at });
}

function refusal(code: FaultCode, value: unknown, { name, at }: Origin): Fault {
  const message = `\`${name}\` must give a text or a number, got ${nameOf(value)}`;
  return at === undefined ? new Fault(code, message) : new Fault(code, `${message} (${at})`, { at });
}

/** In the words of who reads the message. `true` and `null` say themselves; of anything longer only the kind is reported. */
function nameOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : 'a text in which nothing can be seen';
  return typeof value === 'object' ? 'an object' : `a ${typeof value} that is none`;
}
