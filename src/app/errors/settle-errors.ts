import { Fault } from '../../contract/fault.ts';
import { isByHand, reopenErrorsOf, settleByHand } from '../../engine/decisions/settle-errors.ts';
import { type ErrorGroup, type ErrorState, groupErrors, listErrors } from '../../store/errors/errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { allStates, type ErrorWish, findErrorFilter, openStates } from './error-filter.ts';

export type Deed = 'resolve' | 'discard' | 'reopen';

/** Which errors something would be done to. */
export interface SettleForecast {
  readonly deed: Deed;
  readonly ids: readonly number[];
  readonly notes: readonly string[];
  readonly states: readonly ErrorState[];
}

/** Changes nothing. Throws as `checkErrorWish`. */
export async function forecastSettle(
  open: OpenDatabase,
  deed: Deed,
  wish: ErrorWish,
): Promise<SettleForecast> {
  const isNamed = wish.ids !== undefined;
  const states = deed === 'reopen' ? statesToReopen(isNamed) : openStates;
  const { filter, notes } = await findErrorFilter(open, wish, states);
  const fitting = await listErrors(open.db, { ...filter, states, limit: most });
  const reached = fitting.filter((error) => deed !== 'reopen' || isNamed || isByHand(error));
  return { deed, ids: reached.map(({ id }) => id), notes, states };
}

/** By cause. */
export async function groupForecast(
  { db }: OpenDatabase,
  forecast: SettleForecast,
): Promise<readonly ErrorGroup[]> {
  return await groupErrors(db, { ids: forecast.ids }, forecast.states);
}

/** More than any list that somebody means to settle in one go. */
const most = 1_000_000;

/** Of those that are named, one that is open may hold a patch to take back. */
function statesToReopen(isNamed: boolean): readonly ErrorState[] {
  return isNamed ? allStates : ['resolved', 'discarded'];
}

export interface SettleDecision {
  readonly by: string;
  /** Absent: that it was done by hand. */
  readonly reason?: string | undefined;
}

/** Those that it reached. */
export interface SettleResult {
  readonly ids: readonly number[];
  readonly notes: readonly string[];
}

/** Does what was forecast. Throws a Fault TL_CONFLICT where there is nothing to take back. */
export async function settleErrorsOf(
  open: OpenDatabase,
  { deed, ids }: Pick<SettleForecast, 'deed' | 'ids'>,
  { by, reason }: SettleDecision,
): Promise<SettleResult> {
  if (deed === 'reopen') return await reopen(open, ids, by);
  const state = deed === 'resolve' ? 'resolved' : 'discarded';
  const settlement = { state, reason: reason ?? `${state} by hand`, by } as const;
  return { ids: await settleByHand(open.db, ids, settlement), notes: [] };
}

async function reopen({ db }: OpenDatabase, ids: readonly number[], by: string): Promise<SettleResult> {
  const done = await reopenErrorsOf(db, ids, by);
  const left = ids.filter((id) => !done.includes(id));
  if (done.length === 0) throw new Fault('TL_CONFLICT', await nothingToTakeBack(db, left));
  return { ids: done, notes: left.length > 0 ? [await nothingToTakeBack(db, left)] : [] };
}

async function nothingToTakeBack(db: Database, ids: readonly number[]): Promise<string> {
  const errors = await listErrors(db, { ids, states: allStates, limit: 10 });
  const said = errors.map(({ id, state, settledRun, erasedAt }) =>
    erasedAt
      ? `the record of error ${id} was erased at ${erasedAt.toISOString()}`
      : openStates.includes(state)
        ? `error ${id} is open already`
        : `error ${id} got through in run ${settledRun}`,
  );
  return `nothing to take back: ${said.join(', ')}`;
}
