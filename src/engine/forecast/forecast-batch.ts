import type { Fault } from '../../contract/fault.ts';
import { findWaiting, type WaitingKey } from '../../store/waiting/find-waiting.ts';
import { judgeEach, type StandingEnd } from '../decisions/heed-decisions.ts';
import { roundsOf, toOrder, turnOf } from '../line/decide/turn.ts';
import type { Item } from '../line/item.ts';
import type { PassResult } from '../line/pass-record.ts';
import type { Foreseen } from './forecast-record.ts';
import { type ForecastState, type ForeseenRecord, forecastRound } from './forecast-round.ts';

/** What a run would do about these records, in their order: what people have decided about them comes first. */
export async function forecastBatch(
  state: ForecastState,
  read: readonly Item[],
): Promise<readonly ForeseenRecord[]> {
  const judged = await judgeEach({ ...state, db: state.engine.db }, read);
  const items = judged.flatMap((each) => ('item' in each ? [each.item] : []));
  const foreseen = await forecastEach(state, items);
  return judged.flatMap((each) =>
    'item' in each ? (foreseen.get(each.item) ?? []) : foreseeStanding(each.ended),
  );
}

function foreseeStanding({ item, outcome, reason }: StandingEnd): ForeseenRecord {
  return { item, foreseen: { effect: outcome, ...(reason !== undefined && { reason }) } };
}

async function forecastEach(
  state: ForecastState,
  items: readonly Item[],
): Promise<ReadonlyMap<Item, ForeseenRecord>> {
  const ended = new Map<Item, ForeseenRecord>();
  const end = (item: Item, foreseen: Foreseen, passed?: PassResult) =>
    ended.set(item, { item, foreseen, ...(passed && { passed }) });
  const { newest, superseded } = toOrder(state.plan, items);
  for (const item of superseded) end(item, { effect: 'superseded', reason: 'a newer one was read as well' });
  const waiting = await findWaiting(state.engine.db, state.plan.flow, keysOf(newest));
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
  { plan, staged, stuck }: ForecastState,
  { record }: Item,
  held: WaitingKey | undefined,
): Foreseen | undefined {
  if (staged.has(record.key)) {
    return { effect: 'waits', reason: 'behind a record of this key that was read before and is under way' };
  }
  if (stuck.has(record.key) && plan.delivery.mode !== 'latest') {
    return { effect: 'waits', reason: 'behind an earlier record of this key in the same run' };
  }
  const turn = turnOf(plan, record, held?.first);
  if (held === undefined || turn === 'free') return undefined;
  if (turn === 'superseded') {
    return { effect: 'superseded', reason: `a newer one waits since run ${held.runId}` };
  }
  // Read once more, or in place of it: it takes the place of the one that is blocked, and is mapped again at once.
  const isSame = held.count === 1 && JSON.stringify(held.first.native) === JSON.stringify(record.native);
  if (held.isBlocked && (turn === 'replaces' || isSame)) return undefined;
  const what = held.isBlocked ? 'is blocked' : 'waits for another attempt';
  const where = turn === 'replaces' ? 'takes the place of' : 'behind';
  return { effect: 'waits', reason: `${where} the one of run ${held.runId}, which ${what}` };
}

function keysOf(items: readonly Item[]): readonly string[] {
  return items.map(({ record }) => record.key);
}

/** What could not even be identified. */
export function foreseeUnread(fault: Fault): Foreseen {
  return { effect: 'fails', fault };
}
