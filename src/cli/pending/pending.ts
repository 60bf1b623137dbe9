import { Command } from 'commander';
import { requireKnownFlow } from '../../app/open/known-flow.ts';
import { workspaceIfThere } from '../../app/open/load.ts';
import { openWorkspaceStore, type Store } from '../../app/open/open-store.ts';
import { loadStatus } from '../../app/status/load-status.ts';
import {
  countWaiting,
  listAwayConnections,
  listBlocked,
  listInDoubt,
  listRetried,
  listWaitingLanes,
  type PendingFilter,
} from '../../store/waiting/pending.ts';
import {
  example,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
  workspaceDir,
} from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { awaySources, blockedReason, type Pending, pendingTables } from '../output/pending-tables.ts';
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
      'Lists what waits: connections that are away, flows whose source could not be read, batches that wait as a ' +
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
      const filter = { flow: options.flow, limit: parseLimit(options.limit, '--limit') };
      const workspace = await workspaceIfThere(context, workspaceDir(context, options));
      const store = await openWorkspaceStore(context, workspaceDir(context, options));
      try {
        await requireKnownFlow(context, store.db, {
          dir: workspaceDir(context, options),
          flow: options.flow,
        });
        const flows = await loadStatus(store.db, workspace, context.clock.now());
        const waiting = await countWaiting(store.db, filter.flow);
        const pending = await loadPending(store.db, { filter, sources: awaySources(flows, filter.flow) });
        print(context, { waiting, pending, filter, options });
      } finally {
        await store.close();
      }
      report(exit.clean);
    });
}

/** `12 records wait: tradelane pending`, after a list of runs. */
export function noteWaiting(context: Context, waiting: number, flow: string | undefined): void {
  if (waiting === 0) return;
  const records = waiting === 1 ? '1 record waits' : `${waiting} records wait`;
  printNote(context, `${records}: tradelane pending${flow === undefined ? '' : ` --flow ${flow}`}`);
}

async function loadPending(
  db: Store['db'],
  { filter, sources }: { readonly filter: PendingFilter; readonly sources: Pending['sources'] },
): Promise<Pending> {
  return {
    sources,
    connections: await listAwayConnections(db),
    batches: await listWaitingLanes(db, filter),
    blocked: await listBlocked(db, filter),
    inDoubt: await listInDoubt(db, filter),
    retried: await listRetried(db, filter),
  };
}

function print(
  context: Context,
  {
    waiting,
    pending,
    filter,
    options,
  }: {
    readonly waiting: number;
    readonly pending: Pending;
    readonly filter: PendingFilter;
    readonly options: Options;
  },
): void {
  if (options.json) {
    const blocked = pending.blocked.map((record) => ({ ...record, reason: blockedReason(record) }));
    printJson(context, { waiting, ...pending, blocked });
    return;
  }
  const tables = pendingTables(pending, { now: context.clock.now(), width: tableWidth(context) });
  printLine(context, tables.length === 0 ? 'nothing waits' : tables.join('\n\n'));
  const { batches, blocked, inDoubt, retried } = pending;
  if ([batches, blocked, inDoubt, retried].some((list) => list.length === filter.limit))
    printNote(context, `the first ${filter.limit} of each; --limit shows more`);
}
