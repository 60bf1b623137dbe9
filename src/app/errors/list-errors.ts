import type { FlowScope } from '../../contract/flow-scope.ts';
import { loadDecisionsOf } from '../../store/errors/decisions.ts';
import { type DeadLetter, type ErrorState, listErrors } from '../../store/errors/errors.ts';
import { countOpenErrors } from '../../store/errors/find-errors.ts';
import { withoutMessage } from '../../store/errors/search-messages.ts';
import type { Database } from '../../store/postgres/database.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import type { Ending } from '../runs/ending.ts';
import { coverTold } from './cover-told.ts';
import { checkErrorWish, type ErrorWish, openStates } from './error-filter.ts';
import { type Explanatory, explainErrors } from './explain/explain-errors.ts';
import { findText } from './find-text.ts';
import { type ListedError, tellDecision } from './told-decision.ts';

/** A page of errors, and what is worth telling of the wish. */
export type ErrorPage<Item> = ListPage<Item> & { readonly notes: readonly string[] };

/** Of which flows values are shown; of others they are masked. All, if left out. */
export interface Seeing {
  readonly sees?: FlowScope;
}

/** Errors in the order in which they came. Throws as `checkErrorWish`, and for a cursor that is none. */
export async function pageErrors(
  open: OpenDatabase,
  { states, sees = 'all', ...wish }: ErrorWish & Seeing & { readonly states: readonly ErrorState[] },
  { limit, cursor }: PageWish,
): Promise<ErrorPage<Explanatory<ListedError>>> {
  requirePageSize(limit);
  const [place] = parseCursor('errors', ['number'], cursor) ?? [];
  const notes = await checkErrorWish(open, wish, states);
  const { text: _text, inside: _inside, ...filter } = wish;
  const said = { ...filter, states, limit: limit + 1, after: place as number | undefined };
  const range = await withoutMessage(open.db, said);
  const { ids, notes: how } = await findText(open.db, wish, range);
  const found = await listErrors(open.db, { ...range, ...(ids && { ids }) });
  const page = toPage(found, { list: 'errors', limit, placeOf: ({ id }) => [id] });
  const told = await coverTold(open.db, page.items, sees);
  return {
    ...page,
    items: await explainErrors(open.db, await withDecisions(open.db, told)),
    notes: found.length > 0 ? [...notes, ...how] : notes,
  };
}

/** How many are open in all of these flows, where a filter has no hits: that nothing fits does not say that all is well. */
export async function openIfNone(
  { db }: OpenDatabase,
  found: readonly unknown[],
  flows: FlowScope = 'all',
): Promise<{ readonly open?: number }> {
  return found.length > 0 ? {} : { open: await countOpenErrors(db, flows) };
}

export function isOpenError({ state }: Pick<DeadLetter, 'state'>): boolean {
  return openStates.includes(state);
}

export function endingOfErrors(errors: readonly Pick<DeadLetter, 'state'>[]): Ending {
  return errors.some(isOpenError) ? 'findings' : 'clean';
}

async function withDecisions(db: Database, errors: readonly DeadLetter[]): Promise<readonly ListedError[]> {
  const all = await loadDecisionsOf(
    db,
    errors.map(({ id }) => id),
  );
  const byError = Map.groupBy(all, ({ errorId }) => errorId);
  return errors.map((error) => {
    const decisions = byError.get(error.id);
    return decisions ? { ...error, decisions: decisions.map(tellDecision) } : error;
  });
}
