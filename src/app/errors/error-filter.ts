import { Fault } from '../../contract/fault.ts';
import { faultCodes, isFaultCode } from '../../contract/fault-table.ts';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { counted } from '../../contract/text/counted.ts';
import { type Cause, loadCauses } from '../../store/errors/causes.ts';
import { type ErrorFilter, type ErrorState, listErrors } from '../../store/errors/errors.ts';
import { listErrorNames } from '../../store/errors/find-errors.ts';
import { withoutMessage } from '../../store/errors/search-messages.ts';
import type { Database } from '../../store/postgres/database.ts';
import { hintFor, listOf } from '../../workspace/text/suggest.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { findText } from './find-text.ts';

export const openStates: readonly ErrorState[] = ['open', 'replaying'];
export const allStates: readonly ErrorState[] = ['open', 'replaying', 'resolved', 'discarded'];

/** Which errors are meant, as a person says it; all of it must fit. */
export interface ErrorWish {
  readonly ids?: readonly number[];
  readonly flow?: string;
  /** Of one of these flows: those that whoever asks may see. */
  readonly flows?: FlowScope;
  readonly code?: string;
  /** The business key of the record. */
  readonly key?: string;
  /** A whole value of the record, its key or its id at the target, in whatever case; a part of one if none is just that. */
  readonly text?: string;
  /** Stands anywhere in record, key, message or answer, in whatever case. */
  readonly inside?: string;
  /** The message contains this. */
  readonly message?: string;
  readonly since?: Date;
  readonly causes?: readonly number[];
  /** Who sees to it, or to its cause. */
  readonly assignee?: string;
  /** It has this tag, or its cause does. */
  readonly tag?: string;
}

export interface FoundFilter {
  readonly filter: ErrorFilter;
  /** What is worth telling of the wish, though it can be meant. */
  readonly notes: readonly string[];
}

/**
 * The wish as the statements on errors take it, with the errors that its text stands in. Throws as `checkErrorWish`.
 */
export async function findErrorFilter(
  open: OpenDatabase,
  wish: ErrorWish,
  states: readonly ErrorState[],
): Promise<FoundFilter> {
  const notes = await checkErrorWish(open, wish, states);
  const { text, inside, ...said } = wish;
  const { states: _states, ...filter } = await withoutMessage(open.db, { ...said, states });
  const found = await findText(open.db, wish, { ...filter, states });
  const all = [...notes, ...(found.ids && found.ids.length > 0 ? found.notes : [])];
  return { filter: { ...filter, ...(found.ids && { ids: found.ids }) }, notes: all };
}

/**
 * What is worth telling of the wish. Throws a Fault TL_ARGUMENT_INVALID for a flow or a code that cannot be meant, with
 * what there is instead; TL_NOT_FOUND for an error or a cause that is not there, TL_CONFLICT for one that is not in one
 * of these states.
 */
export async function checkErrorWish(
  open: OpenDatabase,
  { flow, flows = 'all', code, ids, text, inside, causes }: ErrorWish,
  states: readonly ErrorState[],
): Promise<readonly string[]> {
  await requireKnownFlow(open, flow, flows);
  const notes = code === undefined ? [] : await checkCode(open.db, code, flows);
  if (ids !== undefined) await requireIds(open.db, { ids, flows }, states);
  if (causes !== undefined) await requireCauses(open.db, causes, flows);
  for (const [name, value] of Object.entries({ text, inside }))
    if (value?.trim() === '')
      throw new Fault('TL_ARGUMENT_INVALID', `${name}: expected some text, got nothing`);
  return notes;
}

async function checkCode(db: Database, code: string, flows: FlowScope): Promise<readonly string[]> {
  if (isFaultCode(code)) return [];
  const known = await listErrorNames(db, flows);
  if (known.codes.includes(code)) return [];
  const codes = [...new Set([...known.codes, ...faultCodes])];
  const hint = hintFor(code, codes) ?? '';
  const near = hint.startsWith('did you mean') ? hint : `there have been ${listOf(known.codes) || 'none'}`;
  const said = `no error has had the code "${code}"; ${near}`;
  // Codes of the engine are all known; one that a flow gives itself may be new.
  if (code.startsWith('TL_') || hint.startsWith('did you mean')) throw new Fault('TL_ARGUMENT_INVALID', said);
  return [said];
}

/** Throws a Fault TL_NOT_FOUND for a cause that there is not, or not of these flows. */
export async function requireCauses(
  db: Database,
  causes: readonly number[],
  flows: FlowScope = 'all',
): Promise<readonly Cause[]> {
  const found = await loadCauses(db, causes, flows);
  const unknown = causes.filter((id) => !found.some((cause) => cause.id === id));
  if (unknown.length === 0) return found;
  throw new Fault('TL_NOT_FOUND', whyNoCause(unknown));
}

/** Nothing named is not the same as everything. Throws a Fault TL_ARGUMENT_INVALID for a wish that names nothing. */
export function requireNamed({ flows: _flows, ...wish }: ErrorWish): void {
  if (Object.values(wish).some((each) => each !== undefined)) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    'name the errors: their ids, or a filter with flow, code, key, text, inside, message, since, causes, assignee or tag',
  );
}

/** `there is no cause C99; …` */
export function whyNoCause(unknown: readonly number[]): string {
  const names = unknown.map((id) => `C${id}`).join(', ');
  return `there is no cause ${names}; tradelane errors causes lists them`;
}

/** Ids are meant one by one: to reach some of them would hide the mistake. */
async function requireIds(
  db: Database,
  { ids, flows }: { readonly ids: readonly number[]; readonly flows: FlowScope },
  states: readonly ErrorState[],
): Promise<void> {
  const found = await listErrors(db, { ids, flows, states: allStates, limit: ids.length });
  const unknown = ids.filter((id) => !found.some((error) => error.id === id));
  if (unknown.length > 0) throw new Fault('TL_NOT_FOUND', await whyUnknown(db, unknown, flows));
  const settled = found.filter(({ state }) => !states.includes(state));
  const [first] = settled;
  if (first === undefined) return;
  const by = first.settledBy === undefined ? '' : ` by ${first.settledBy}`;
  const how = `${first.state}${by} (${first.reason ?? 'no reason given'})`;
  const rest = settled.length === 1 ? '' : `, and ${counted(settled.length - 1, 'other')} as well`;
  throw new Fault(
    'TL_CONFLICT',
    `error ${first.id} is not open: it is ${how}${rest}; \`tradelane errors reopen\` takes back what a person decided`,
  );
}

/** `there is no error 99; open are 1, 2, 5` */
export async function whyUnknown(
  db: Database,
  unknown: readonly number[],
  flows: FlowScope = 'all',
): Promise<string> {
  const open = await listErrors(db, { flows, states: openStates, limit: 11 });
  const shown = open.slice(0, 10).map(({ id }) => String(id));
  const there =
    open.length === 0
      ? 'none is open'
      : `open are ${shown.join(', ')}${open.length > shown.length ? ', …' : ''}`;
  return `there is no error ${unknown.join(', ')}; ${there}`;
}
