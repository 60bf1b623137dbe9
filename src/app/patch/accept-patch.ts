import { Fault } from '../../contract/fault.ts';
import type { ReplayWay } from '../../engine/bulks/replay-way.ts';
import type { MemberChange } from '../../engine/patch/list-changes.ts';
import { type EditTrial, tryEdit } from '../../engine/patch/try-edit.ts';
import type { Replayable } from '../../store/errors/replays.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { suggest } from '../../workspace/text/suggest.ts';
import { goesThrough } from '../replay/flows-of-errors.ts';
import type { Patch } from './patch.ts';

export interface PatchTools {
  readonly db: Database;
  readonly patch: Patch;
  readonly maxRecordBytes: number;
  readonly way: ReplayWay;
}

/** What a patch comes to, tried before anything is changed. */
export interface TriedPatch {
  readonly tried: readonly EditTrial[];
  /** Those that it does not mean, which stay as they are, and why. */
  readonly leftOut: readonly string[];
  /** What it adds, whose kind of value it changes, where it changes nothing, and what speaks against it. */
  readonly notes: readonly string[];
  /** Why nothing is to be replayed with it. */
  readonly refused?: Fault;
}

/** Refused if the flow refuses a record still, or a member seems to be mistyped, unless it is forced. */
export async function acceptPatch(
  accepting: PatchTools,
  plans: readonly Plan[],
  errors: readonly Replayable[],
): Promise<TriedPatch> {
  const { tried, leftOut } = await tryPatch(accepting, plans, errors);
  const idle = tried.filter(({ changes }) => changes.length === 0);
  if (tried.length > 0 && idle.length === tried.length) {
    const where = tried.length === 1 ? 'the record' : `any of the ${tried.length} records`;
    return {
      ...{ tried, leftOut, notes: [] },
      refused: refusal(`the patch changes nothing in ${where}: nothing was replayed`),
    };
  }
  if (tried.length === 0 && leftOut.length > 0) {
    return {
      ...{ tried, leftOut: [], notes: [] },
      refused: refusal(`nothing was replayed: ${leftOut.join('; ')}`),
    };
  }
  const notes = [
    ...(idle.length > 0 ? [`the patch changes nothing in ${namesOf(idle)}: replayed as it is`] : []),
    ...tellNotes(tried, notesOf),
  ];
  const objections = tellNotes(tried, objectionsOf);
  const [first, ...others] = objections;
  if (first === undefined) return { tried, leftOut, notes };
  if (accepting.patch.isForced) return { tried, leftOut, notes: [...notes, ...objections] };
  const more = others.length === 0 ? '' : `, and ${others.length} more that stand above`;
  const refused = refusal(`nothing was replayed: ${first}${more}; --force replays all the same`);
  return { tried, leftOut, notes: [...notes, ...others], refused };
}

/** The same for a forecast, which only reports it: what the flow refuses stands in the forecast. */
export async function previewPatch(
  accepting: PatchTools,
  plans: readonly Plan[],
  errors: readonly Replayable[],
): Promise<TriedPatch> {
  const { tried, leftOut } = await tryPatch(accepting, plans, errors);
  const idle = tried.filter(({ changes }) => changes.length === 0);
  const objections = tellNotes(tried, objectionsOf);
  const wouldStay = objections.length > 0 && !accepting.patch.isForced;
  const notes = [
    ...(idle.length > 0 ? [`the patch changes nothing in ${namesOf(idle)}`] : []),
    ...tellNotes(tried, notesOf),
    ...objections,
    ...(wouldStay ? ['so nothing would be replayed; --force replays all the same'] : []),
  ];
  return { tried, leftOut, notes };
}

function refusal(message: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', message);
}

async function tryPatch(
  { patch, way, ...accepting }: PatchTools,
  plans: readonly Plan[],
  errors: readonly Replayable[],
): Promise<Pick<TriedPatch, 'tried' | 'leftOut'>> {
  const tried: EditTrial[] = [];
  for (const plan of plans) {
    const own = errors.filter((error) => goesThrough(way, plan, error));
    tried.push(...(await tryEdit({ ...accepting, plan, edit: patch.edit }, own)));
  }
  const meant = tried.filter(({ leftOut }) => leftOut === undefined);
  const others = tried.filter(({ leftOut }) => leftOut !== undefined);
  return { tried: meant, leftOut: tellNotes(others, ({ leftOut }) => [`left out, as ${leftOut}`]) };
}

/** Each note once, with the errors that it is true of. */
function tellNotes(
  tried: readonly EditTrial[],
  notes: (one: EditTrial) => readonly string[],
): readonly string[] {
  const all = tried.flatMap((one) => notes(one).map((note) => ({ note, one })));
  const byNote = Map.groupBy(all, ({ note }) => note);
  return [...byNote].map(([note, some]) => `${namesOf(some.map(({ one }) => one))}: ${note}`);
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
