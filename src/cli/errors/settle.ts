import {
  type Deed,
  groupPlanned,
  planSettle,
  type SettlePlan,
  settleErrorsOf,
} from '../../app/errors/settle-errors.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { present } from '../../contract/present.ts';
import { counted } from '../../contract/text/counted.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { whoOf } from '../who.ts';
import { type ErrorFilterOptions, noneFits, requireFilter, toErrorWish } from './error-filter.ts';

export interface SettleOptions extends ErrorFilterOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly yes?: boolean;
}

interface Wanted {
  readonly deed: Deed;
  readonly ids: readonly string[];
  readonly options: SettleOptions;
}

/**
 * Settles errors, or takes that back. Those that are named by id, at once; by a filter, only with --yes or when somebody
 * says so at the terminal: it shows first what it would do.
 */
export async function settle(context: Context, open: OpenDatabase, wanted: Wanted): Promise<ExitCode> {
  const { deed, ids, options } = wanted;
  requireFilter(ids, options);
  const plan = await planSettle(open, deed, toErrorWish(options, ids));
  for (const note of plan.notes) printNote(context, note);
  if (plan.ids.length === 0) return await tellNone(context, open, wanted);
  if (ids.length === 0 && options.yes !== true) {
    await showPlan(context, open, { plan, options });
    const question = `${deed} ${plan.ids.length === 1 ? 'it' : `all ${plan.ids.length}`}?`;
    if (!(await confirm(context, options, question))) return exit.findings;
  }
  const decision = { by: whoOf(context, options), reason: options.reason };
  const settled = await settleErrorsOf(open, plan, decision);
  for (const note of settled.notes) printNote(context, note);
  if (options.json) printJson(context, { [done[deed]]: settled.ids });
  else printLine(context, `${settled.ids.length} ${done[deed]}`);
  if (!options.json && ids.length === 0 && deed !== 'reopen') printNote(context, tellUndo(settled.ids));
  return exit.clean;
}

const done: Readonly<Record<Deed, string>> = {
  resolve: 'resolved',
  discard: 'discarded',
  reopen: 'reopened',
};

async function tellNone(context: Context, open: OpenDatabase, { deed, options }: Wanted): Promise<ExitCode> {
  if (options.json) printJson(context, { [done[deed]]: [] });
  else if (deed === 'reopen') printLine(context, 'nobody has settled an error that fits: nothing to reopen');
  else printHint(context, await noneFits(open, options));
  return exit.clean;
}

interface Planned {
  readonly plan: SettlePlan;
  readonly options: SettleOptions;
}

async function showPlan(context: Context, open: OpenDatabase, { plan, options }: Planned): Promise<void> {
  const { deed, ids } = plan;
  const groups = await groupPlanned(open, plan);
  if (options.json) {
    printJson(context, { would: deed, errors: ids, groups });
    return;
  }
  printLine(context, `would ${deed} ${counted(ids.length, 'error')}:`);
  printTable(
    context,
    [{ title: 'count', align: 'right' }, { title: 'flow' }, { title: 'code' }, { title: 'for example' }],
    groups.map(({ count, flow, code, key, message }) => [
      ...[String(count), flow, code],
      `${key === undefined ? '' : `${key}: `}${present(message.split('\n', 1)[0], 'a first line')}`,
    ]),
  );
}

function tellUndo(ids: readonly number[]): string {
  if (ids.length <= 10) return `taken back by: tradelane errors reopen ${ids.join(' ')}`;
  return 'taken back by: tradelane errors reopen, with the same filter';
}
