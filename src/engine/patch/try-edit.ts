import { type Fault, toFault } from '../../contract/fault.ts';
import type { Replayable } from '../../store/errors/replays.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { identifyRecord } from '../line/identify-record.ts';
import { xrefScopeOf } from '../line/open-line.ts';
import { passRecord } from '../line/pass-record.ts';
import { createXrefLookup, type XrefLookup } from '../line/xref-lookup.ts';
import type { Edit } from './edit.ts';
import { listChanges, type MemberChange } from './list-changes.ts';

/** What an edit would make of the record of one error. */
export interface EditTrial {
  readonly error: Replayable;
  /** With the record as it would be sent. */
  readonly edited: Replayable;
  readonly changes: readonly MemberChange[];
  /** Why this one is not meant, and stays as it is. */
  readonly leftOut?: string;
  /** Why the flow, or who keeps records by their keys, would not take it like this. */
  readonly objection?: string;
}

export interface EditTools {
  readonly db: Database;
  readonly plan: Plan;
  readonly edit: Edit;
  readonly maxRecordBytes: number;
}

/**
 * Tries an edit on the errors of one flow, and changes nothing. Throws a Fault TL_ARGUMENT_INVALID where the edit itself
 * cannot be made: a place that is not there, an expression that fails.
 */
export async function tryEdit(
  trying: EditTools,
  errors: readonly Replayable[],
): Promise<readonly EditTrial[]> {
  const scope = xrefScopeOf(trying.plan);
  const xref = createXrefLookup((entity, ids) => loadXrefs(trying.db, { ...scope, entity }, ids));
  const tried: EditTrial[] = [];
  for (const error of errors) tried.push(await tryOne({ ...trying, xref }, error));
  return tried;
}

async function tryOne(
  trying: EditTools & { readonly xref: XrefLookup },
  error: Replayable,
): Promise<EditTrial> {
  const made = await trying.edit(error);
  if ('leftOut' in made) return { error, edited: error, changes: [], leftOut: made.leftOut };
  const { native } = made;
  const changes = listChanges(error.record.native, native);
  if (changes.length === 0) return { error, edited: error, changes };
  const edited = { ...error, record: { ...error.record, native } };
  const objection = await objectionTo(trying, edited);
  return { error, edited, changes, ...(objection !== undefined && { objection }) };
}

async function objectionTo(
  { plan, maxRecordBytes, xref }: EditTools & { readonly xref: XrefLookup },
  { record: { key, native } }: Replayable,
): Promise<string | undefined> {
  try {
    const { key: now } = await identifyRecord(plan, native, maxRecordBytes);
    if (now !== key) {
      return `it would have the key "${now}" instead of "${key}", by which it is kept, and known at the target`;
    }
  } catch (thrown) {
    return tell(toFault(thrown));
  }
  const passed = await passRecord(plan, native, { xref });
  return passed.end === 'failed' ? tell(passed.fault) : undefined;
}

function tell({ code, message }: Fault): string {
  return `it fails still: ${code} ${message}`;
}
