import { present } from '../../contract/present.ts';
import { findReplaying } from '../../store/errors/replays.ts';
import type { Delivery } from '../../store/line/deliveries.ts';
import { passGuards } from '../approval/pass-guards.ts';
import { noteDrift, type RecordDrift, refusedFields } from '../drift/note-drift.ts';
import { decide, isUnorderedBefore } from './decide/decide.ts';
import { isForTarget, isMapped, type MadeRecord, toMade } from './decide/effect.ts';
import type { Item, ItemEnd } from './item.ts';
import { loadKnown } from './load-known.ts';
import type { Line } from './open-line.ts';
import { passAll } from './pass-all.ts';
import { perform } from './perform/perform.ts';

/**
 * The line: source records in, an end for each out. What the flow makes of a record is `passRecord`; then it is
 * compared with what was delivered before, guarded, written. A record leaves the line at the stage that ends it.
 * No key occurs twice among the items.
 *
 * Throws a Fault where the target could not be reached at all: then nothing was written, and all of it waits.
 * @param earlier - what was delivered just before and is not recorded yet.
 */
export async function deliverBatch(
  line: Line,
  items: readonly Item[],
  earlier: ReadonlyMap<string, Delivery> = none,
): Promise<readonly ItemEnd[]> {
  const ended: ItemEnd[] = [];
  const met: RecordDrift[] = [];
  // Asked for first: the answer comes while the records are mapped.
  const knowing = loadKnown(line, { items, earlier });
  // What fails meanwhile is met where it is waited for.
  knowing.catch(() => {});
  const made = await pass(line, await withoutSettled(line, items, ended), met);
  const known = await knowing;
  const effects = decide(line.plan, made, known);
  const changed = effects.flatMap((effect) => (isForTarget(effect) ? [effect.record] : []));
  for (const record of changed)
    if (isUnorderedBefore(line.plan, record, known)) line.tally.seeUnordered(record.item);
  if (line.plan.guards) await passGuards(line, { payloads: made.filter(isMapped), changed, ...known });
  const written = await perform(line, effects, known);
  met.push(...refusedFields(written, changed));
  if (met.length > 0) await noteDrift(line, met);
  return [...ended, ...written];
}

/** A replay whose error is closed by now: a newer state of the record got through, or somebody decided against it. */
async function withoutSettled(
  line: Line,
  items: readonly Item[],
  ended: ItemEnd[],
): Promise<readonly Item[]> {
  const ids = items.flatMap(({ record }) => record.errorId ?? []);
  if (ids.length === 0) return items;
  const replaying = await findReplaying(line.engine.db, ids);
  return items.filter((item) => {
    if (item.record.errorId === undefined || replaying.has(item.record.errorId)) return true;
    ended.push({ item, outcome: 'superseded' });
    return false;
  });
}

const none: ReadonlyMap<string, Delivery> = new Map();

/** What the flow makes of each record: a payload for the target, or its end. */
async function pass(line: Line, items: readonly Item[], met: RecordDrift[]): Promise<readonly MadeRecord[]> {
  const passed = await passAll(line, items);
  return items.map((item, index) => {
    const one = present(passed[index], 'what became of a record');
    // Of a run of which every leaf has given something, nothing more is kept of that.
    if (one.silent && !line.engine.outspoken.has(item.runId)) line.tally.seeMapped(item, one.silent);
    if (one.drift.length > 0) met.push({ item, drift: one.drift });
    return toMade(item, one);
  });
}
