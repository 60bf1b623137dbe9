import { makeSettleSet } from '../../app/bulks/make-settle-set.ts';
import {
  type Deed,
  forecastSettle,
  groupForecast,
  type SettleForecast,
  settleErrorsOf,
} from '../../app/errors/settle-errors.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { present } from '../../contract/present.ts';
import { counted } from '../../contract/text/counted.ts';
import { madeLine } from '../bulks/bulk-text.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { whoOf } from '../who.ts';
import { type ErrorFilterOptions, noneFits, requireFilter, toErrorWish } from './error-filter.ts';

export interface SettleOptions extends ErrorFilterOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly yes?: boolean;
  readonly detach?: boolean;
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
  const forecast = await forecastSettle(open, deed, toErrorWish(options, ids));
  for (const note of forecast.notes) printNote(context, note);
  if (forecast.ids.length === 0) return await tellNone(context, open, wanted);
  if (ids.length === 0 && options.yes !== true) {
    await showForecast(context, open, { forecast, options });
    const question = `${deed} ${forecast.ids.length === 1 ? 'it' : `all ${forecast.ids.length}`}?`;
    if (!(await confirm(context, options, question))) return exit.findings;
  }
  const decision = { by: whoOf(context, options), reason: options.reason };
  if (options.detach) return await makeSet(context, open, { forecast, options });
  const settled = await settleErrorsOf(open, forecast, decision);
  for (const note of settled.notes) printNote(context, note);
  if (options.json) printJson(context, { [done[deed]]: settled.ids });
  else printLine(context, `${settled.ids.length} ${done[deed]}`);
  if (!options.json && ids.length === 0 && deed !== 'reopen') printNote(context, tellUndo(settled.ids));
  return exit.clean;
}

/** Only the set is made: an engine does it. */
async function makeSet(
  context: Context,
  open: OpenDatabase,
  { forecast, options }: ShownForecast,
): Promise<ExitCode> {
  const decision = { by: whoOf(context, options), reason: options.reason };
  const bulk = await makeSettleSet(open, { ...forecast, wish: toErrorWish(options, []) }, decision);
  if (options.json) printJson(context, { bulk });
  else printHint(context, madeLine(bulk));
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

interface ShownForecast {
  readonly forecast: SettleForecast;
  readonly options: SettleOptions;
}

async function showForecast(
  context: Context,
  open: OpenDatabase,
  { forecast, options }: ShownForecast,
): Promise<void> {
  const { deed, ids } = forecast;
  const groups = await groupForecast(open, forecast);
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
