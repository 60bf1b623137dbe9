import { Command } from 'commander';
import { bulkItemStates } from '../../app/bulks/bulks.ts';
import { takeItems } from '../../app/lists/page.ts';
import { Fault } from '../../contract/fault.ts';
import type { BulkItemAnswer, BulkShowAnswer } from '../../contract/generated/endpoints.ts';
import type { BulkItemState } from '../../store/bulks/bulk-results.ts';
import { type AskingOptions, pageInput, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, parseCount, parseLimit, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { auditText } from '../output/audit-text.ts';
import { type Column, printHint, printJson, printLine, printTable } from '../output/print.ts';
import { bulkColumns, bulkRow, resultLines, tellRest } from './bulk-text.ts';

interface Options extends AskingOptions {
  readonly state?: string;
  readonly limit: string;
}

export function showBulkCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('show')))
    .summary('how far a set is, what became of each error, and who decided what')
    .argument('<id>', 'handle of the set, as `bulk` shows it')
    .option('--state <state>', `only errors that are ${bulkItemStates.join(', ')}`)
    .option('--limit <n>', 'so many errors at most', '20')
    .addHelpText(
      'after',
      example('tradelane bulk show 3', 'tradelane bulk show 3 --state left --limit 1000 --json'),
    )
    .action(async (id: string, options: Options) => report(await show(context, id, options)));
}

async function show(context: Context, text: string, options: Options): Promise<ExitCode> {
  const id = parseCount(text, 'the handle');
  const limit = parseLimit(options.limit, '--limit');
  const states = options.state === undefined ? bulkItemStates : [requireState(options.state)];
  return await withAsking(context, options, async (ask) => {
    let bulk: ShownBulk | undefined;
    const items = await takeItems(limit, async (wish) => {
      const answer = await ask('showBulk', { bulk: id, states, ...pageInput(wish) });
      bulk ??= answer.bulk;
      return { items: answer.items, ...(answer.next !== undefined && { next: answer.next }) };
    });
    if (bulk === undefined) throw new Fault('TL_DEFECT', 'no page of a set was asked for');
    if (options.json) printJson(context, { bulk, items });
    else print(context, bulk, items);
    return exit.clean;
  });
}

type ShownBulk = BulkShowAnswer['bulk'];

function requireState(text: string): BulkItemState {
  const state = bulkItemStates.find((each) => each === text);
  if (state !== undefined) return state;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `--state must be one of ${bulkItemStates.join(', ')}, got "${text}"`,
  );
}

const itemColumns: readonly Column[] = [
  { title: 'error', align: 'right', isName: true },
  { title: 'flow' },
  { title: 'key', isName: true },
  { title: 'state' },
  { title: 'result' },
  { title: 'run', align: 'right' },
];

function print(context: Context, bulk: ShownBulk, items: readonly BulkItemAnswer[]): void {
  printTable(context, bulkColumns, [bulkRow(bulk)]);
  for (const line of resultLines(bulk)) printLine(context, line);
  if (bulk.reason !== undefined) printLine(context, `reason: ${bulk.reason}`);
  if (bulk.plan !== undefined) printLine(context, `plan: ${bulk.plan}`);
  // Each chunk that was sent has an entry of its own: the runs say as much.
  for (const entry of bulk.audit) if (entry.deed !== 'replay') printLine(context, auditText(entry));
  if (bulk.runs.length > 0) printLine(context, `sent in run ${bulk.runs.join(', ')}`);
  if (bulk.state !== 'done') for (const line of tellRest(bulk)) printHint(context, line);
  if (items.length === 0) return;
  printLine(context);
  printTable(
    context,
    itemColumns,
    items.map(({ error, flow, key, state, result, code, run }) => [
      String(error),
      flow,
      key ?? '',
      state,
      [result, code].filter((each) => each !== undefined).join(' '),
      run === undefined ? '' : String(run),
    ]),
  );
}
