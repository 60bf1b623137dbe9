import { Fault, toFault } from '../../contract/fault.ts';
import type { Delivery } from '../../store/line/deliveries.ts';
import { loadKnownKeys } from '../../store/line/known-keys.ts';
import type { XrefScope } from '../../store/line/xrefs.ts';
import { findWaiting, type WaitingKey } from '../../store/waiting/find-waiting.ts';
import { heedAbsent } from '../absent/heed-absent.ts';
import type { MemberSets } from '../absent/member-sets.ts';
import { judgeEach, type Standing } from '../decisions/heed-decisions.ts';
import { comparePayload } from '../line/compare-payload.ts';
import { isOlder, isUnordered } from '../line/compare-versions.ts';
import { isCreatedBefore, toMapped } from '../line/deliver-batch.ts';
import { roundsOf, toNewest } from '../line/deliver-in-order.ts';
import type { Item, Mapped } from '../line/item.ts';
import { type Passed, passRecord } from '../line/pass-record.ts';
import {
  type Answers,
  type Asking,
  decideEffects,
  type Effect,
  findEach,
  settleMsIfOpen,
} from '../line/plan-effects.ts';
import type { XrefLookup } from '../line/xref-lookup.ts';
import type { PassedWatch } from '../notes/watch-passed.ts';
import { withoutTakenIds } from '../reference/taken-ids.ts';
import { findDifferences } from './differences.ts';
import type { GuardWatch } from './forecast-guards.ts';
import { type Answer, createdBefore, type Foreseen, foresee, foreseeFault } from './forecast-record.ts';
import { whatIsSent } from './what-is-sent.ts';

/** What a forecast knows by now. The run that it stands for would have written all of it down. */
export interface Forecasting extends Asking {
  readonly db: Parameters<typeof loadKnownKeys>[0];
  readonly scope: XrefScope;
  readonly xref: XrefLookup;
  /** Keys of records that were read before and are not delivered yet. */
  readonly staged: ReadonlySet<string>;
  /** Keys of records that later ones of their keys would wait behind. */
  readonly stuck: Set<string>;
  /** What would have been delivered before, in this same run. */
  readonly earlier: Map<string, Delivery>;
  readonly guards: GuardWatch;
  readonly members: MemberSets;
  readonly notes: PassedWatch;
}

/** A record with what would become of it, and what it has been on its way. */
export interface ForeseenRecord {
  readonly item: Item;
  readonly foreseen: Foreseen;
  readonly passed?: Passed;
}

/** What a run would do about these records, in their order: what people have decided about them comes first. */
export async function forecastBatch(
  state: Forecasting,
  read: readonly Item[],
): Promise<readonly ForeseenRecord[]> {
  const judged = await judgeEach(state, read);
  const items = judged.flatMap((each) => ('item' in each ? [each.item] : []));
  const foreseen = await forecastEach(state, items);
  return judged.flatMap((each) =>
    'item' in each ? (foreseen.get(each.item) ?? []) : foreseeStanding(each.ended),
  );
}

function foreseeStanding({ item, outcome, reason }: Standing): ForeseenRecord {
  return { item, foreseen: { effect: outcome, ...(reason !== undefined && { reason }) } };
}

async function forecastEach(
  state: Forecasting,
  items: readonly Item[],
): Promise<ReadonlyMap<Item, ForeseenRecord>> {
  const { delivery } = state.plan;
  const ended = new Map<Item, ForeseenRecord>();
  const end = (item: Item, foreseen: Foreseen, passed?: Passed) =>
    ended.set(item, { item, foreseen, ...(passed && { passed }) });
  const { newest, superseded } =
    delivery.mode === 'latest'
      ? toNewest(items, state.plan.source.timezone)
      : { newest: items, superseded: [] };
  for (const item of superseded) end(item, { effect: 'superseded', reason: 'a newer one was read as well' });
  const waiting = await findWaiting(state.db, state.plan.flow, keysOf(newest));
  const payloads = new Map<string, unknown>();
  for (const round of roundsOf(newest)) {
    const free = round.filter((item) => {
      const behind = waitsBehind(state, item, waiting.get(item.record.key));
      if (behind) end(item, behind);
      return behind === undefined;
    });
    for (const one of await forecastRound(state, free, payloads)) ended.set(one.item, one);
  }
  return new Map([...ended].map(([item, one]) => [item, withPatch(one)]));
}

function withPatch(one: ForeseenRecord): ForeseenRecord {
  const patch = one.item.decided?.patch;
  if (patch === undefined) return one;
  const { reason } = one.foreseen;
  return {
    ...one,
    foreseen: { ...one.foreseen, reason: reason === undefined ? patch : `${patch}; ${reason}` },
  };
}

/** What stands in a record's way that was read before it; `undefined` if nothing does. */
function waitsBehind(
  state: Forecasting,
  { record }: Item,
  held: WaitingKey | undefined,
): Foreseen | undefined {
  const { key, version, native } = record;
  if (state.staged.has(key)) {
    return { effect: 'waits', reason: 'behind a record of this key that was read before and is under way' };
  }
  const isLatest = state.plan.delivery.mode === 'latest';
  if (state.stuck.has(key) && !isLatest) {
    return { effect: 'waits', reason: 'behind an earlier record of this key in the same run' };
  }
  if (!held) return undefined;
  if (isLatest && isOlder(version, held.first.version, state.plan.source.timezone)) {
    return { effect: 'superseded', reason: `a newer one waits since run ${held.runId}` };
  }
  // Read once more, or in place of it: it takes the place of the one that is blocked, and is mapped again at once.
  const isSame = held.count === 1 && JSON.stringify(held.first.native) === JSON.stringify(native);
  if (held.isBlocked && (isLatest || isSame)) return undefined;
  const what = held.isBlocked ? 'is blocked' : 'waits for another attempt';
  const reason = isLatest
    ? `takes the place of the one of run ${held.runId}, which ${what}`
    : `behind the one of run ${held.runId}, which ${what}`;
  return { effect: 'waits', reason };
}

/** No key occurs twice among the items. */
async function forecastRound(
  state: Forecasting,
  items: readonly Item[],
  payloads: Map<string, unknown>,
): Promise<readonly ForeseenRecord[]> {
  if (items.length === 0) return [];
  const { plan, scope, db } = state;
  const known = await loadKnownKeys(db, { flow: plan.flow, scope }, keysOf(items));
  const ends: ForeseenRecord[] = [];
  const changed: (Mapped & { readonly passed: Passed })[] = [];
  const passed = await Promise.all(
    items.map((item) => passRecord(plan, item.record.native, { xref: state.xref })),
  );
  for (const [index, item] of items.entries()) {
    const through = passed[index];
    if (!through) continue;
    const { key } = item.record;
    if (through.end !== 'through') {
      const isCreated = through.end === 'blocked' && isCreatedBefore(plan, known.xrefs.get(key));
      const foreseen = isCreated ? createdBefore : endOf(through, plan.target.connection);
      if (foreseen.effect === 'blocked' || foreseen.effect === 'waits') state.stuck.add(key);
      ends.push({ item, foreseen, passed: through });
      continue;
    }
    const mapped = toMapped(item, through);
    const before = { earlier: state.earlier.get(key), recorded: known.deliveries.get(key) };
    const compared = comparePayload(mapped, before, plan.source.timezone);
    if (compared === 'changed') {
      changed.push({ ...mapped, passed: through });
      noteOrder(state, item, before.earlier ?? before.recorded);
    } else ends.push({ item, foreseen: { effect: compared }, passed: through });
  }
  state.guards.add(changed, (key) => (state.earlier.get(key) ?? known.deliveries.get(key))?.measure);
  const answers = await askTarget(state, changed);
  const settleMs = await settleMsIfOpen(plan.target, known.xrefs);
  const decided = await withoutTakenIds(
    db,
    scope,
    decideEffects(plan, changed, { xrefs: known.xrefs, answers, settleMs }),
  );
  const effects = await heedAbsent(
    state,
    decided.map((each) => onceMade(state, each)),
    (key) => state.earlier.get(key) ?? known.deliveries.get(key),
  );
  for (const [index, record] of changed.entries()) {
    const effect = effects[index];
    if (!effect) continue;
    const sent = await attempt(() => whatIsSent(plan.target, effect));
    const foreseen = afterEarlier(
      sent instanceof Fault
        ? foreseeFault(sent)
        : foresee(plan.target, effect, { answer: answerFor(state, answers, record), sent }),
      { state, record: effect.record, payloads },
    );
    remember(state, effect.record, { foreseen, payloads });
    ends.push({ item: record.item, foreseen: withAbsence(foreseen, effect.record), passed: record.passed });
  }
  return ends;
}

function noteOrder({ plan, notes }: Forecasting, { record }: Item, last: Delivery | undefined): void {
  const { version } = record;
  if (version !== undefined && isUnordered(version, last?.version, plan.source.timezone))
    notes.seeUnordered(version);
}

function withAbsence(foreseen: Foreseen, { absence }: Mapped): Foreseen {
  const isUpdate = foreseen.effect === 'update' || foreseen.effect === 'upsert';
  if (!isUpdate || absence === undefined || absence.paths.length === 0) return foreseen;
  return { ...foreseen, absent: absence.paths.map((path) => ({ path, would: absence.fate })) };
}

async function attempt<T>(make: () => Promise<T>): Promise<T | Fault> {
  try {
    return await make();
  } catch (thrown) {
    return toFault(thrown);
  }
}

function endOf(passed: Exclude<Passed, { end: 'through' }>, target: string): Foreseen {
  switch (passed.end) {
    case 'filtered':
      return { effect: 'filtered', ...(passed.reason !== undefined && { reason: passed.reason }) };
    case 'blocked': {
      const names = passed.missing.map(({ entity, key }) => `${entity} ${key}`).join(', ');
      return { effect: 'blocked', reason: `waits for ${names}, which ${target} does not have yet` };
    }
    case 'failed':
      return foreseeFault(passed.fault);
  }
}

/** All that would be written is looked up, in batches as a run would take them to the target. */
async function askTarget(state: Forecasting, records: readonly Mapped[]): Promise<Answers> {
  const { plan } = state;
  if (!plan.target.resource.find || records.length === 0) return new Map();
  const size = plan.delivery.batch;
  const batches = Array.from({ length: Math.ceil(records.length / size) }, (_, nth) =>
    findEach(state, records.slice(nth * size, (nth + 1) * size)),
  );
  return new Map((await Promise.all(batches)).flatMap((answers) => [...answers]));
}

function answerFor({ plan }: Forecasting, answers: Answers, record: Mapped): Answer {
  return plan.target.resource.find ? (answers.get(record) ?? 'nothing') : 'unasked';
}

/** What an earlier record of the run would create is there by the time of this one, under an id that nobody knows yet. */
function onceMade({ plan, earlier }: Forecasting, effect: Effect): Effect {
  const { key } = effect.record.item.record;
  if (effect.do !== 'create' || plan.target.write !== 'upsert' || !earlier.has(key)) return effect;
  return { do: 'update', record: effect.record, id: key, isFound: false };
}

/** The target is asked before anything is written: what an earlier record of the run would make is not there yet. */
function afterEarlier(
  foreseen: Foreseen,
  {
    state,
    record,
    payloads,
  }: {
    readonly state: Forecasting;
    readonly record: Mapped;
    readonly payloads: ReadonlyMap<string, unknown>;
  },
): Foreseen {
  const { key } = record.item.record;
  const isWrite = ['create', 'update', 'upsert'].includes(foreseen.effect);
  if (!isWrite || !state.earlier.has(key)) return foreseen;
  if (state.plan.target.write === 'create') {
    return { effect: 'unchanged', reason: 'created by an earlier record of this key in the same run' };
  }
  const differences = payloads.has(key) ? findDifferences(record.payload, payloads.get(key)) : [];
  return { effect: 'update', differences, reason: 'after an earlier record of this key in the same run' };
}

function remember(
  state: Forecasting,
  { item, payload, fingerprint, measure, absence }: Mapped,
  { foreseen, payloads }: { readonly foreseen: Foreseen; readonly payloads: Map<string, unknown> },
): void {
  const { key, version } = item.record;
  if (foreseen.effect === 'waits') state.stuck.add(key);
  if (!['create', 'update', 'upsert'].includes(foreseen.effect)) return;
  state.earlier.set(key, { key, version, fingerprint, measure, members: absence?.members });
  payloads.set(key, payload);
}

function keysOf(items: readonly Item[]): readonly string[] {
  return items.map(({ record }) => record.key);
}

/** What could not even be identified. */
export function foreseeUnread(fault: Fault): Foreseen {
  return { effect: 'fails', fault };
}
