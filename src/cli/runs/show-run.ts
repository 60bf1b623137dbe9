import { Command } from 'commander';
import { openWorkspaceStore } from '../../app/open/open-store.ts';
import { toRunDocument } from '../../app/runs/run-document.ts';
import { type Note, toNotes } from '../../app/runs/run-notes.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { listAbsences, type RunAbsence } from '../../store/runs/absences.ts';
import { listRunErrors, loadRunRest, type RunErrors, type RunRest } from '../../store/runs/run-details.ts';
import { loadRunNotes } from '../../store/runs/run-notes.ts';
import { listRuns, loadRun, type Run } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import { example, parseCount, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { noteAbsences } from '../output/absence-notes.ts';
import { printHint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { countsLine, seconds } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';

export function showRunCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('show'))
    .summary('everything about one run')
    .description(
      'Shows one run: what it was asked for, its counts, how far it has read, why it failed, its errors by cause, ' +
        'and what of it still waits.',
    )
    .argument('<id>', 'id of the run, as `runs` shows it')
    .addHelpText('after', example('tradelane runs show 12', 'tradelane runs show 12 --json'))
    .action(async (id: string, options: CommonOptions) => report(await show(context, id, options)));
}

interface Details {
  readonly run: Run;
  readonly errors: readonly RunErrors[];
  readonly rest: RunRest;
  readonly drift: readonly DriftCount[];
  readonly absences: readonly RunAbsence[];
  readonly notes: readonly Note[];
}

async function show(context: Context, text: string, options: CommonOptions): Promise<ExitCode> {
  const id = parseCount(text, 'the id');
  const store = await openWorkspaceStore(context, workspaceDir(context, options));
  try {
    const run = await loadRun(store.db, id);
    if (!run) throw await unknownRun(store.db, id);
    const details = {
      run,
      errors: await listRunErrors(store.db, id),
      rest: await loadRunRest(store.db, id),
      drift: await countDrifts(store.db, { runs: [id] }),
      absences: await listAbsences(store.db, [id]),
      notes: await notesOf(store.db, id),
    };
    if (options.json) printJson(context, toDocument(details, context.clock.now()));
    else print(context, details);
    return exit.clean;
  } finally {
    await store.close();
  }
}

async function unknownRun(db: Parameters<typeof listRuns>[0], id: number): Promise<Fault> {
  const [newest] = await listRuns(db, { limit: 1 });
  const hint = newest ? `the newest is ${newest.id}` : 'nothing has run yet';
  return new Fault('TL_ARGUMENT_INVALID', `there is no run ${id}; ${hint}`);
}

async function notesOf(db: Parameters<typeof listRuns>[0], id: number): Promise<readonly Note[]> {
  const notes = (await loadRunNotes(db, [id])).get(id);
  return notes === undefined ? [] : toNotes(notes);
}

function toDocument({ run, errors, rest, drift, absences, notes }: Details, now: number) {
  const { trigger, tick, options, planHash, createdAt, startedAt, readAt, endedAt, cursor } = run;
  return {
    ...toRunDocument(run, now),
    ...{ trigger, tick, options, planHash, createdAt, startedAt, readAt, endedAt, cursor },
    errors,
    waiting: rest,
    drift,
    absences,
    notes,
  };
}

function print(context: Context, { run, errors, rest, drift, absences, notes }: Details): void {
  for (const [name, value] of describe(run, context.clock.now()))
    printLine(context, `${name.padEnd(9)} ${value}`);
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
  for (const line of restLines(run, rest)) printHint(context, line);
  noteAbsences(context, absences);
  printDriftNote(context, drift);
  for (const { message } of notes) printNote(context, message);
}

function describe(run: Run, now: number): readonly (readonly [string, string])[] {
  const { fault, durationMs, status } = toRunDocument(run, now);
  const { before, after } = run.cursor;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['run', String(run.id)],
    ['flow', run.flow],
    ['status', status],
    ['by', run.tick ? `${run.trigger}, for ${time(run.tick)}` : run.trigger],
    ['asked for', askedFor(run)],
    ['queued', time(run.createdAt)],
    ['started', run.startedAt ? time(run.startedAt) : 'not yet'],
    ['read', run.readAt ? time(run.readAt) : undefined],
    ['ended', run.endedAt ? `${time(run.endedAt)}, after ${seconds(durationMs)}` : undefined],
    ['counts', countsLine(run.counts)],
    ['cursor', run.trigger === 'replay' ? undefined : cursorText(before, after)],
    ['plan', run.planHash?.slice(0, 12)],
    ['why', fault && `${fault.code}  ${fault.message}`],
  ];
  return lines.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

function askedFor({ options, trigger }: Run): string {
  const said = Object.entries(options).map(
    ([name, value]) => `--${name}${value === true ? '' : ` ${value}`}`,
  );
  return said.join(' ') || (trigger === 'replay' ? 'errors, once more' : 'what is new');
}

/** A cursor is what the source says, so it is shown as it is. */
function cursorText(before: string | null, after: string | null): string | undefined {
  if (before === null && after === null) return undefined;
  return before === after
    ? `${before}, and stays there`
    : `from ${before ?? 'the beginning'} to ${after ?? 'where it is now'}`;
}

function restLines(run: Run, { staged, retried, blocked, nextAttemptAt, fault }: RunRest): readonly string[] {
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
    `  tradelane pending --flow ${run.flow}`,
  ];
}

/** UTC. */
function time(at: Date): string {
  return at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
