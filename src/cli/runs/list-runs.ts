import { Command } from 'commander';
import { takeItems } from '../../app/lists/page.ts';
import type { ListRunsInput, RunAnswer, RunsListAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, pageInput, withAsking, withServerOption } from '../asking/with-asking.ts';
import {
  example,
  parseChoices,
  parseLimit,
  parseTimeOption,
  type Report,
  withCommonOptions,
} from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { runColumns, runRow } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';
import { noteWaiting } from '../pending/pending.ts';

interface Options extends AskingOptions {
  readonly flow?: string;
  readonly status?: string;
  readonly trigger?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
}

export function listRunsCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('list')))
    .summary('runs, newest first (the default)')
    .option('--flow <name>', 'only runs of this flow')
    .option('--status <names>', `only runs that stand like that, separated by commas: ${statuses.join(', ')}`)
    .option('--trigger <names>', `only runs that were asked for like that: ${triggers.join(', ')}`)
    .option('--since <time>', 'only runs that were asked for since this time')
    .option('--until <time>', 'only runs that were asked for before this time')
    .option('--limit <n>', 'so many at most', '20')
    .addHelpText(
      'after',
      example(
        'tradelane runs',
        'tradelane runs --flow orders-to-erp --json',
        'tradelane runs --status failed,held --since 2026-11-20',
      ),
    )
    .action(async (options: Options) => report(await list(context, options)));
}

const statuses = ['queued', 'running', 'held', 'succeeded', 'errors', 'failed', 'skipped'] as const;
const triggers = ['manual', 'schedule', 'replay'] as const;

function toInput({ flow, status, trigger, since, until }: Options): ListRunsInput {
  return {
    ...(flow !== undefined && { flow }),
    ...(status !== undefined && { statuses: parseChoices(status, '--status', statuses) }),
    ...(trigger !== undefined && { triggers: parseChoices(trigger, '--trigger', triggers) }),
    ...(since !== undefined && { since: parseTimeOption(since, '--since').toISOString() }),
    ...(until !== undefined && { until: parseTimeOption(until, '--until').toISOString() }),
  };
}

async function list(context: Context, options: Options): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  const input = toInput(options);
  return await withAsking(context, options, async (ask) => {
    let beside: Pick<RunsListAnswer, 'drift' | 'waiting'> = { drift: [] };
    const found = await takeItems(limit, async (page) => {
      const { runs: items, next, ...rest } = await ask('listRuns', { ...input, ...pageInput(page) });
      beside = rest;
      return { items, ...(next !== undefined && { next }) };
    });
    if (options.json) printJson(context, { runs: found, drift: beside.drift });
    else if (found.length === 0) printLine(context, tellNone(input));
    else print(context, found, { ...beside, flow: options.flow });
    return exit.clean;
  });
}

function tellNone({ flow: _flow, ...narrowed }: ListRunsInput): string {
  return Object.keys(narrowed).length === 0 ? 'no runs yet' : 'no runs are like that';
}

type Beside = Pick<RunsListAnswer, 'drift' | 'waiting'> & { readonly flow: string | undefined };

function print(context: Context, runs: readonly RunAnswer[], { waiting = 0, drift, flow }: Beside): void {
  const columns = [
    { title: 'run', align: 'right' as const, isName: true as const },
    { title: 'started' },
    { title: 'by' },
    ...runColumns,
  ];
  const rows = runs.map((run) => [
    String(run.run),
    run.startedAt.slice(0, 19).replace('T', ' '),
    run.trigger,
    ...runRow(run),
  ]);
  printTable(context, columns, rows);
  noteWaiting(context, waiting, flow);
  printDriftNote(context, drift);
  for (const { run, status, fault } of runs) {
    if (status === 'held') printNote(context, `run ${run} is held for approval: ${fault?.message}`);
  }
}
