import { isDeepStrictEqual } from 'node:util';
import { Fault } from '../../contract/fault.ts';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { present } from '../../contract/present.ts';
import { parsePayload } from '../../engine/line/pass-staged.ts';
import { type AuditEntry, listEntriesOf } from '../../store/audit/list-entries.ts';
import { loadDecisionsOf } from '../../store/errors/decisions.ts';
import { type DeadLetter, type ErrorState, listErrors, loadError } from '../../store/errors/errors.ts';
import { findErrorsOf, searchErrors } from '../../store/errors/find-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { coverTold } from './cover-told.ts';
import { allStates, openStates, whyUnknown } from './error-filter.ts';
import { type Explanatory, explainErrors } from './explain/explain-errors.ts';
import type { Seeing } from './list-errors.ts';
import { type ListedError, tellDecision } from './told-decision.ts';

/** An error with the record as it is kept. */
export type ShownError = Explanatory<ListedError> & {
  /** What was read, or the text of what could not be read. */
  readonly record: unknown;
  /** The record as the source gave it, where a person has patched it since. */
  readonly original?: unknown;
  /** What the target would not take. */
  readonly sent?: unknown;
  /** What people have decided about it, in this order. */
  readonly audit?: readonly AuditEntry[];
  /** Some of the others that were found as well. */
  readonly others?: readonly Pick<DeadLetter, 'id' | 'flow' | 'key' | 'state'>[];
};

export interface FoundError {
  readonly error: ShownError;
  /** How many others were found. */
  readonly others: number;
}

/**
 * One error of these flows, by its id, the key of its record, or any text in it: those that are open before others, the
 * newest of them first. Throws a Fault TL_NOT_FOUND where there is none.
 */
export async function findError(
  { db }: Pick<OpenDatabase, 'db'>,
  wanted: string,
  { flows = 'all', sees = 'all' }: Seeing & { readonly flows?: FlowScope } = {},
): Promise<FoundError> {
  const [id, ...others] = await findWanted(db, wanted, flows);
  const found = id === undefined ? undefined : await loadError(db, id);
  if (!found) throw await notFound(db, wanted, flows);
  const { error } = found;
  const record = 'raw' in found.record ? found.record.raw : found.record.native;
  const decided = await loadDecisionsOf(db, [error.id]);
  const decisions = decided.map(tellDecision);
  const patch = decided.findLast(({ patched }) => isDeepStrictEqual(patched, record));
  const audit = (await listEntriesOf(db, 'errors', [error.id])).get(error.id);
  const more = await listErrors(db, {
    ids: others.slice(0, mostOthers),
    states: allStates,
    limit: mostOthers,
  });
  const [explained] = await explainErrors(db, await coverTold(db, [error], sees));
  const shown = {
    ...present(explained, 'an error with what it means'),
    record,
    ...(patch?.original !== undefined && { original: patch.original }),
    ...(found.made && { sent: parsePayload(found.made.text) }),
    ...(decisions.length > 0 && { decisions }),
    ...(audit && { audit }),
    ...(more.length > 0 && {
      others: more.map(({ id: other, flow, key, state }) => ({ id: other, flow, key, state })),
    }),
  };
  return { error: shown, others: others.length };
}

/** So many are named beside the one that is shown. */
const mostOthers = 10;

/** An id first, then a key, then any text. */
async function findWanted(db: Database, wanted: string, flows: FlowScope): Promise<readonly number[]> {
  if (/^\d{1,9}$/.test(wanted)) {
    const byId = await listErrors(db, { ids: [Number(wanted)], flows, states: allStates, limit: 1 });
    if (byId.length > 0) return [Number(wanted), ...(await findByKey(db, wanted, flows))].filter(isFirst);
  }
  const byKey = await findByKey(db, wanted, flows);
  if (byKey.length > 0 || wanted.trim() === '') return byKey;
  // The number of an error of another flow is not a text to be looked for.
  if (flows !== 'all' && (await isId(db, wanted))) return [];
  for (const find of [findErrorsOf, searchErrors]) {
    for (const states of [openStates, settledStates]) {
      const found = await find(db, { flows, states }, wanted);
      if (found.length > 0) return found.toReversed();
    }
  }
  return [];
}

async function isId(db: Database, wanted: string): Promise<boolean> {
  if (!/^\d{1,9}$/.test(wanted)) return false;
  return (await listErrors(db, { ids: [Number(wanted)], states: allStates, limit: 1 })).length > 0;
}

const settledStates: readonly ErrorState[] = ['resolved', 'discarded'];

async function findByKey(db: Database, key: string, flows: FlowScope): Promise<readonly number[]> {
  const open = await listErrors(db, { key, flows, states: openStates, limit: 1_000 });
  const settled = await listErrors(db, { key, flows, states: ['resolved', 'discarded'], limit: 1_000 });
  return [...open.toReversed(), ...settled.toReversed()].map(({ id }) => id);
}

function isFirst(id: number, index: number, all: readonly number[]): boolean {
  return all.indexOf(id) === index;
}

async function notFound(db: Database, wanted: string, flows: FlowScope): Promise<Fault> {
  if (!/^\d{1,9}$/.test(wanted)) {
    const message = `no error has the key "${wanted}", or this text in its record; tradelane errors list has those that are open`;
    return new Fault('TL_NOT_FOUND', message);
  }
  const why = await whyUnknown(db, [Number(wanted)], flows);
  return new Fault('TL_NOT_FOUND', `${why}; nor has one the key "${wanted}" or this text in its record`);
}
