import type { Store } from '../../app/open/open-store.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { isByHand, reopenErrorsOf, settleByHand } from '../../engine/decisions/settle-errors.ts';
import { type ErrorFilter, type ErrorState, groupErrors, listErrors } from '../../store/errors/errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { whoOf } from '../who.ts';
import {
  allStates,
  type ErrorFilterOptions,
  noneFits,
  openStates,
  requireFilter,
  toErrorFilter,
} from './error-filter.ts';

export interface SettleOptions extends ErrorFilterOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly yes?: boolean;
}

export type Deed = 'resolve' | 'discard' | 'reopen';

interface Wanted {
  readonly deed: Deed;
  readonly ids: readonly string[];
  readonly options: SettleOptions;
}

/**
 * Settles errors, or takes that back. Those that are named by id, at once; by a filter, only with --yes or when somebody
 * says so at the terminal: it shows first what it would do.
 */
export async function settle(context: Context, store: Store, wanted: Wanted): Promise<ExitCode> {
  const { deed, ids, options } = wanted;
  requireFilter(ids, options);
  const states = deed === 'reopen' ? statesToReopen(ids) : openStates;
  const filter = await toErrorFilter(context, store.db, { ids, options, states });
  const fitting = await listErrors(store.db, { ...filter, states, limit: most });
  const reached = fitting.filter((error) => deed !== 'reopen' || ids.length > 0 || isByHand(error));
  if (reached.length === 0) return await tellNone(context, store.db, wanted);
  const meant = reached.map(({ id }) => id);
  if (ids.length === 0 && options.yes !== true) {
    await showPlan(context, store.db, { ...wanted, meant, states });
    const question = `${deed} ${meant.length === 1 ? 'it' : `all ${meant.length}`}?`;
    if (!(await confirm(context, options, question))) return exit.findings;
  }
  const done = await carryOut(context, store.db, { ...wanted, meant });
  if (options.json) printJson(context, { [words[deed].done]: done });
  else printLine(context, `${done.length} ${words[deed].done}`);
  if (!options.json && ids.length === 0 && deed !== 'reopen') printNote(context, tellUndo(done));
  return exit.clean;
}

/** More than any list that somebody means to settle in one go. */
const most = 1_000_000;

const words: Readonly<Record<Deed, { readonly done: string }>> = {
  resolve: { done: 'resolved' },
  discard: { done: 'discarded' },
  reopen: { done: 'reopened' },
};

/** Of those that are named, one that is open may hold a patch to take back. */
function statesToReopen(ids: readonly string[]): readonly ErrorState[] {
  return ids.length > 0 ? allStates : ['resolved', 'discarded'];
}

async function tellNone(context: Context, db: Database, { deed, options }: Wanted): Promise<ExitCode> {
  if (options.json) printJson(context, { [words[deed].done]: [] });
  else if (deed === 'reopen') printLine(context, 'nobody has settled an error that fits: nothing to reopen');
  else printHint(context, await noneFits(db, options));
  return exit.clean;
}

async function carryOut(
  context: Context,
  db: Database,
  { deed, meant, options }: Wanted & { readonly meant: readonly number[] },
): Promise<readonly number[]> {
  if (deed === 'reopen') {
    const done = await reopenErrorsOf(db, meant);
    const left = meant.filter((id) => !done.includes(id));
    if (done.length === 0) throw await nothingToTakeBack(db, left);
    if (left.length > 0) printNote(context, (await nothingToTakeBack(db, left)).message);
    return done;
  }
  const state = deed === 'resolve' ? 'resolved' : 'discarded';
  const reason = options.reason ?? `${state} by hand`;
  return await settleByHand(db, meant, { state, reason, by: whoOf(context, options) });
}

async function nothingToTakeBack(db: Database, ids: readonly number[]): Promise<Fault> {
  const errors = await listErrors(db, { ids, states: allStates, limit: 10 });
  const said = errors.map(({ id, state, settledRun }) =>
    openStates.includes(state)
      ? `error ${id} is open already`
      : `error ${id} got through in run ${settledRun}`,
  );
  return new Fault('TL_ARGUMENT_INVALID', `nothing to take back: ${said.join(', ')}`);
}

interface Planned extends Wanted {
  readonly meant: readonly number[];
  readonly states: readonly ErrorState[];
}

async function showPlan(context: Context, db: Database, planned: Planned): Promise<void> {
  const { deed, meant, options, states } = planned;
  const filter: ErrorFilter = { ids: meant };
  const groups = await groupErrors(db, filter, states);
  if (options.json) {
    printJson(context, { would: deed, errors: meant, groups });
    return;
  }
  printLine(context, `would ${deed} ${counted(meant.length, 'error')}:`);
  printTable(
    context,
    [{ title: 'count', align: 'right' }, { title: 'flow' }, { title: 'code' }, { title: 'for example' }],
    groups.map(({ count, flow, code, key, message }) => [
      ...[String(count), flow, code],
      `${key === undefined ? '' : `${key}: `}${message.split('\n', 1)[0] ?? ''}`,
    ]),
  );
}

function tellUndo(ids: readonly number[]): string {
  if (ids.length <= 10) return `taken back by: tradelane errors reopen ${ids.join(' ')}`;
  return 'taken back by: tradelane errors reopen, with the same filter';
}
