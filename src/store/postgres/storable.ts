import { toPlainText } from '../../contract/text/plain-text.ts';
import { whyNoName } from '../../contract/text/record-bounds.ts';

/** JSON that a `jsonb` column takes: PostgreSQL refuses NUL and halves of characters in its texts and names. */
export function toJsonb(value: unknown): string {
  const json = JSON.stringify(value);
  // Well-formed JSON text has them as escapes only; most has none of these at all.
  if (!unstorable.test(json)) return json;
  return JSON.stringify(value, (_name, each: unknown) => toStorable(each));
}

const unstorable = /\\u(?:0000|d[89a-f])/i;

function toStorable(value: unknown): unknown {
  if (typeof value === 'string') return toPlainText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [toPlainText(name), each]));
}

/** The key or version of an error; none where it is itself what cannot be kept. */
export function toNameColumn(name: string | undefined): string | null {
  return name === undefined || whyNoName(name) !== undefined ? null : name;
}
