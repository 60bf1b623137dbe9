import { loadCauses } from '../../store/errors/causes.ts';
import { type DeadLetter, type ErrorState, listErrors } from '../../store/errors/errors.ts';
import { findErrorsOf } from '../../store/errors/find-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { allStates, openStates } from '../errors/error-filter.ts';
import type { FoundSome, SearchWish } from './found-some.ts';

/** An error, in short. */
export type FoundErrorHead = Pick<DeadLetter, 'id' | 'flow' | 'key' | 'code' | 'message' | 'state'>;

export interface FoundCause {
  readonly cause: number;
  readonly flow: string;
  readonly code: string;
  readonly message: string;
  /** How many of the errors that were found are of it. */
  readonly count: number;
}

export interface FoundFailures {
  readonly errors: FoundSome<FoundErrorHead>;
  readonly causes: FoundSome<FoundCause>;
  /** In which they failed. */
  readonly runs: readonly number[];
}

/** Of a value that very many have, so many are looked at: each is unpacked. */
const most = 200;
const settledStates: readonly ErrorState[] = ['resolved', 'discarded'];

/** Errors that have a text, open ones first and of them the newest; and their causes. */
export async function searchErrorsOf(
  db: Database,
  { text, flows, limit }: SearchWish,
): Promise<FoundFailures> {
  const [open, settled] = await Promise.all(
    [openStates, settledStates].map((states) => findErrorsOf(db, { flows, states, limit: most }, text)),
  );
  const ids = [...byNumber(text), ...(open ?? []).toReversed(), ...(settled ?? []).toReversed()];
  const found = await listErrors(db, { ids, flows, states: allStates, limit: ids.length });
  const errors = found.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  const isCut = open?.length === most || settled?.length === most;
  return {
    errors: { count: errors.length, ...(isCut && { isCut }), items: errors.slice(0, limit).map(toHead) },
    causes: await causesOf(db, errors, { text, flows, limit, isCut }),
    runs: errors.map(({ runId }) => runId),
  };
}

function byNumber(text: string): readonly number[] {
  return /^\d{1,9}$/.test(text) ? [Number(text)] : [];
}

function toHead({ id, flow, key, code, message, state }: DeadLetter): FoundErrorHead {
  return { id, flow, key, code, message, state };
}

async function causesOf(
  db: Database,
  errors: readonly DeadLetter[],
  { text, flows, limit, isCut }: SearchWish & { readonly isCut: boolean },
): Promise<FoundSome<FoundCause>> {
  const named = /^[Cc](\d{1,9})$/.exec(text)?.[1];
  const counts = Map.groupBy(
    errors.filter(({ cause }) => cause !== undefined),
    ({ cause }) => cause,
  );
  const ids = [...counts.keys()].filter((id) => id !== undefined);
  const causes = await loadCauses(db, [...(named === undefined ? [] : [Number(named)]), ...ids], flows);
  const all = causes.map(({ id, flow, code, message }) => {
    return { cause: id, flow, code, message, count: counts.get(id)?.length ?? 0 };
  });
  const items = all.toSorted((a, b) => b.count - a.count || a.cause - b.cause).slice(0, limit);
  return { count: all.length, ...(isCut && { isCut }), items };
}
