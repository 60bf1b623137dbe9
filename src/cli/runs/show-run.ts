import { Command } from 'commander';
import { Fault } from '../../contract/fault.ts';
import type { RunsShowAnswer } from '../../contract/generated/endpoints.ts';
import { counted } from '../../contract/text/counted.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, parseCount, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { nextText } from '../errors/show-error.ts';
import { noteAbsences } from '../output/absence-notes.ts';
import { auditText, whoText } from '../output/audit-text.ts';
import { printHint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { countsLine, seconds } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';

export function showRunCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('show')))
    .summary('everything about one run')
    .description(
      'Shows one run: who started it, what it was asked for, what was decided about it, its counts, how far it has read, why it failed, its errors by cause, ' +
        'and what of it still waits.',
    )
    .argument('<id>', 'id of the run, as `runs` shows it')
    .addHelpText('after', example('tradelane runs show 12', 'tradelane runs show 12 --json'))
    .action(async (id: string, options: AskingOptions) => report(await show(context, id, options)));
}

async function show(context: Context, text: string, options: AskingOptions): Promise<ExitCode> {
  const id = parseRun(text);
  const run = await withAsking(context, options, (ask) => ask('showRun', { run: id }));
  if (options.json) printJson(context, run);
  else print(context, run);
  return exit.clean;
}

/** Runs count from 1. */
export function parseRun(text: string): number {
  const id = parseCount(text, 'the id');
  if (id > 0) return id;
  throw new Fault('TL_NOT_FOUND', `there is no run ${id}`);
}

function print(context: Context, run: RunsShowAnswer): void {
  const { errors, waiting, drift, absences, notes } = run;
  for (const [name, value] of describe(run)) printLine(context, `${name.padEnd(9)} ${value}`);
  if (errors.length > 0) printLine(context, '\nwhat failed, and why');
  if (errors.length > 0)
    printTable(
      context,
      [
        { title: 'open', align: 'right' },
        { title: 'settled', align: 'right' },
        { title: 'stage' },
        { title: 'code' },
        { title: 'for example' },
      ],
      errors.map(({ open, settled, stage, code, key, message }) => [
        String(open),
        String(settled),
        stage,
        code,
        `${key === null ? '' : `${key}: `}${message.split('\n', 1)[0]}`,
      ]),
    );
  for (const line of restLines(run.flow, waiting)) printHint(context, line);
  noteAbsences(context, absences);
  printDriftNote(context, drift);
  for (const { message } of notes) printNote(context, message);
}

function describe(run: RunsShowAnswer): readonly (readonly [string, string])[] {
  const { fault, durationMs, status, explanation } = run;
  const { before, after } = run.cursor;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['run', String(run.run)],
    ['flow', run.flow],
    ['status', status],
    ['by', startedBy(run)],
    ['asked for', askedFor(run)],
    ['queued', time(run.createdAt)],
    ['started', run.startedAt ? time(run.startedAt) : 'not yet'],
    ['read', run.readAt ? time(run.readAt) : undefined],
    ...decided(run),
    ['ended', run.endedAt ? `${time(run.endedAt)}, after ${seconds(durationMs)}` : undefined],
    ['counts', countsLine(run.counts)],
    ['cursor', run.trigger === 'replay' ? undefined : cursorText(before, after)],
    ['plan', run.planHash?.slice(0, 12)],
    ['why', fault && `${fault.code}  ${fault.message}`],
    ...heldLines(run),
    ['means', explanation?.sentence],
    ['next', explanation && nextText(explanation)],
  ];
  return lines.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

/** What a person decides about who lets it go on, or stops it. */
function heldLines({ held }: RunsShowAnswer): readonly (readonly [string, string])[] {
  if (held === undefined) return [];
  const some = held.keys.slice(0, 5).join(', ');
  const more = held.waiting > 5 ? ', …' : '';
  return [
    ...held.counted.map(
      ({ guard, records }) => ['counted', `${counted(records, 'record')} for guards.${guard}`] as const,
    ),
    ['waits', `${counted(held.waiting, 'record')}${some === '' ? '' : `: ${some}${more}`}`],
  ];
}

function startedBy({ trigger, tick, by }: RunsShowAnswer): string {
  if (trigger === 'schedule') return tick ? `${trigger}, for ${time(tick)}` : trigger;
  return `${trigger}, ${whoText(by)}`;
}

/** What has been decided about it since it began. */
function decided({ audit }: RunsShowAnswer): readonly (readonly [string, string])[] {
  const since = audit.filter(({ deed }) => deed !== 'run' && deed !== 'replay');
  return since.map((entry, index) => [index === 0 ? 'decided' : '', auditText(entry)]);
}

function askedFor({ options: { by: _by, ...asked }, trigger }: RunsShowAnswer): string {
  const said = Object.entries(asked).map(([name, value]) => `--${name}${value === true ? '' : ` ${value}`}`);
  return said.join(' ') || (trigger === 'replay' ? 'errors, once more' : 'what is new');
}

/** A cursor is what the source says, so it is shown as it is. */
function cursorText(before: string | null, after: string | null): string | undefined {
  if (before === null && after === null) return undefined;
  return before === after
    ? `${before}, and stays there`
    : `from ${before ?? 'the beginning'} to ${after ?? 'where it is now'}`;
}

function restLines(
  flow: string,
  { staged, retried, blocked, nextAttemptAt, fault }: RunsShowAnswer['waiting'],
): readonly string[] {
  const parts = [
    ...(staged > 0 ? [`${staged} not delivered yet`] : []),
    ...(retried > 0 ? [`${retried} tried again`] : []),
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
  ];
  if (parts.length === 0) return [];
  const total = counted(staged + retried + blocked, 'record');
  return [
    `\n${total} of it ${staged + retried + blocked === 1 ? 'waits' : 'wait'}: ${parts.join(', ')}`,
    ...(fault ? [`  ${fault.code}  ${fault.message}`] : []),
    ...(nextAttemptAt ? [`  next attempt ${time(nextAttemptAt)}`] : []),
    `  tradelane pending --flow ${flow}`,
  ];
}

/** UTC. */
function time(at: string): string {
  return at.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
