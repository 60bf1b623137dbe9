import { Fault, toFault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import type { Delivery } from '../../store/line/deliveries.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import type { Xref } from '../../store/line/xrefs.ts';
import { decide, isUnorderedBefore } from '../line/decide/decide.ts';
import {
  type Answers,
  type Effect,
  type ForTarget,
  isForTarget,
  type Knowledge,
  lastDelivery,
  toMade,
} from '../line/decide/effect.ts';
import type { Item, MappedItem } from '../line/item.ts';
import { type KnownFrom, loadKnown } from '../line/load-known.ts';
import type { LeftOut, PassResult } from '../line/pass-record.ts';
import { passStaged } from '../line/pass-staged.ts';
import { type AskTools, findEach } from '../line/perform/ask-target.ts';
import { keepMembers } from '../line/perform/keep-members.ts';
import type { XrefLookup } from '../line/xref-lookup.ts';
import type { PassedWatch } from '../notes/watch-passed.ts';
import { loadOwners } from '../reference/taken-ids.ts';
import { findDifferences } from './differences.ts';
import type { GuardWatch } from './forecast-guards.ts';
import {
  type Answer,
  createdBefore,
  createdJustNow,
  type Foreseen,
  foresee,
  foreseeFault,
} from './forecast-record.ts';
import { whatIsSent } from './what-is-sent.ts';

/** What a forecast knows by now. The run that it stands for would have written all of it down. */
export interface ForecastState extends AskTools, KnownFrom {
  readonly scope: XrefScope;
  readonly xref: XrefLookup;
  /** Keys of records that were read before and are not delivered yet. */
  readonly staged: ReadonlySet<string>;
  /** Keys of records that later ones of their keys would wait behind. */
  readonly stuck: Set<string>;
  /** What would have been delivered before, in this same run. */
  readonly earlier: Map<string, Delivery>;
  /** What would have been created, under ids that nobody knows yet. */
  readonly created: Map<string, Xref>;
  readonly guards: GuardWatch;
  readonly notes: PassedWatch;
}

/** A record with what would become of it, and what it has been on its way. */
export interface ForeseenRecord {
  readonly item: Item;
  readonly foreseen: Foreseen;
  readonly passed?: PassResult;
}

/** No key occurs twice among the items. */
export async function forecastRound(
  state: ForecastState,
  items: readonly Item[],
  payloads: Map<string, unknown>,
): Promise<readonly ForeseenRecord[]> {
  if (items.length === 0) return [];
  const passed = await Promise.all(
    items.map(async (item) => ({
      item,
      passed: await passStaged(state.plan, item.record, { xref: state.xref }),
    })),
  );
  const passedOf = new Map(passed.map((one) => [one.item, one.passed]));
  const { effects, answers } = await decideAll(state, passed);
  const ends: ForeseenRecord[] = [];
  for (const effect of effects) {
    const item = isForTarget(effect) ? effect.record.item : effect.item;
    const foreseen = isForTarget(effect)
      ? await foreseeAtTarget(state, effect, { answers, payloads })
      : foreseeBefore(state, effect);
    const one = passedOf.get(item);
    ends.push({ item, foreseen, ...(one && { passed: one }) });
  }
  return ends;
}

interface PassedItem {
  readonly item: Item;
  readonly passed: PassResult;
}

/** As the line decides, but that all that would be written is looked up, and that nothing of it is. */
async function decideAll(
  state: ForecastState,
  passed: readonly PassedItem[],
): Promise<{ readonly effects: readonly Effect[]; readonly answers: Answers }> {
  const { plan, scope } = state;
  const made = passed.map((one) => toMade(one.item, one.passed));
  const items = passed.map(({ item }) => item);
  const loaded = await loadKnown(state, { items, earlier: state.earlier });
  const before = { ...loaded, xrefs: new Map([...loaded.xrefs, ...state.created]) };
  const changed = recordsOf(decide(plan, made, before));
  for (const record of changed) noteOrder(state, record, before);
  state.guards.add(changed, (key) => lastDelivery(before, key)?.measure);
  const answers = await askTarget(state, changed);
  const known = { ...before, answers, owners: await loadOwners(state.engine.db, scope, answers) };
  const effects = decide(plan, made, known);
  const kept = (await keepMembers(state.engine, plan.flow, effects.filter(isForTarget))).values();
  return {
    effects: effects.map((effect) =>
      isForTarget(effect) ? present(kept.next().value, 'one effect a record') : effect,
    ),
    answers,
  };
}

function recordsOf(effects: readonly Effect[]): readonly MappedItem[] {
  return effects.flatMap((effect) => (isForTarget(effect) ? [effect.record] : []));
}

function noteOrder({ plan, notes }: ForecastState, record: MappedItem, known: Knowledge): void {
  const { version } = record.item.record;
  if (version !== undefined && isUnorderedBefore(plan, record, known)) notes.seeUnordered(version);
}

/** What the target is given nothing of. */
function foreseeBefore(state: ForecastState, effect: Exclude<Effect, ForTarget>): Foreseen {
  if (effect.do === 'skip') return effect.isCreated ? createdBefore : { effect: effect.outcome };
  const foreseen = foreseeLeft(effect.left, state.plan.target.connection);
  if (foreseen.effect === 'blocked' || foreseen.effect === 'waits') state.stuck.add(effect.item.record.key);
  return foreseen;
}

async function foreseeAtTarget(
  state: ForecastState,
  effect: ForTarget,
  { answers, payloads }: { readonly answers: Answers; readonly payloads: Map<string, unknown> },
): Promise<Foreseen> {
  const { target } = state.plan;
  const { record } = effect;
  if (effect.do === 'nothing' && state.created.has(record.item.record.key)) return createdJustNow;
  const sent = await attempt(() => whatIsSent(target, effect));
  const foreseen = afterEarlier(
    sent instanceof Fault
      ? foreseeFault(sent)
      : foresee(target, effect, { answer: answerFor(state, answers, record), sent }),
    { state, record, payloads },
  );
  remember(state, effect, { foreseen, payloads });
  return withAbsence(foreseen, record);
}

function withAbsence(foreseen: Foreseen, { absence }: MappedItem): Foreseen {
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

/** Without the target. */
function foreseeLeft(left: LeftOut, target: string): Foreseen {
  switch (left.end) {
    case 'filtered':
      return { effect: 'filtered', ...(left.reason !== undefined && { reason: left.reason }) };
    case 'blocked': {
      const names = left.missing.map(({ entity, key }) => `${entity} ${key}`).join(', ');
      return { effect: 'blocked', reason: `waits for ${names}, which ${target} does not have yet` };
    }
    case 'failed':
      return foreseeFault(left.fault);
  }
}

/** All that would be written is looked up, in batches as a run would take them to the target. */
async function askTarget(state: ForecastState, records: readonly MappedItem[]): Promise<Answers> {
  const { plan } = state;
  if (!plan.target.resource.find || records.length === 0) return new Map();
  const size = plan.delivery.batch;
  const batches = Array.from({ length: Math.ceil(records.length / size) }, (_, nth) =>
    findEach(state, records.slice(nth * size, (nth + 1) * size)),
  );
  return new Map((await Promise.all(batches)).flatMap((answers) => [...answers]));
}

function answerFor({ plan }: ForecastState, answers: Answers, record: MappedItem): Answer {
  return plan.target.resource.find ? (answers.get(record.item) ?? 'nothing') : 'unasked';
}

/** The target is asked before anything is written: what an earlier record of the run would make is not there yet. */
function afterEarlier(
  foreseen: Foreseen,
  {
    state,
    record,
    payloads,
  }: {
    readonly state: ForecastState;
    readonly record: MappedItem;
    readonly payloads: ReadonlyMap<string, unknown>;
  },
): Foreseen {
  const { key } = record.item.record;
  const isWrite = ['create', 'update', 'upsert'].includes(foreseen.effect);
  if (!isWrite || !state.earlier.has(key)) return foreseen;
  const differences = payloads.has(key) ? findDifferences(record.payload, payloads.get(key)) : [];
  return { effect: 'update', differences, reason: 'after an earlier record of this key in the same run' };
}

function remember(
  state: ForecastState,
  effect: ForTarget,
  { foreseen, payloads }: { readonly foreseen: Foreseen; readonly payloads: Map<string, unknown> },
): void {
  const { item, payload, fingerprint, measure, absence } = effect.record;
  const { key, version } = item.record;
  if (foreseen.effect === 'waits') state.stuck.add(key);
  if (!['create', 'update', 'upsert'].includes(foreseen.effect)) return;
  state.earlier.set(key, { key, version, fingerprint, measure, members: absence?.members });
  // By the time of a later record of its key it is there, under an id that nobody knows yet.
  if (effect.do === 'create') state.created.set(key, { key, targetId: key });
  payloads.set(key, payload);
}
