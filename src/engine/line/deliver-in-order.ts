import type { Delivery } from '../../store/line/deliveries.ts';
import { findHeldKeys } from '../../store/waiting/held.ts';
import { heedDecisions } from '../decisions/heed-decisions.ts';
import { deliverDivided } from '../divide/deliver-divided.ts';
import { holdAll } from '../waiting/hold-or-fail.ts';
import { isOlder, isUnordered } from './compare-versions.ts';
import { deliverBatch } from './deliver-batch.ts';
import type { Ended, Item } from './item.ts';
import { type Line, xrefLookupOf } from './open-line.ts';

/**
 * Delivers a batch in which keys may occur more than once, or wait already: records of one key never side by side,
 * but in sequence (`every`), or only the newest of them (`latest`). What people decided about them comes first.
 */
export async function deliverInOrder(
  line: Line,
  { items: read, hasHeld, hasDecisions }: Staged,
): Promise<readonly Ended[]> {
  const { items, ended } = hasDecisions ? await heedOn(line, read) : { items: read, ended: [] };
  if (items.length === 0) return ended;
  return [...ended, ...(await deliverEach(line, items, hasHeld))];
}

interface Staged {
  readonly items: readonly Item[];
  /** Has the flow any record on hold? */
  readonly hasHeld: boolean;
  /** Has a person decided about any of its records? */
  readonly hasDecisions: boolean;
}

/** Records as they go on after what people have decided about them, and those that end by it. */
export async function heedOn(line: Line, items: readonly Item[]): ReturnType<typeof heedDecisions> {
  return await heedDecisions({ db: line.engine.db, plan: line.plan, xref: xrefLookupOf(line) }, items);
}

async function deliverEach(line: Line, items: readonly Item[], hasHeld: boolean): Promise<readonly Ended[]> {
  const keys = items.map(({ record }) => record.key);
  const waiting = hasHeld ? await findHeldKeys(line.engine.db, line.plan.flow, keys) : none;
  return line.plan.delivery.mode === 'latest'
    ? await deliverNewest(line, items, waiting)
    : await deliverEvery(line, items, new Set(waiting.keys()));
}

const none: Awaited<ReturnType<typeof findHeldKeys>> = new Map();

async function deliverNewest(
  line: Line,
  items: readonly Item[],
  waiting: Awaited<ReturnType<typeof findHeldKeys>>,
): Promise<readonly Ended[]> {
  const { timezone } = line.plan.source;
  const { newest, superseded } = toNewest(items, timezone);
  const ended: Ended[] = superseded.map((item) => ({ item, outcome: 'superseded' }));
  const free: Item[] = [];
  for (const item of newest) {
    const ahead = waiting.get(item.record.key);
    if (!ahead) free.push(item);
    // What was read later is not newer where a source answers from a copy that lags behind.
    else if (isOlder(item.record.version, ahead.version, timezone))
      ended.push({ item, outcome: 'superseded' });
    else if (isUnordered(item.record.version, ahead.version, timezone))
      ended.push({ item, outcome: 'queued' });
    else ended.push({ item, outcome: 'replaces', waiting: ahead });
  }
  if (free.length === 0) return ended;
  return [...ended, ...(await deliverEvery(line, free, new Set()))];
}

/**
 * `latest`: the newest record of each key, and those that it makes superfluous. Where the versions of two do not tell
 * which is the newer, both stay, in the order in which they were read.
 */
export function toNewest<Each extends Pick<Item, 'record'>>(
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

async function deliverEvery(
  line: Line,
  items: readonly Item[],
  waiting: ReadonlySet<string>,
): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  const stuck = new Set(waiting);
  const delivered = new Map<string, Delivery>();
  for (const round of roundsOf(items)) {
    const free = round.filter(({ record }) => !stuck.has(record.key));
    ended.push(
      ...round
        .filter(({ record }) => stuck.has(record.key))
        .map((item): Ended => ({ item, outcome: 'queued' })),
    );
    if (free.length === 0) continue;
    const isFirst = ended.every(({ outcome }) => outcome === 'queued');
    // Once a round is through, a target that goes away must not make us forget it.
    const ends = await deliverDivided(line, free, (some) => deliverBatch(line, some, delivered)).catch(
      (thrown: unknown) => {
        if (isFirst || line.signal.aborted) throw thrown;
        return holdAll(line, free, thrown);
      },
    );
    for (const end of ends) {
      const { key, version } = end.item.record;
      if (end.outcome === 'held' || end.outcome === 'blocked') stuck.add(key);
      if (end.outcome === 'delivered') {
        const { fingerprint, measure, absence } = end;
        delivered.set(key, { key, version, fingerprint, measure, members: absence?.members });
      }
    }
    ended.push(...ends);
  }
  return ended;
}

/** The first record of every key, then the second of those that have one, and so on. */
export function roundsOf<Each extends Pick<Item, 'record'>>(
  items: readonly Each[],
): readonly (readonly Each[])[] {
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
