import { hash } from 'node:crypto';
import type { Delivery } from '../store/deliveries.ts';
import { compareVersions } from './compare-versions.ts';

/** What a payload, as JSON, is known by: SHA-256, hexadecimal. */
export function fingerprintOf(text: string): string {
  return hash('sha256', text, 'hex');
}

/** How a record stands to what the target was last given for its key. */
export function comparePayload(
  { fingerprint, version }: { readonly fingerprint: string; readonly version: string | undefined },
  before: Delivery | undefined,
): 'changed' | 'unchanged' | 'superseded' {
  if (!before) return 'changed';
  const isOlder =
    version !== undefined && before.version !== undefined && compareVersions(version, before.version) < 0;
  if (isOlder) return 'superseded';
  return before.fingerprint === fingerprint ? 'unchanged' : 'changed';
}
