import type { Delivery } from '../../store/line/deliveries.ts';
import { findHeldKeys } from '../../store/waiting/held.ts';
import { heedDecisions } from '../decisions/heed-decisions.ts';
import { deliverDivided } from '../divide/deliver-divided.ts';
import { holdAll } from '../waiting/hold-or-fail.ts';
import { roundsOf, toOrder, turnOf } from './decide/turn.ts';
import { deliverBatch } from './deliver-batch.ts';
import type { Item, ItemEnd } from './item.ts';
import { type Line, xrefLookupOf } from './open-line.ts';

/**
 * Delivers a batch in which keys may occur more than once, or wait already: records of one key never side by side,
 * but in sequence (`every`), or only the newest of them (`latest`). What people decided about them comes first.
 */
export async function deliverInOrder(
  line: Line,
  { items: read, hasHeld, hasDecisions }: Staged,
): Promise<readonly ItemEnd[]> {
  const { items, ended } = hasDecisions ? await heedOn(line, read) : { items: read, ended: [] };
  if (items.length === 0) return ended;
  return [...ended, ...(await deliverEach(line, items, hasHeld))];
}

interface Staged {
  readonly items: readonly Item[];
  /** Has the flow any held record? */
  readonly hasHeld: boolean;
  /** Has a person decided about any of its records? */
  readonly hasDecisions: boolean;
}

/** Records as they go on after what people have decided about them, and those that end by it. */
export async function heedOn(line: Line, items: readonly Item[]): ReturnType<typeof heedDecisions> {
  return await heedDecisions({ db: line.engine.db, plan: line.plan, xref: xrefLookupOf(line) }, items);
}

async function deliverEach(
  line: Line,
  items: readonly Item[],
  hasHeld: boolean,
): Promise<readonly ItemEnd[]> {
  const keys = items.map(({ record }) => record.key);
  const waiting = hasHeld ? await findHeldKeys(line.engine.db, line.plan.flow, keys) : none;
  const { newest, superseded } = toOrder(line.plan, items);
  const ended: ItemEnd[] = superseded.map((item) => ({ item, outcome: 'superseded' }));
  const free: Item[] = [];
  for (const item of newest) {
    const ahead = waiting.get(item.record.key);
    const turn = turnOf(line.plan, item.record, ahead);
    if (ahead === undefined || turn === 'free') free.push(item);
    else if (turn === 'replaces') ended.push({ item, outcome: 'replaces', waiting: ahead });
    else ended.push({ item, outcome: turn });
  }
  return free.length === 0 ? ended : [...ended, ...(await deliverFree(line, free))];
}

const none: Awaited<ReturnType<typeof findHeldKeys>> = new Map();

/** Records of one key after one another: none behind one that has to wait. */
async function deliverFree(line: Line, items: readonly Item[]): Promise<readonly ItemEnd[]> {
  const ended: ItemEnd[] = [];
  const stuck = new Set<string>();
  const delivered = new Map<string, Delivery>();
  const rounds = roundsOf(items);
  // Of most batches each key comes once: nothing has to be known of what was just delivered.
  if (rounds.length === 1) return await deliverDivided(line, items, (some) => deliverBatch(line, some));
  for (const round of rounds) {
    const free = round.filter(({ record }) => !stuck.has(record.key));
    ended.push(
      ...round
        .filter(({ record }) => stuck.has(record.key))
        .map((item): ItemEnd => ({ item, outcome: 'queued' })),
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
