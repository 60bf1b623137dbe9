import { findReplaying } from '../../store/errors/replays.ts';
import type { Delivery } from '../../store/line/deliveries.ts';
import { type KnownKeys, loadKnownKeys } from '../../store/line/known-keys.ts';
import type { Xref } from '../../store/line/xrefs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { passGuards } from '../approval/hold-run.ts';
import { noteDrift, type RecordDrift, refusedFields } from '../drift/note-drift.ts';
import { verdictFor } from '../verdict.ts';
import { holdOrFail } from '../waiting/hold-or-fail.ts';
import { comparePayload, fingerprintOf } from './compare-payload.ts';
import { isUnordered } from './compare-versions.ts';
import type { Ended, Item, Mapped } from './item.ts';
import { type Line, xrefLookupOf } from './open-line.ts';
import { type Passed, passRecord } from './pass-record.ts';
import { writeRecords } from './write-records.ts';

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
): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  const known = loadKnown(line, items);
  const met: RecordDrift[] = [];
  const payloads = await pass(line, await withoutSettled(line, items, ended), { ended, met });
  const { deliveries, xrefs } = await known;
  const changed = compare(line, { payloads, earlier, recorded: deliveries }, ended);
  if (line.plan.guards) await passGuards(line, { payloads, changed, earlier, recorded: deliveries });
  const written = await writeRecords(line, changed, {
    xrefs,
    before: (key) => earlier.get(key) ?? deliveries.get(key),
  });
  met.push(...refusedFields(written, changed));
  if (met.length > 0) await noteDrift(line, met);
  return [...ended.map((end) => toCreated(line.plan, end, xrefs)), ...written];
}

/** What a flow has created it does not write again: it waits for nothing, whatever the flow refers to by now. */
function toCreated(plan: Plan, end: Ended, xrefs: KnownKeys['xrefs']): Ended {
  const { item, outcome } = end;
  return outcome === 'blocked' && isCreatedBefore(plan, xrefs.get(item.record.key))
    ? { item, outcome: 'unchanged' }
    : end;
}

export function isCreatedBefore({ target }: Pick<Plan, 'target'>, xref: Xref | undefined): boolean {
  return target.write === 'create' && xref?.targetId !== undefined;
}

/** Asked for first: the answer comes while the records are mapped. */
function loadKnown({ engine, plan, scope }: Line, items: readonly Item[]): Promise<KnownKeys> {
  const keys = items.map(({ record }) => record.key);
  const known = loadKnownKeys(engine.db, { flow: plan.flow, scope }, keys);
  // What fails meanwhile is met where it is waited for.
  known.catch(() => {});
  return known;
}

/** A replay whose error is closed by now: a newer state of the record got through, or somebody decided against it. */
async function withoutSettled(line: Line, items: readonly Item[], ended: Ended[]): Promise<readonly Item[]> {
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
async function pass(
  line: Line,
  items: readonly Item[],
  { ended, met }: { readonly ended: Ended[]; readonly met: RecordDrift[] },
): Promise<readonly Mapped[]> {
  const xref = xrefLookupOf(line);
  const passed = await Promise.all(
    items.map(async (item) => ({ item, passed: await passRecord(line.plan, item.record.native, { xref }) })),
  );
  return passed.flatMap(({ item, passed }) => {
    if (passed.silent) line.tally.seeMapped(item, passed.silent);
    if (passed.drift.length > 0) met.push({ item, drift: passed.drift });
    if (passed.end === 'through') return [toMapped(item, passed)];
    ended.push(endedAt(line, item, passed));
    return [];
  });
}

export function toMapped(
  item: Item,
  { payload, text, measure }: Extract<Passed, { end: 'through' }>,
): Mapped {
  return { item, payload, fingerprint: fingerprintOf(text), ...(measure !== undefined && { measure }) };
}

function endedAt(line: Line, item: Item, passed: Exclude<Passed, { end: 'through' }>): Ended {
  switch (passed.end) {
    case 'filtered':
      return { item, outcome: 'filtered', ...(passed.reason !== undefined && { reason: passed.reason }) };
    case 'blocked':
      return { item, outcome: 'blocked', missing: passed.missing };
    case 'failed': {
      const { stage, fault } = passed;
      if (verdictFor(fault).do !== 'park') return holdOrFail(line, item, fault);
      if (fault.kind === 'defect') line.engine.log.defect({ flow: line.plan.flow, stage }, fault);
      return { item, outcome: 'failed', stage, fault };
    }
  }
}

interface Comparison {
  readonly payloads: readonly Mapped[];
  readonly earlier: ReadonlyMap<string, Delivery>;
  readonly recorded: ReadonlyMap<string, Delivery>;
}

/** What the target already has, and what is older than what it has, is not written. */
function compare(
  { plan, tally }: Line,
  { payloads, earlier, recorded }: Comparison,
  ended: Ended[],
): readonly Mapped[] {
  const { timezone } = plan.source;
  return payloads.filter((mapped) => {
    const { item } = mapped;
    const { key, version } = item.record;
    const before = { earlier: earlier.get(key), recorded: recorded.get(key) };
    const compared = comparePayload(mapped, before, timezone);
    if (compared === 'changed') {
      const last = before.earlier ?? before.recorded;
      if (isUnordered(version, last?.version, timezone)) tally.seeUnordered(item);
      return true;
    }
    ended.push({ item, outcome: compared });
    return false;
  });
}
