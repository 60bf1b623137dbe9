import { allStates, openStates } from '../../app/errors/error-filter.ts';
import {
  type ErrorPage,
  endingOfErrors,
  isOpenError,
  openIfNone,
  pageErrors,
} from '../../app/errors/list-errors.ts';
import type { ListedError, ToldChange } from '../../app/errors/told-decision.ts';
import { type PageWish, takeItems } from '../../app/lists/page.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import type { DeadLetter, ErrorState } from '../../store/errors/errors.ts';
import { parseLimit } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { type Column, printHint, printJson, printNote, printTable } from '../output/print.ts';
import { type ErrorFilterOptions, noneFits, toErrorWish } from './error-filter.ts';

export interface ErrorListOptions extends ErrorFilterOptions {
  readonly limit: string;
  readonly state: string;
}

export async function listAll(
  context: Context,
  open: OpenDatabase,
  options: ErrorListOptions,
): Promise<ExitCode> {
  const wish = { ...toErrorWish(options), states: parseStates(options.state) };
  const limit = parseLimit(options.limit, '--limit');
  const found = await takeAndTell(context, limit, (page) => pageErrors(open, wish, page));
  if (options.json) printJson(context, { errors: found, ...(await openIfNone(open, found)) });
  else if (found.length === 0) printHint(context, await tellNone(open, options));
  else if (options.state === 'open') printOpen(context, found);
  else printSettled(context, found);
  if (found.length === limit && !options.json) printNote(context, `the first ${limit}; --limit shows more`);
  return exit[endingOfErrors(found)];
}

/** Every page says the same of the wish. */
export async function takeAndTell<Item>(
  context: Context,
  limit: number,
  load: (page: PageWish) => Promise<ErrorPage<Item>>,
): Promise<readonly Item[]> {
  return await takeItems(limit, async (wish) => {
    const { notes, ...page } = await load(wish);
    if (wish.cursor === undefined) for (const note of notes) printNote(context, note);
    return page;
  });
}

async function tellNone(open: OpenDatabase, options: ErrorListOptions): Promise<string> {
  if (options.state === 'open') return await noneFits(open, options);
  return `no ${options.state === 'all' ? '' : `${options.state} `}errors fit`;
}

export function parseStates(state: string): readonly ErrorState[] {
  if (state === 'open') return openStates;
  if (state === 'all') return allStates;
  if (state === 'replaying' || state === 'resolved' || state === 'discarded') return [state];
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `--state must be open, replaying, resolved, discarded or all, got "${state}"`,
  );
}

/** `customer: "C-OLD" → "C-NEW"` */
export function tellChange({ path, before, after }: ToldChange): string {
  const show = (value: unknown) => (value === undefined ? 'nothing' : cut(JSON.stringify(value), 200));
  return `${path}: ${show(before)} → ${show(after)}`;
}

function printOpen(context: Context, errors: readonly DeadLetter[]): void {
  const columns: readonly Column[] = [
    { title: 'id', align: 'right', isName: true },
    { title: 'flow' },
    { title: 'key', isName: true },
    { title: 'stage' },
    { title: 'code' },
    { title: 'message' },
  ];
  const rows = errors.map(({ id, flow, key, stage, code, message }) => [
    ...[String(id), flow, key ?? '-', stage, code],
    firstLine(message),
  ]);
  printTable(context, columns, rows);
}

function printSettled(context: Context, errors: readonly ListedError[]): void {
  const columns: readonly Column[] = [
    { title: 'id', align: 'right', isName: true },
    { title: 'flow' },
    { title: 'key', isName: true },
    { title: 'code' },
    { title: 'state' },
    { title: 'by' },
    { title: 'when' },
    { title: 'run', align: 'right' },
    { title: 'reason, or what a patch changed' },
  ];
  const rows = errors.map((error) => {
    const { id, flow, key, code, state, settledRun, updatedAt } = error;
    const when = isOpenError(error) ? '-' : updatedAt.toISOString().slice(0, 16).replace('T', ' ');
    return [
      ...[String(id), flow, key ?? '-', code, state, settlerOf(error) ?? '-', when],
      ...[settledRun === undefined ? '-' : String(settledRun), firstLine(whyOf(error))],
    ];
  });
  printTable(context, columns, rows);
}

/** A person, or the error itself where a newer version of its record got through; nobody while it is open. */
export function settlerOf({
  settledBy,
  settledRun,
}: Pick<DeadLetter, 'settledBy' | 'settledRun'>): string | undefined {
  return settledBy ?? (settledRun === undefined ? undefined : 'itself');
}

function whyOf({ reason, decisions = [] }: ListedError): string {
  const changes = decisions.flatMap((each) => each.changes ?? []).map(tellChange);
  return [reason, ...changes].filter((part) => part !== undefined).join('; ') || '-';
}

export function firstLine(text: string): string {
  return present(text.split('\n', 1)[0], 'a first line');
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
