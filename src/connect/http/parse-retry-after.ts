import { readHttpDate } from '../../mapping/moments/moment.ts';

/**
 * How long a `Retry-After` header asks to wait, in milliseconds from `now`. RFC 9110 section 10.2.3 has two
 * forms: seconds, and an HTTP date. Never negative; `undefined` where the header is absent or neither form.
 */
export function parseRetryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (text === '') return undefined;
  // Some systems send fractions of a second, although the RFC knows none.
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const ms = readHttpDate(text);
  return ms === undefined ? undefined : Math.max(0, ms - now);
}
