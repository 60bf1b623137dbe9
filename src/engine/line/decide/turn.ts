import type { StagedRecord } from '../../../store/line/batches.ts';
import type { Plan } from '../../../workspace/compile/plan.ts';
import { isOlder, isUnordered } from './compare-versions.ts';

/** How a record stands to the one of its key that waits already. */
export type Turn =
  | 'free'
  /** It waits behind that one. */
  | 'queued'
  /** That one is newer. */
  | 'superseded'
  /** It takes the place of that one. */
  | 'replaces';

/** Is it a record's turn? @param ahead - the first of its key that waits. */
export function turnOf(
  { delivery, source }: Pick<Plan, 'delivery' | 'source'>,
  { version }: Pick<StagedRecord, 'version'>,
  ahead: { readonly version?: string | undefined } | undefined,
): Turn {
  if (ahead === undefined) return 'free';
  if (delivery.mode === 'every') return 'queued';
  // What was read later is not newer where a source answers from a copy that lags behind.
  if (isOlder(version, ahead.version, source.timezone)) return 'superseded';
  return isUnordered(version, ahead.version, source.timezone) ? 'queued' : 'replaces';
}

type Read = { readonly record: Pick<StagedRecord, 'key' | 'version'> };

/** The records of a batch that go on, in their order, and those that newer ones among them make superfluous (`latest`). */
export function toOrder<Each extends Read>(
  { delivery, source }: Pick<Plan, 'delivery' | 'source'>,
  items: readonly Each[],
): { readonly newest: readonly Each[]; readonly superseded: readonly Each[] } {
  // Mostly no key comes twice.
  const isMixed = delivery.mode === 'latest' && !isEachOnce(items);
  return isMixed ? toNewest(items, source.timezone) : { newest: items, superseded: [] };
}

/**
 * `latest`: the newest record of each key, and those that it makes superfluous. Where the versions of two do not tell
 * which is the newer, both stay, in the order in which they were read.
 */
function toNewest<Each extends Read>(
  items: readonly Each[],
  timezone: string,
): { readonly newest: readonly Each[]; readonly superseded: readonly Each[] } {
  const superseded: Each[] = [];
  const newest = new Map<string, Each[]>();
  for (const item of items) {
    const { key, version } = item.record;
    const kept = newest.get(key) ?? [];
    if (kept.some(({ record }) => isOlder(version, record.version, timezone))) {
      superseded.push(item);
      continue;
    }
    const beside = kept.filter(({ record }) => isUnordered(version, record.version, timezone));
    superseded.push(...kept.filter((before) => !beside.includes(before)));
    newest.set(key, [...beside, item]);
  }
  return { newest: [...newest.values()].flat(), superseded };
}

/** The first record of every key, then the second of those that have one, and so on. */
export function roundsOf<Each extends Read>(items: readonly Each[]): readonly (readonly Each[])[] {
  if (items.length > 0 && isEachOnce(items)) return [items];
  const rounds: Each[][] = [];
  const seen = new Map<string, number>();
  for (const item of items) {
    const nth = seen.get(item.record.key) ?? 0;
    seen.set(item.record.key, nth + 1);
    rounds[nth] ??= [];
    rounds[nth].push(item);
  }
  return rounds;
}

function isEachOnce(items: readonly Read[]): boolean {
  const keys = new Set<string>();
  for (const { record } of items) keys.add(record.key);
  return keys.size === items.length;
}
