import { hash } from 'node:crypto';
import type { Delivery } from '../../../store/line/deliveries.ts';
import type { MappedItem } from '../item.ts';
import { isOlder } from './compare-versions.ts';

/** What a payload, as JSON, is known by: 16 bytes of its SHA-256, hexadecimal. */
export function fingerprintOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}

/** What was delivered under a key: just now, in the same run, or before. */
export interface Before {
  readonly earlier: Delivery | undefined;
  readonly recorded: Delivery | undefined;
}

/**
 * How a record stands to what the target was last given for its key. What is forced counts as changed, unless it is this
 * very run that has just delivered the same.
 * @param zone - whose clock shows a version that names no zone (IANA).
 */
export function comparePayload(
  { item: { record }, fingerprint }: Pick<MappedItem, 'item' | 'fingerprint'>,
  { earlier, recorded }: Before,
  zone: string,
): 'changed' | 'unchanged' | 'superseded' {
  const before = earlier ?? recorded;
  if (!before) return 'changed';
  if (isOlder(record.version, before.version, zone)) return 'superseded';
  const isForced = record.isForced === true && earlier === undefined;
  return before.fingerprint === fingerprint && !isForced ? 'unchanged' : 'changed';
}
