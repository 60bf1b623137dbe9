import { readJson } from '../../contract/exact-json/read-json.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { Replayable, Unread } from '../../store/errors/replays.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { identifyRecord } from '../line/identify-record.ts';
import type { Edit } from './edit.ts';

export interface IdentifyWith {
  readonly plan: Plan;
  readonly maxRecordBytes: number;
  /** What a person makes of the record first. */
  readonly edit?: Edit;
}

/** What has become a record, and why the others still are none. */
export interface UnreadOutcome {
  readonly records: readonly Replayable[];
  readonly rest: readonly { readonly id: number; readonly why: string }[];
}

/**
 * Makes records of what could not come in, once the flow or a person says how: an error that had no key, one that was
 * none, or whose expression failed. What was not read whole (a broken line, a record without what is attached to it) is
 * not sent as it is: only a person can say what belongs into it. An error holds the record as it was read, with the key
 * that it gets by the patch.
 */
export async function identifyUnread(errors: readonly Unread[], given: IdentifyWith): Promise<UnreadOutcome> {
  const records: Replayable[] = [];
  const rest: { id: number; why: string }[] = [];
  for (const error of errors) {
    try {
      records.push(await identify(error, given));
    } catch (thrown) {
      const fault = toFault(thrown);
      if (fault.kind !== 'rejected') throw fault;
      rest.push({ id: error.id, why: fault.message });
    }
  }
  return { records, rest };
}

async function identify(
  { raw, ...error }: Unread,
  { plan, maxRecordBytes, edit }: IdentifyWith,
): Promise<Replayable> {
  const whole = readWhole(raw);
  if (edit === undefined && (whole === undefined || !wasWhole.has(error.code))) {
    throw new Fault('TL_SOURCE_RECORD', 'it was not read as a whole record: only a patch can say what it is');
  }
  const native = whole ?? {};
  const asSent =
    edit === undefined ? native : await editUnread(edit, { ...error, record: { key: '', native } });
  const { text: _text, ...named } = await identifyRecord(plan, asSent, maxRecordBytes);
  const record: StagedRecord = { ...named, native };
  return { ...error, record };
}

/** What stands in the way of the edit keeps this one from being sent, and none of the others. */
async function editUnread(edit: Edit, error: Replayable): Promise<unknown> {
  const made = await edit(error).catch((thrown: unknown) => {
    const fault = toFault(thrown);
    throw fault.code === 'TL_ARGUMENT_INVALID' ? new Fault('TL_SOURCE_RECORD', fault.message) : fault;
  });
  if ('leftOut' in made) throw new Fault('TL_SOURCE_RECORD', made.leftOut);
  return made.native;
}

/** With these the text is all of a record, which only had no key or version that could be used. */
const wasWhole: ReadonlySet<string> = new Set([
  'TL_KEY_MISSING',
  'TL_KEY_INVALID',
  'TL_MAP_FAILED',
  'TL_MAP_SLOW',
  'TL_RECORD_TOO_LARGE',
]);

/** `undefined`: it was cut, or is none, or has something in it that nobody can rely on. */
function readWhole(raw: string): JsonObject | undefined {
  try {
    const { value, flaws } = readJson(raw);
    return flaws.length === 0 && isJsonObject(value) ? value : undefined;
  } catch {
    // The text of a broken line, or the beginning of a record that was too large.
    return undefined;
  }
}
