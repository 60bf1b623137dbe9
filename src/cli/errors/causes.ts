import { Command } from 'commander';
import type { Ask } from '../../client/create-client.ts';
import type { ErrorsCauseAnswer, ErrorsCausesAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, pageInput, withServerOption } from '../asking/with-asking.ts';
import { example, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { auditText } from '../output/audit-text.ts';
import { type Column, printHint, printJson, printLine, printTable, showable } from '../output/print.ts';
import { type ErrorFilterOptions, parseCauseId, tellNoneFits, toFilterInput } from './error-filter.ts';
import { firstLine, parseStates, takeAndTell } from './list-errors.ts';
import { nextText } from './show-error.ts';
import type { WithinAsking } from './within.ts';

export interface CauseListOptions extends ErrorFilterOptions {
  readonly state: string;
}

export async function showCauses(context: Context, ask: Ask, options: CauseListOptions): Promise<ExitCode> {
  const input = { ...toFilterInput(options), states: parseStates(options.state) };
  let open: number | undefined;
  const found = await takeAndTell(context, Number.POSITIVE_INFINITY, async (page) => {
    const answer = await ask('listCauses', { ...input, ...pageInput(page) });
    const { causes: items, notes = [], next } = answer;
    open = answer.open;
    return { items, notes, ...(next !== undefined && { next }) };
  });
  if (options.json) printJson(context, { causes: found, ...(open !== undefined && { open }) });
  else if (found.length === 0) printHint(context, tellNoneFits(open ?? 0, options));
  else printCauses(context, found);
  return found.some(({ trend }) => trend.open > 0) ? exit.findings : exit.clean;
}

const columns: readonly Column[] = [
  { title: 'cause', isName: true },
  { title: 'count', align: 'right' },
  { title: '24 h', align: 'right' },
  { title: 'flow' },
  { title: 'stage' },
  { title: 'code' },
  { title: 'who' },
  { title: 'for example' },
];

type ListedCause = ErrorsCausesAnswer['causes'][number];

function printCauses(context: Context, causes: readonly ListedCause[]): void {
  const rows = causes.map((cause) => [
    ...[`C${cause.cause}`, String(cause.count), trendText(cause.trend.lastDay)],
    ...[cause.flow, cause.stage, cause.code, whoSees(cause)],
    `${cause.example.key === undefined ? '' : `${cause.example.key}: `}${firstLine(cause.example.message)}`,
  ]);
  printTable(context, columns, rows);
}

/** `+97 -3` */
function trendText({ new: come, gone }: { readonly new: number; readonly gone: number }): string {
  return [...(come > 0 ? [`+${come}`] : []), ...(gone > 0 ? [`-${gone}`] : [])].join(' ') || '-';
}

function whoSees({ assignee, mutedUntil }: Pick<ListedCause, 'assignee' | 'mutedUntil'>): string {
  return [assignee, ...(mutedUntil ? ['(muted)'] : [])].filter((part) => part !== undefined).join(' ') || '-';
}

export function causeCommand(context: Context, within: WithinAsking): Command {
  return withServerOption(withCommonOptions(new Command('cause')))
    .summary('one cause: what it means, its values, what has become of its errors')
    .argument('<id>', 'id of the cause, such as C12')
    .addHelpText('after', example('tradelane errors cause C12', 'tradelane errors cause C12 --json'))
    .action((id: string, options: AskingOptions) =>
      within(options, async (ask) => {
        const cause = await ask('showCause', { cause: parseCauseId(id) });
        if (options.json) printJson(context, cause);
        else
          for (const [name, value] of describe(cause))
            printLine(context, `${name.padEnd(9)} ${showable(value)}`);
        return exit.clean;
      }),
    );
}

function describe(cause: ErrorsCauseAnswer): readonly (readonly [string, string])[] {
  const { states, values, trend, mutedUntil, mutedBy, errors, audit = [] } = cause;
  const fields = [
    ['cause', `C${cause.cause}`],
    ['flow', cause.flow],
    ['means', cause.explanation.sentence],
    ['next', nextText(cause.explanation)],
    ['state', `${cause.state}: ${tellStates(states)}`],
    ['trend', `in 24 h ${trendText(trend.lastDay)}, in 7 d ${trendText(trend.last7Days)}`],
    ['stage', cause.stage],
    ['code', cause.code],
    ['message', cause.message],
    ['values', values.map(({ value, count }) => `${JSON.stringify(value)} ${count}`).join(', ')],
    ['path', cause.path],
    ['at', cause.at],
    ['assignee', cause.assignee],
    ['tags', cause.tags?.join(', ')],
    ['muted', mutedUntil && `by ${mutedBy ?? 'somebody'} until ${mutedUntil}`],
    ['since', cause.firstAt],
    ['errors', errors.map(({ id, key }) => `${id}${key === undefined ? '' : ` (${key})`}`).join(', ')],
  ] as const;
  return [
    ...fields.flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    ...audit.map((entry, index) => [index === 0 ? 'noted' : '', auditText(entry)] as const),
  ];
}

function tellStates(states: ErrorsCauseAnswer['states']): string {
  const some = Object.entries(states).filter(([, count]) => count > 0);
  return some.map(([state, count]) => `${count} ${state}`).join(', ') || 'none of its errors is left';
}
