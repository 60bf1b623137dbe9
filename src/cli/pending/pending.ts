import { Command } from 'commander';
import { withDatabase } from '../../app/open/open-database.ts';
import { loadPending, type Pending } from '../../app/pending/pending.ts';
import {
  example,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
  workspaceDir,
} from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { pendingTables } from '../output/pending-tables.ts';
import { printJson, printLine, printNote, tableWidth } from '../output/print.ts';
import { takeCommand } from './take.ts';

interface Options extends CommonOptions {
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
  return withCommonOptions(new Command('list'))
    .summary('what waits (the default)')
    .option('--flow <name>', 'only what waits in this flow')
    .option('--limit <n>', 'so many of each at most', '50')
    .addHelpText('after', example('tradelane pending', 'tradelane pending --flow orders-to-erp --json'))
    .action(async (options: Options) => {
      const limit = parseLimit(options.limit, '--limit');
      const { flow } = options;
      const dir = workspaceDir(context, options);
      const pending = await withDatabase(context, dir, (open) => loadPending(open, { flow, limit }));
      if (options.json) printJson(context, pending);
      else print(context, pending, limit);
      report(exit.clean);
    });
}

/** `12 records wait: tradelane pending`, after a list of runs. */
export function noteWaiting(context: Context, waiting: number, flow: string | undefined): void {
  if (waiting === 0) return;
  const records = waiting === 1 ? '1 record waits' : `${waiting} records wait`;
  printNote(context, `${records}: tradelane pending${flow === undefined ? '' : ` --flow ${flow}`}`);
}

function print(context: Context, pending: Pending, limit: number): void {
  const tables = pendingTables(pending, { now: context.clock.now(), width: tableWidth(context) });
  printLine(context, tables.length === 0 ? 'nothing waits' : tables.join('\n\n'));
  const { batches, blocked, inDoubt, retried } = pending;
  if ([batches, blocked, inDoubt, retried].some((list) => list.length === limit))
    printNote(context, `the first ${limit} of each; --limit shows more`);
}
