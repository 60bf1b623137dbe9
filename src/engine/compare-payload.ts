import { hash } from 'node:crypto';
import type { Delivery } from '../store/deliveries.ts';
import { isOlder } from './compare-versions.ts';

/** What a payload, as JSON, is known by: SHA-256, hexadecimal. */
export function fingerprintOf(text: string): string {
  return hash('sha256', text, 'hex');
}

/**
 * How a record stands to what the target was last given for its key.
 * @param zone - whose clock shows a version that names no zone (IANA).
 */
export function comparePayload(
  { fingerprint, version }: { readonly fingerprint: string; readonly version: string | undefined },
  before: Delivery | undefined,
  zone: string,
): 'changed' | 'unchanged' | 'superseded' {
  if (!before) return 'changed';
  if (isOlder(version, before.version, zone)) return 'superseded';
  return before.fingerprint === fingerprint ? 'unchanged' : 'changed';
}
