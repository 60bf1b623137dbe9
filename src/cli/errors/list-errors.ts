import type { Store } from '../../app/open/open-store.ts';
import { Fault } from '../../contract/fault.ts';
import { listChanges, type MemberChange } from '../../engine/patch/list-changes.ts';
import { type DecidedRecord, type Decision, loadDecisionsOf } from '../../store/errors/decisions.ts';
import { type DeadLetter, type ErrorState, groupErrors, listErrors } from '../../store/errors/errors.ts';
import { countOpenErrors } from '../../store/errors/find-errors.ts';
import { parseLimit } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { type Column, printHint, printJson, printNote, printTable } from '../output/print.ts';
import { allStates, type ErrorFilterOptions, noneFits, openStates, toErrorFilter } from './error-filter.ts';

export interface ErrorListOptions extends ErrorFilterOptions {
  readonly limit: string;
  readonly state: string;
}

export async function showGroups(
  context: Context,
  store: Store,
  options: ErrorFilterOptions,
): Promise<ExitCode> {
  const filter = await toErrorFilter(context, store.db, { options, states: openStates });
  const found = await groupErrors(store.db, filter);
  if (options.json) printJson(context, { groups: found, ...(await openIfNone(store, found)) });
  else if (found.length === 0) printHint(context, await noneFits(store.db, options));
  else {
    const columns: readonly Column[] = [
      { title: 'count', align: 'right' },
      { title: 'flow' },
      { title: 'stage' },
      { title: 'code' },
      { title: 'for example' },
    ];
    const rows = found.map((group) => [
      String(group.count),
      group.flow,
      group.stage,
      group.code,
      group.key === undefined ? firstLine(group.message) : `${group.key}: ${firstLine(group.message)}`,
    ]);
    printTable(context, columns, rows);
  }
  return found.length > 0 ? exit.findings : exit.clean;
}

/** How many are open all the same, where a filter has no hits. */
async function openIfNone({ db }: Store, found: readonly unknown[]): Promise<{ readonly open?: number }> {
  return found.length > 0 ? {} : { open: await countOpenErrors(db) };
}

/** An error with what people have decided about its record. */
export type ListedError = DeadLetter & { readonly decisions?: readonly ToldDecision[] };

export type ToldChange = Pick<MemberChange, 'path' | 'before' | 'after'>;

export type ToldDecision = Omit<Decision, 'key' | 'source' | 'errorId' | 'id'> & {
  readonly changes?: readonly ToldChange[];
};

export async function listAll(context: Context, store: Store, options: ErrorListOptions): Promise<ExitCode> {
  const states = parseStates(options.state);
  const limit = parseLimit(options.limit, '--limit');
  const filter = await toErrorFilter(context, store.db, { options, states });
  const found = await listErrors(store.db, { ...filter, states, limit });
  const decisions = await decisionsOf(store, found);
  const isOpen = ({ state }: DeadLetter) => openStates.includes(state);
  if (options.json) {
    const errors = found.map((error) => ({ ...error, ...decisions(error) }));
    printJson(context, { errors, ...(await openIfNone(store, found)) });
  } else if (found.length === 0) {
    const wanted =
      options.state === 'open'
        ? undefined
        : `no ${options.state === 'all' ? '' : `${options.state} `}errors fit`;
    printHint(context, wanted ?? (await noneFits(store.db, options)));
  } else if (options.state === 'open') printOpen(context, found);
  else
    printSettled(
      context,
      found.map((error) => ({ ...error, ...decisions(error) })),
    );
  if (found.length === limit && !options.json) printNote(context, `the first ${limit}; --limit shows more`);
  return found.some(isOpen) ? exit.findings : exit.clean;
}

function parseStates(state: string): readonly ErrorState[] {
  if (state === 'open') return openStates;
  if (state === 'all') return allStates;
  if (state === 'resolved' || state === 'discarded') return [state];
  throw new Fault('TL_ARGUMENT_INVALID', `--state must be open, resolved, discarded or all, got "${state}"`);
}

async function decisionsOf(store: Store, errors: readonly DeadLetter[]) {
  const all = await loadDecisionsOf(
    store.db,
    errors.map(({ id }) => id),
  );
  const byError = Map.groupBy(all, ({ errorId }) => errorId);
  return ({ id }: DeadLetter): Pick<ListedError, 'decisions'> => {
    const decisions = byError.get(id);
    return decisions ? { decisions: decisions.map(tellDecision) } : {};
  };
}

/** What was decided, with what a patch has changed. */
export function tellDecision(decision: Decision & DecidedRecord): ToldDecision {
  const { id: _id, key: _key, source: _source, errorId: _error, original, patched, ...told } = decision;
  if (patched === undefined) return told;
  return {
    ...told,
    changes: listChanges(original, patched).map(({ beside: _beside, name: _name, ...change }) => change),
  };
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
    const { id, flow, key, code, state, settledBy, settledRun, updatedAt } = error;
    const isOpen = openStates.includes(state);
    const when = isOpen ? '-' : updatedAt.toISOString().slice(0, 16).replace('T', ' ');
    return [
      ...[String(id), flow, key ?? '-', code, state, settledBy ?? '-', when],
      ...[settledRun === undefined ? '-' : String(settledRun), firstLine(whyOf(error))],
    ];
  });
  printTable(context, columns, rows);
}

function whyOf({ reason, decisions = [] }: ListedError): string {
  const changes = decisions.flatMap((each) => each.changes ?? []).map(tellChange);
  return [reason, ...changes].filter((part) => part !== undefined).join('; ') || '-';
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
