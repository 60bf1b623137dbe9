import type { Deed } from '../../app/errors/settle-errors.ts';
import type { Ask } from '../../client/create-client.ts';
import type { ErrorsSettledAnswer, ErrorsSettlePlanAnswer } from '../../contract/generated/endpoints.ts';
import { present } from '../../contract/present.ts';
import { counted } from '../../contract/text/counted.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import { madeLine } from '../bulks/bulk-text.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import {
  type ErrorFilterOptions,
  parseId,
  requireFilter,
  tellNoneFits,
  toFilterInput,
} from './error-filter.ts';

export interface SettleOptions extends ErrorFilterOptions, AskingOptions {
  readonly reason?: string;
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
export async function settle(context: Context, ask: Ask, wanted: Wanted): Promise<ExitCode> {
  const { deed, ids, options } = wanted;
  requireFilter(ids, options);
  const plan = await ask('planSettling', { deed, ...toFilterInput(options, ids) });
  for (const note of plan.notes ?? []) printNote(context, note);
  if (plan.errors.length === 0) return tellNone(context, plan, wanted);
  if (ids.length === 0 && options.yes !== true) {
    showPlan(context, plan, options);
    const question = `${deed} ${plan.errors.length === 1 ? 'it' : `all ${plan.errors.length}`}?`;
    if (!(await confirm(context, options, question))) return exit.findings;
  }
  if (options.detach) return await makeSet(context, ask, wanted);
  const settled: number[] = [];
  for (const answer of await settleAll(ask, plan, options)) {
    for (const note of answer.notes ?? []) printNote(context, note);
    settled.push(...(answer[done[deed]] ?? []));
  }
  if (options.json) printJson(context, { [done[deed]]: settled });
  else printLine(context, `${settled.length} ${done[deed]}`);
  if (!options.json && ids.length === 0 && deed !== 'reopen') printNote(context, tellUndo(settled));
  return exit.clean;
}

/** So many are settled at once. */
const atOnce = 10_000;

async function settleAll(
  ask: Ask,
  { would, errors }: ErrorsSettlePlanAnswer,
  { reason }: SettleOptions,
): Promise<readonly ErrorsSettledAnswer[]> {
  const answers: ErrorsSettledAnswer[] = [];
  for (let from = 0; from < errors.length; from += atOnce) {
    const ids = errors.slice(from, from + atOnce);
    if (would === 'reopen') answers.push(await ask('reopenErrors', { ids }));
    else answers.push(await ask(`${would}Errors`, { ids, ...(reason !== undefined && { reason }) }));
  }
  return answers;
}

/** Only the set is made: an engine does it. */
async function makeSet(context: Context, ask: Ask, { deed: kind, ids, options }: Wanted): Promise<ExitCode> {
  const filter = toFilterInput(options);
  const { bulk, open = 0 } = await ask('makeBulk', {
    kind,
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(ids.length > 0 && { ids: ids.map(parseId) }),
    ...(options.reason !== undefined && { reason: options.reason }),
  });
  if (options.json) printJson(context, bulk === undefined ? { [done[kind]]: [] } : { bulk });
  else if (bulk === undefined) printHint(context, tellNoneFits(open, options));
  else printHint(context, madeLine(bulk));
  return exit.clean;
}

const done = { resolve: 'resolved', discard: 'discarded', reopen: 'reopened' } as const;

function tellNone(
  context: Context,
  { open = 0 }: ErrorsSettlePlanAnswer,
  { deed, options }: Wanted,
): ExitCode {
  if (options.json) printJson(context, { [done[deed]]: [] });
  else if (deed === 'reopen') printLine(context, 'nobody has settled an error that fits: nothing to reopen');
  else printHint(context, tellNoneFits(open, options));
  return exit.clean;
}

function showPlan(
  context: Context,
  { would, errors, groups }: ErrorsSettlePlanAnswer,
  options: SettleOptions,
): void {
  if (options.json) {
    printJson(context, { would, errors, groups });
    return;
  }
  printLine(context, `would ${would} ${counted(errors.length, 'error')}:`);
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
