import { Command } from 'commander';
import { maxPage, takeItems } from '../../app/lists/page.ts';
import type { Ask } from '../../client/create-client.ts';
import type { ListPendingInput, PendingAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, pageInput, withAsking, withServerOption } from '../asking/with-asking.ts';
import {
  example,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
} from '../common-options.ts';
import { type Context, exit } from '../context.ts';
import { pendingTables } from '../output/pending-tables.ts';
import { printJson, printLine, printNote, tableWidth } from '../output/print.ts';
import { takeCommand } from './take.ts';

interface Options extends AskingOptions {
  readonly flow?: string;
  readonly limit: string;
}

export function pendingCommand(context: Context, report: Report): Command {
  const pending = new Command('pending')
    .summary('what waits, and why')
    .description(
      'Lists what waits: what is paused, connections that are away, flows whose source could not be read, batches that wait as a ' +
        'whole, blocked records with what they wait for, creates whose outcome nobody knows, and records that are ' +
        'tried again, with their attempts and the next one. Takes out of a lane what a person does not want to wait for.',
    )
    .addHelpText('after', example('tradelane pending', 'tradelane pending --flow orders-to-erp --json'));
  const list = listCommand(context, report);
  pending.addCommand(list, { isDefault: true });
  pending.addCommand(takeCommand(context, report));
  refuseUnknownSubcommand(pending, list);
  return pending;
}

function listCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('list')))
    .summary('what waits (the default)')
    .option('--flow <name>', 'only what waits in this flow')
    .option('--limit <n>', 'so many of each at most', '50')
    .addHelpText('after', example('tradelane pending', 'tradelane pending --flow orders-to-erp --json'))
    .action(async (options: Options) => {
      const limit = parseLimit(options.limit, '--limit');
      const { flow } = options;
      const pending = await withAsking(context, options, (ask) =>
        load(ask, { ...(flow !== undefined && { flow }), limit }),
      );
      if (options.json) printJson(context, pending);
      else print(context, pending, limit);
      report(exit.clean);
    });
}

/** One answer has no more than a page of each kind: the rest is asked for by itself. */
async function load(
  ask: Ask,
  { limit, ...which }: { readonly limit: number; readonly flow?: string },
): Promise<PendingAnswer> {
  const first = await ask('showPending', { ...which, limit: Math.min(limit, maxPage) });
  const { next = {}, ...pending } = first;
  const withRest = async <Kind extends keyof Lists>(name: Kind, kind: ListPendingInput['kind']) => {
    const cursor = next[name];
    if (cursor === undefined || limit <= maxPage) return pending[name];
    const rest = await takeItems<Lists[Kind][number]>(limit - maxPage, async (page) => {
      const input = { kind, ...which, ...pageInput(page), cursor: page.cursor ?? cursor };
      const { next: more, ...lists } = await ask('listPending', input);
      return { items: lists[name] ?? [], ...(more !== undefined && { next: more }) };
    });
    return [...pending[name], ...rest];
  };
  return {
    ...pending,
    batches: await withRest('batches', 'batches'),
    blocked: await withRest('blocked', 'blocked'),
    inDoubt: await withRest('inDoubt', 'in-doubt'),
    retried: await withRest('retried', 'retried'),
  };
}

type Lists = Pick<PendingAnswer, 'batches' | 'blocked' | 'inDoubt' | 'retried'>;

/** `12 records wait: tradelane pending`, after a list of runs. */
export function noteWaiting(context: Context, waiting: number, flow: string | undefined): void {
  if (waiting === 0) return;
  const records = waiting === 1 ? '1 record waits' : `${waiting} records wait`;
  printNote(context, `${records}: tradelane pending${flow === undefined ? '' : ` --flow ${flow}`}`);
}

function print(context: Context, pending: PendingAnswer, limit: number): void {
  const tables = pendingTables(pending, { now: context.clock.now(), width: tableWidth(context) });
  printLine(context, tables.length === 0 ? 'nothing waits' : tables.join('\n\n'));
  const { batches, blocked, inDoubt, retried } = pending;
  if ([batches, blocked, inDoubt, retried].some((list) => list.length === limit))
    printNote(context, `the first ${limit} of each; --limit shows more`);
}
