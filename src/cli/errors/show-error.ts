import type { Store } from '../../app/open/open-store.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { loadDecisionsOf } from '../../store/errors/decisions.ts';
import { type DeadLetter, listErrors, loadError } from '../../store/errors/errors.ts';
import { searchErrors } from '../../store/errors/find-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, showable } from '../output/print.ts';
import { allStates, openStates, whyUnknown } from './error-filter.ts';
import { type ToldDecision, tellChange, tellDecision } from './list-errors.ts';

/** One error with the record as it is kept, by its id, the key of its record, or any text in it. */
export async function showError(
  context: Context,
  { db }: Store,
  { wanted, json }: { readonly wanted: string; readonly json: boolean },
): Promise<ExitCode> {
  const [id, ...others] = await findWanted(db, wanted);
  const found = id === undefined ? undefined : await loadError(db, id);
  if (!found) throw await notFound(db, wanted);
  const { error } = found;
  const record = 'raw' in found.record ? found.record.raw : found.record.native;
  const decisions = (await loadDecisionsOf(db, [error.id])).map(tellDecision);
  const more = await listErrors(db, {
    ids: others.slice(0, mostOthers),
    states: allStates,
    limit: mostOthers,
  });
  if (json) {
    printJson(context, {
      ...error,
      record,
      ...(decisions.length > 0 && { decisions }),
      ...(more.length > 0 && { others: more.map(({ id, flow, key, state }) => ({ id, flow, key, state })) }),
    });
  } else {
    for (const [name, value] of describe(error, decisions))
      printLine(context, `${name.padEnd(9)} ${showable(value)}`);
    const text = typeof record === 'string' ? record : JSON.stringify(record, undefined, 2);
    printLine(context, `\n${showable(text)}`);
    if (more.length > 0) printNote(context, tellOthers(wanted, more, others.length));
  }
  return exit.clean;
}

/** So many are named beside the one that is shown. */
const mostOthers = 10;

/** An id first, then a key, then any text: those that are open before others, the newest of them first. */
async function findWanted(db: Database, wanted: string): Promise<readonly number[]> {
  if (/^\d{1,9}$/.test(wanted)) {
    const byId = await listErrors(db, { ids: [Number(wanted)], states: allStates, limit: 1 });
    if (byId.length > 0) return [Number(wanted), ...(await findByKey(db, wanted))].filter(isFirst);
  }
  const byKey = await findByKey(db, wanted);
  if (byKey.length > 0 || wanted.trim() === '') return byKey;
  const open = await searchErrors(db, { states: openStates }, wanted);
  return (
    open.length > 0 ? open : await searchErrors(db, { states: ['resolved', 'discarded'] }, wanted)
  ).toReversed();
}

async function findByKey(db: Database, key: string): Promise<readonly number[]> {
  const open = await listErrors(db, { key, states: openStates, limit: 1_000 });
  const settled = await listErrors(db, { key, states: ['resolved', 'discarded'], limit: 1_000 });
  return [...open.toReversed(), ...settled.toReversed()].map(({ id }) => id);
}

function isFirst(id: number, index: number, all: readonly number[]): boolean {
  return all.indexOf(id) === index;
}

async function notFound(db: Database, wanted: string): Promise<Fault> {
  if (!/^\d{1,9}$/.test(wanted)) {
    const message = `no error has the key "${wanted}", or this text in its record; tradelane errors list has those that are open`;
    return new Fault('TL_ARGUMENT_INVALID', message);
  }
  const why = await whyUnknown(db, [Number(wanted)]);
  return new Fault(
    'TL_ARGUMENT_INVALID',
    `${why}; nor has one the key "${wanted}" or this text in its record`,
  );
}

function tellOthers(wanted: string, others: readonly DeadLetter[], count: number): string {
  const shown = others.map(({ id, flow, state }) => `${id} (${flow}, ${state})`).join(', ');
  const rest = count > others.length ? ', …' : '';
  return `${counted(count, 'more error')} with "${wanted}": ${shown}${rest}`;
}

function describe(
  error: DeadLetter,
  decisions: readonly ToldDecision[],
): readonly (readonly [string, string])[] {
  const { status, code, message } = error.answer ?? {};
  const answer = [status, code, message].filter((part) => part !== undefined).join(' ');
  const fields = [
    ['error', String(error.id)],
    ['flow', error.flow],
    ['run', String(error.runId)],
    ['key', error.key],
    ['state', tellState(error)],
    ['stage', error.stage],
    ['code', error.code],
    ['message', error.message],
    ['at', error.at],
    ['answer', answer],
    ['attempts', String(error.attempts)],
    ['since', error.createdAt.toISOString()],
  ] as const;
  return [
    ...fields.flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    ...decisions.flatMap(describeDecision),
  ];
}

function tellState({ state, settledBy, settledRun, reason, updatedAt }: DeadLetter): string {
  if (openStates.includes(state)) return state;
  const by = settledBy === undefined ? '' : ` by ${settledBy}`;
  const run = settledRun === undefined ? '' : ` in run ${settledRun}`;
  return `${state}${by} at ${updatedAt.toISOString()}${run}${reason === undefined ? '' : ` (${reason})`}`;
}

function describeDecision(decision: ToldDecision): readonly (readonly [string, string])[] {
  const { kind, by, at, overriddenAt, overriddenRun, changes = [] } = decision;
  const until =
    overriddenAt === undefined
      ? 'stands until the source has a newer version'
      : `overridden by a newer version of the source in run ${overriddenRun}, at ${overriddenAt.toISOString()}`;
  return [
    ['decision', `${kind} by ${by} at ${at.toISOString()}; ${until}`],
    ...changes.map((change) => ['', tellChange(change)] as const),
  ];
}
