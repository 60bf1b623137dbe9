import { Command } from 'commander';
import { takeItems } from '../../app/lists/page.ts';
import type { ListRunRecordsInput, RunsRecordsRecordAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, pageInput, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, parseChoices, parseLimit, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { parseRun } from './show-run.ts';

interface Options extends AskingOptions {
  readonly outcome?: string;
  readonly limit: string;
}

const outcomes = [
  'delivered',
  'unchanged',
  'filtered',
  'superseded',
  'blocked',
  'failed',
  'held',
  'queued',
  'replaces',
] as const;

export function runRecordsCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('records')))
    .summary('what became of the records of a run')
    .description(
      'Lists what became of the records of a run, in the order in which it was written down, as far as history has kept ' +
        'it. A record that waited comes again when it went on.',
    )
    .argument('<id>', 'id of the run, as `runs` shows it')
    .option(
      '--outcome <names>',
      `only records with these outcomes, separated by commas: ${outcomes.join(', ')}`,
    )
    .option('--limit <n>', 'so many at most', '50')
    .addHelpText(
      'after',
      example('tradelane runs records 12', 'tradelane runs records 12 --outcome failed,blocked --json'),
    )
    .action(async (id: string, options: Options) => report(await list(context, id, options)));
}

async function list(context: Context, id: string, options: Options): Promise<ExitCode> {
  const { outcome, json } = options;
  const limit = parseLimit(options.limit, '--limit');
  const input: ListRunRecordsInput = {
    run: parseRun(id),
    ...(outcome !== undefined && { outcomes: parseChoices(outcome, '--outcome', outcomes) }),
  };
  return await withAsking(context, options, async (ask) => {
    let told: readonly string[] = [];
    const records = await takeItems(limit, async (page) => {
      const { records: items, next, notes } = await ask('listRunRecords', { ...input, ...pageInput(page) });
      told = notes ?? told;
      return { items, ...(next !== undefined && { next }) };
    });
    if (json) printJson(context, { records, ...(told.length > 0 && { notes: told }) });
    else if (records.length === 0) printLine(context, 'history has no such records');
    else print(context, records);
    if (!json) for (const note of told) printNote(context, note);
    if (!json && records.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
    return exit.clean;
  });
}

function print(context: Context, records: readonly RunsRecordsRecordAnswer[]): void {
  printTable(
    context,
    [
      { title: 'when' },
      { title: 'key', isName: true },
      { title: 'outcome' },
      { title: 'did' },
      { title: 'id', isName: true },
      { title: 'why' },
    ],
    records.map((record) => [
      record.at.slice(0, 19).replace('T', ' '),
      record.key || '(no key)',
      record.outcome,
      record.did ?? '-',
      record.targetId ?? '-',
      whyOf(record),
    ]),
  );
}

function whyOf({ code, message, missing = [], reason, isAgain }: RunsRecordsRecordAnswer): string {
  const fault = code === undefined ? undefined : `${code}  ${message?.split('\n', 1)[0] ?? ''}`;
  const awaited =
    missing.length === 0
      ? undefined
      : `waits for ${missing.map(({ entity, key }) => `${entity} ${key}`).join(', ')}`;
  const again = isAgain ? 'as before' : undefined;
  return [fault, awaited, reason, again].filter((part) => part !== undefined).join('; ') || '-';
}
