import { allStates, openStates } from '../../app/errors/error-filter.ts';
import { type ErrorPage, endingOfErrors, isOpenError } from '../../app/errors/list-errors.ts';
import type { ToldChange } from '../../app/errors/told-decision.ts';
import { type PageWish, takeItems } from '../../app/lists/page.ts';
import type { Ask } from '../../client/create-client.ts';
import { Fault } from '../../contract/fault.ts';
import type { ErrorAnswer } from '../../contract/generated/endpoints.ts';
import { present } from '../../contract/present.ts';
import type { ErrorState } from '../../store/errors/errors.ts';
import { pageInput } from '../asking/with-asking.ts';
import { parseLimit } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { type Column, printHint, printJson, printNote, printTable } from '../output/print.ts';
import { type ErrorFilterOptions, tellNoneFits, toFilterInput } from './error-filter.ts';

export interface ErrorListOptions extends ErrorFilterOptions {
  readonly limit: string;
  readonly state: string;
}

export async function listAll(context: Context, ask: Ask, options: ErrorListOptions): Promise<ExitCode> {
  const input = { ...toFilterInput(options), states: parseStates(options.state) };
  const limit = parseLimit(options.limit, '--limit');
  let open: number | undefined;
  const found = await takeAndTell(context, limit, async (page) => {
    const {
      errors: items,
      notes = [],
      next,
      ...rest
    } = await ask('listErrors', { ...input, ...pageInput(page) });
    open = rest.open;
    return { items, notes, ...(next !== undefined && { next }) };
  });
  if (options.json) printJson(context, { errors: found, ...(open !== undefined && { open }) });
  else if (found.length === 0) printHint(context, tellNone(open, options));
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

function tellNone(open: number | undefined, options: ErrorListOptions): string {
  if (options.state === 'open') return tellNoneFits(open ?? 0, options);
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

function printOpen(context: Context, errors: readonly ErrorAnswer[]): void {
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

function printSettled(context: Context, errors: readonly ErrorAnswer[]): void {
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
    const when = isOpenError(error) ? '-' : updatedAt.slice(0, 16).replace('T', ' ');
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
}: {
  readonly settledBy?: string | undefined;
  readonly settledRun?: number | undefined;
}): string | undefined {
  return settledBy ?? (settledRun === undefined ? undefined : 'itself');
}

function whyOf({ reason, decisions = [] }: ErrorAnswer): string {
  const changes = decisions.flatMap((each) => each.changes ?? []).map(tellChange);
  return [reason, ...changes].filter((part) => part !== undefined).join('; ') || '-';
}

export function firstLine(text: string): string {
  return present(text.split('\n', 1)[0], 'a first line');
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
