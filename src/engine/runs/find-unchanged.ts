import { toFault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { type Deliverable, findUnsure } from '../../store/line/find-unsure.ts';
import type { Run } from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Engine } from '../engine.ts';
import { isOutage, outlastOutage } from '../lanes/outlast-outage.ts';
import { comparePayload, fingerprintOf } from '../line/decide/compare-payload.ts';
import type { Item } from '../line/item.ts';
import { xrefScopeOf } from '../line/open-line.ts';
import { passAll } from '../line/pass-all.ts';
import type { Through, Trace } from '../line/pass-record.ts';
import type { BatchTally } from '../notes/batch-tally.ts';

/** A run that is being read. */
interface RunToCompare {
  readonly engine: Engine;
  readonly plan: Plan;
  readonly run: Run;
  /** Aborted when it is to stop, or is not this reader's any more. */
  readonly signal: AbortSignal;
}

/** Which of the records of a page are what the target has been given already, so that there is nothing to stage. */
export type UnchangedFinder = (page: readonly Item[], tally: BatchTally) => Promise<ReadonlySet<Item>>;

/** So many keys of a run are remembered as being on their way: with more changes than that, it does not pay to look. */
const maxStaged = 200_000;
/** Where less of a page is unchanged, the next are not looked at: what changed is mapped here and in its lane. */
const worthwhile = 0.25;
const mostPagesLeftOut = 32;

/**
 * Compares a run's records with what was delivered before they are staged, as the line does. Records of a key that is on
 * its way, or that anything is to be settled of, go down the line: it decides about them in their order.
 */
export function createUnchangedFinder(reading: RunToCompare): UnchangedFinder {
  const { plan, run } = reading;
  const staged = new Set<string>();
  let pause = 0;
  let pagesLeftOut = 0;
  // Guards count what a run comes to, changed or not; of what was deleted there is nothing to compare with.
  const isAll = plan.guards !== undefined || plan.target.write === 'delete' || plan.history === 'full';
  const isNever = run.options.force === true || isAll;
  return async (page, tally) => {
    if (isNever || page.length === 0 || staged.size >= maxStaged) return none;
    const isLeftOut = pagesLeftOut > 0;
    const free = isLeftOut ? [] : withoutTwins(page).filter(({ record }) => !staged.has(record.key));
    const unchanged = free.length === 0 ? none : await lookSurely(reading, free, tally);
    for (const item of page) if (!unchanged.has(item)) staged.add(item.record.key);
    if (isLeftOut) pagesLeftOut -= 1;
    else {
      pause = unchanged.size < worthwhile * page.length ? Math.min(mostPagesLeftOut, 2 * pause + 1) : 0;
      pagesLeftOut = pause;
    }
    return unchanged;
  };
}

const none: ReadonlySet<Item> = new Set();

/** Of a key that comes more than once, which one is the newest is for the line to say. */
function withoutTwins(page: readonly Item[]): readonly Item[] {
  const counts = new Map<string, number>();
  for (const { record } of page) counts.set(record.key, (counts.get(record.key) ?? 0) + 1);
  return page.filter(({ record }) => counts.get(record.key) === 1);
}

async function lookSurely(
  reading: RunToCompare,
  items: readonly Item[],
  tally: BatchTally,
): Promise<ReadonlySet<Item>> {
  const { engine, run, signal } = reading;
  try {
    return await outlastOutage(signal, () => look(reading, items, tally));
  } catch (thrown) {
    if (isOutage(thrown)) throw thrown;
    // The line finds out which record is to blame.
    engine.log.defect({ flow: run.flow, stage: 'read' }, toFault(thrown));
    return none;
  }
}

async function look(
  { engine, plan, run }: RunToCompare,
  items: readonly Item[],
  tally: BatchTally,
): Promise<ReadonlySet<Item>> {
  const passed = await passAll({ engine, plan, scope: xrefScopeOf(plan) }, items);
  const records = items.flatMap((item, index) => {
    const one = present(passed[index], 'what became of a record');
    // What did not fit is noted by the line.
    return one.end === 'through' && one.drift.length === 0 ? [toComparable(item, one)] : [];
  });
  if (records.length === 0) return none;
  const unsure = await findUnsure(engine.db, { flow: plan.flow, runId: run.id }, records);
  if (unsure === 'any') return none;
  const unchanged = new Set<Item>();
  records.forEach((record, place) => {
    if (unsure.has(place) && !isNewVersion(record, unsure.get(place), plan.source.timezone)) return;
    unchanged.add(record.item);
    if (record.silent) tally.seeMapped(record.item, record.silent);
  });
  return unchanged;
}

/** A record that the target could be given. */
interface Comparable extends Deliverable {
  readonly item: Item;
  readonly silent: readonly string[] | undefined;
}

function toComparable(item: Item, { text, silent }: Trace & Through): Comparable {
  const { key, version } = item.record;
  return { item, key, version, fingerprint: fingerprintOf(text), silent };
}

/** Is it the same in a version that is not older? */
function isNewVersion({ item, key, fingerprint }: Comparable, version: string | undefined, zone: string) {
  if (version === undefined) return false;
  const recorded = { key, fingerprint, version, measure: undefined, members: undefined };
  return comparePayload({ item, fingerprint }, { earlier: undefined, recorded }, zone) === 'unchanged';
}
