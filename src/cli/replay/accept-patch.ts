import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import type { MemberChange } from '../../engine/patch/list-changes.ts';
import { type EditTrial, tryEdit } from '../../engine/patch/try-edit.ts';
import { type ErrorFilter, groupErrors, listErrors } from '../../store/errors/errors.ts';
import type { Replayable } from '../../store/errors/replays.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { listOf, suggest } from '../../workspace/text/suggest.ts';
import type { Context } from '../context.ts';
import { openStates } from '../errors/error-filter.ts';
import { printNote } from '../output/print.ts';
import type { Patch } from './patch-options.ts';

interface Narrowing {
  readonly filter: ErrorFilter;
  readonly patch: Patch;
  readonly options: { readonly patch?: string };
}

/** A table speaks of the keys that it has a row for: others stay as they are, and rows without an error are told. */
export async function narrowToPatch(
  context: Context,
  db: Database,
  { filter, patch: { keys }, options: { patch: file = '' } }: Narrowing,
): Promise<ErrorFilter> {
  if (keys === undefined) return filter;
  const narrowed = { ...filter, keys };
  const found = await listErrors(db, { ...narrowed, states: openStates, limit: 1_000_000 });
  const missing = keys.filter((key) => !found.some((error) => error.key === key));
  if (missing.length === keys.length) {
    const message = `--patch ${file}: no open error that fits has ${keys.length === 1 ? 'its key' : `one of its ${keys.length} keys`}: ${listOf(keys)}`;
    throw new Fault('TL_ARGUMENT_INVALID', message);
  }
  if (missing.length > 0)
    printNote(context, `${file}: no open error that fits has the key ${listOf(missing)}`);
  const all = (await groupErrors(db, filter)).reduce((sum, { count }) => sum + count, 0);
  const left = all - found.length;
  if (left > 0 && Object.keys(filter).length > 0)
    printNote(
      context,
      `${counted(left, 'error')} without a row in ${file} ${left === 1 ? 'stays as it is' : 'stay as they are'}`,
    );
  return narrowed;
}

interface Accepting {
  readonly db: Database;
  readonly patch: Patch;
  readonly maxRecordBytes: number;
}

/**
 * Tries a patch before anything is changed: tells what it adds, whose kind of value it changes and where it changes
 * nothing. Throws a Fault TL_ARGUMENT_INVALID if the flow refuses a record still, or a member seems to be mistyped,
 * unless it is forced.
 */
export async function acceptPatch(
  context: Context,
  accepting: Accepting,
  plans: readonly Plan[],
  errors: readonly Replayable[],
): Promise<readonly EditTrial[]> {
  const tried = await tryPatch(accepting, plans, errors);
  const idle = tried.filter(({ changes }) => changes.length === 0);
  if (tried.length > 0 && idle.length === tried.length) {
    const where = tried.length === 1 ? 'the record' : `any of the ${tried.length} records`;
    throw new Fault('TL_ARGUMENT_INVALID', `the patch changes nothing in ${where}: nothing was replayed`);
  }
  if (idle.length > 0) printNote(context, `the patch changes nothing in ${namesOf(idle)}: replayed as it is`);
  for (const [note, some] of groupNotes(tried, notesOf)) printNote(context, `${namesOf(some)}: ${note}`);
  const objections = [...groupNotes(tried, objectionsOf)].map(([note, some]) => `${namesOf(some)}: ${note}`);
  const [first, ...others] = objections;
  if (first === undefined) return tried;
  for (const objection of accepting.patch.isForced ? objections : others) printNote(context, objection);
  if (accepting.patch.isForced) return tried;
  const more = others.length === 0 ? '' : `, and ${others.length} more that stand above`;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `nothing was replayed: ${first}${more}; --force replays all the same`,
  );
}

/** The same for a plan, which only tells it: what the flow refuses stands in the forecast. */
export async function previewPatch(
  context: Context,
  accepting: Accepting,
  plans: readonly Plan[],
  errors: readonly Replayable[],
): Promise<readonly EditTrial[]> {
  const tried = await tryPatch(accepting, plans, errors);
  const idle = tried.filter(({ changes }) => changes.length === 0);
  if (idle.length > 0) printNote(context, `the patch changes nothing in ${namesOf(idle)}`);
  for (const [note, some] of groupNotes(tried, notesOf)) printNote(context, `${namesOf(some)}: ${note}`);
  const objections = groupNotes(tried, objectionsOf);
  for (const [note, some] of objections) printNote(context, `${namesOf(some)}: ${note}`);
  if (objections.size > 0 && !accepting.patch.isForced)
    printNote(context, 'so nothing would be replayed; --force replays all the same');
  return tried;
}

async function tryPatch(
  { patch, ...accepting }: Accepting,
  plans: readonly Plan[],
  errors: readonly Replayable[],
): Promise<readonly EditTrial[]> {
  const tried: EditTrial[] = [];
  for (const plan of plans) {
    const own = errors.filter(({ flow }) => flow === plan.flow);
    tried.push(...(await tryEdit({ ...accepting, plan, edit: patch.edit }, own)));
  }
  return tried;
}

function groupNotes(
  tried: readonly EditTrial[],
  notes: (one: EditTrial) => readonly string[],
): ReadonlyMap<string, readonly EditTrial[]> {
  const all = tried.flatMap((one) => notes(one).map((note) => ({ note, one })));
  const byNote = Map.groupBy(all, ({ note }) => note);
  return new Map([...byNote].map(([note, some]) => [note, some.map(({ one }) => one)]));
}

function notesOf({ changes }: EditTrial): readonly string[] {
  return changes.flatMap((change) => {
    const { path, before, after } = change;
    if (before === undefined)
      return typoOf(change) === undefined ? [`\`${path}\` was not there, and is added`] : [];
    const [was, is] = [kindOf(before), kindOf(after)];
    const isOther = after !== undefined && before !== null && after !== null && was !== is;
    return isOther ? [`\`${path}\` was ${was} and is ${is} now`] : [];
  });
}

function objectionsOf(one: EditTrial): readonly string[] {
  return [...typosOf(one), ...(one.objection === undefined ? [] : [one.objection])];
}

function typosOf({ changes }: EditTrial): readonly string[] {
  return changes.flatMap((change) => {
    const meant = typoOf(change);
    return meant === undefined ? [] : [`there is no \`${change.path}\`; did you mean "${meant}"?`];
  });
}

/** A new member whose name is nearly that of another one. */
function typoOf({ name, before, beside }: MemberChange): string | undefined {
  return name === undefined || before !== undefined ? undefined : suggest(name, beside);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const kinds: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
  };
  return kinds[typeof value] ?? 'an object';
}

function namesOf(tried: readonly EditTrial[]): string {
  const [first] = tried;
  if (first !== undefined && tried.length === 1) return `error ${first.error.id} (${first.error.record.key})`;
  const ids = tried.slice(0, 5).map(({ error }) => error.id);
  return `${tried.length} errors (${ids.join(', ')}${tried.length > ids.length ? ', …' : ''})`;
}
