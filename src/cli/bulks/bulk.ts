import { Command } from 'commander';
import { type BulkTurn, resumeBulk } from '../../app/bulks/bulks.ts';
import { withRuntime } from '../../app/engine/with-runtime.ts';
import { takeItems } from '../../app/lists/page.ts';
import { followReplay } from '../../app/replay/replay-errors.ts';
import {
  type AskingOptions,
  pageInput,
  serverOf,
  withAsking,
  withServerOption,
} from '../asking/with-asking.ts';
import {
  example,
  parseCount,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
  workspaceDir,
} from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine, printTable } from '../output/print.ts';
import { createReplayWatch, printReplayed } from '../replay/print-replayed.ts';
import { byOption, whoOf } from '../who.ts';
import { bulkColumns, bulkRow, tellRest } from './bulk-text.ts';
import { followThere } from './follow-there.ts';
import { showBulkCommand } from './show-bulk.ts';

interface TurnOptions extends AskingOptions {
  readonly reason?: string;
  readonly detach?: boolean;
}

export function bulkCommand(context: Context, report: Report): Command {
  const bulk = new Command('bulk')
    .summary('sets of errors that are replayed, and how far they are')
    .description(
      'Lists the frozen sets of errors that somebody has made with `replay`, newest first. A set is worked off by ' +
        'the engine, wherever it runs; it can be paused and stopped. What was sent by then comes to its end.',
    )
    .addHelpText('after', example('tradelane bulk', 'tradelane bulk show 3', 'tradelane bulk pause 3'));
  const list = listCommand(context, report);
  bulk.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(bulk, list);
  bulk.addCommand(showBulkCommand(context, report));
  bulk.addCommand(
    turnCommand('pause', 'send nothing more of a set until it is resumed', async (id, options) =>
      report(await turn(context, { id, turn: 'pause' }, options)),
    ),
  );
  bulk.addCommand(
    turnCommand('resume', 'go on with a set, and follow it', async (id, options) =>
      report(await resume(context, id, options)),
    ).option('--detach', 'do not follow it: an engine works it off'),
  );
  bulk.addCommand(
    turnCommand('stop', 'end a set: what was not sent stays as it is', async (id, options) =>
      report(await turn(context, { id, turn: 'stop' }, options)),
    ),
  );
  return bulk;
}

function turnCommand(
  name: BulkTurn,
  summary: string,
  act: (id: string, options: TurnOptions) => Promise<void>,
): Command {
  return withServerOption(withCommonOptions(new Command(name)))
    .summary(summary)
    .argument('<id>', 'handle of the set, as `bulk` shows it')
    .option('--by <name>', byOption)
    .option('--reason <text>', 'why, for whoever looks later')
    .addHelpText('after', example(`tradelane bulk ${name} 3`))
    .action(act);
}

function listCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('list')))
    .summary('sets, newest first (the default)')
    .option('--limit <n>', 'so many at most', '20')
    .addHelpText('after', example('tradelane bulk', 'tradelane bulk list --limit 5 --json'))
    .action(async (options: ListOptions) => report(await list(context, options)));
}

interface ListOptions extends AskingOptions {
  readonly limit: string;
}

async function list(context: Context, options: ListOptions): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  return await withAsking(context, options, async (ask) => {
    const bulks = await takeItems(limit, async (wish) => {
      const { bulks: items, next } = await ask('listBulks', pageInput(wish));
      return { items, ...(next !== undefined && { next }) };
    });
    if (options.json) printJson(context, { bulks });
    else if (bulks.length === 0) printLine(context, 'no sets yet');
    else printTable(context, bulkColumns, bulks.map(bulkRow));
    return exit.clean;
  });
}

async function turn(
  context: Context,
  { id, turn: wanted }: { readonly id: string; readonly turn: BulkTurn },
  options: TurnOptions,
): Promise<ExitCode> {
  const input = toTurnInput(id, options);
  return await withAsking(context, options, async (ask) => {
    const { bulk } = await ask(`${wanted}Bulk`, input);
    if (options.json) printJson(context, { bulk });
    else {
      printTable(context, bulkColumns, [bulkRow(bulk)]);
      for (const line of tellRest(bulk)) printHint(context, line);
    }
    return exit.clean;
  });
}

function toTurnInput(id: string, { reason }: TurnOptions) {
  return { bulk: parseCount(id, 'the handle'), ...(reason !== undefined && { reason }) };
}

/** Over a server, its engine works the set. */
async function resumeThere(context: Context, text: string, options: TurnOptions): Promise<ExitCode> {
  return await withAsking(context, options, async (ask) => {
    const { bulk } = await ask('resumeBulk', toTurnInput(text, options));
    if (options.detach) {
      if (options.json) printJson(context, { bulk });
      else printTable(context, bulkColumns, [bulkRow(bulk)]);
      return exit.clean;
    }
    return await followThere(context, ask, { id: bulk.bulk, json: options.json === true });
  });
}

/** A set that is paused goes on; one that nobody works, as the process that did has ended, is worked here. */
async function resume(context: Context, text: string, options: TurnOptions): Promise<ExitCode> {
  if (serverOf(context, options)) return await resumeThere(context, text, options);
  const id = parseCount(text, 'the handle');
  const decision = { by: whoOf(context, options), reason: options.reason };
  const wish = { dir: workspaceDir(context, options), ownFlows: [] };
  return await withRuntime(context, wish, async (runtime) => {
    const bulk = await resumeBulk(runtime.engine, id, decision);
    if (options.detach) {
      if (options.json) printJson(context, { bulk });
      else printTable(context, bulkColumns, [bulkRow(bulk)]);
      return exit.clean;
    }
    const { watch, end } = createReplayWatch(context, id);
    runtime.startWorking();
    await runtime.engine.wake.bulk(id);
    const replayed = await followReplay(runtime, id, watch);
    end();
    printReplayed(context, replayed, options);
    return exit[replayed.ending];
  });
}
