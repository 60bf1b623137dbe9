import { hash } from 'node:crypto';

/**
 * The name of an effect as a target is told it: the same parts give the same key, in any process. Written as a UUID
 * (RFC 9562, version 8: of a hash of our own), since systems differ in how long a key may be and what may stand in it;
 * nothing of the record can be read from it.
 */
export function toIdempotencyKey(parts: readonly string[]): string {
  const digest = hash('sha256', JSON.stringify(parts), 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
