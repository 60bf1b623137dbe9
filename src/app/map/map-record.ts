import { Fault } from '../../contract/fault.ts';
import type { FlowFile } from '../../contract/generated/flow.ts';
import type { TestXref } from '../../contract/generated/test.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type CaseOutcome, keyOfRecord, passCase } from '../../flow-test/pass-case.ts';
import { parseRecords } from '../../flow-test/sample/parse-records.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { listOf } from '../../workspace/text/suggest.ts';
import { loadFrom } from '../open/load.ts';
import { requireFlow } from '../open/require-flow.ts';
import type { Surroundings } from '../surroundings.ts';
import { type InputRecords, readInputFile } from './input-records.ts';

export interface MapWish {
  readonly dir: string;
  readonly flow: string;
  /** A file, by its path and as messages name it, or the text that was piped in. */
  readonly input: { readonly path: string; readonly name: string } | { readonly text: string };
  /** The record with this key; the first one if left out. */
  readonly key?: string | undefined;
  readonly xrefs: TestXref;
}

/** A record on its way through a flow. */
export interface MappedRecord {
  readonly plan: Plan;
  readonly input: unknown;
  readonly came: CaseOutcome;
  /** What could not be read of the input, and which record was taken. */
  readonly notes: readonly string[];
}

/**
 * What a flow makes of a record. No system is asked anything. Throws a Fault TL_ARGUMENT_INVALID for a flow, an input or
 * a key that cannot be meant.
 */
export async function mapRecord(
  around: Surroundings,
  { dir, flow, input, key, xrefs }: MapWish,
): Promise<MappedRecord> {
  const loaded = await loadFrom(around, dir);
  const plans = createOfflinePlans(loaded.workspace, around.clock);
  try {
    const { workspace } = plans;
    requireFlow({ workspace }, flow);
    const file = workspace.flows.get(flow)?.value as FlowFile;
    const plan = plans.compile(flow, {});
    const { records, faults } =
      'text' in input
        ? { records: parseRecords('standard input', input.text), faults: [] }
        : await readInputFile(around.clock, input, { workspace, flow: file });
    const { record, note } = await pick(plan, records, key);
    const came = await passCase(plan, { given: { record }, hasOwnKey: file.key !== undefined }, xrefs);
    const notes = faults.map(({ message }) => `left out: ${message}`);
    return { plan, input: record, came, notes: note === undefined ? notes : [...notes, note] };
  } finally {
    await plans.close();
  }
}

async function pick(
  plan: Plan,
  records: InputRecords['records'],
  key: string | undefined,
): Promise<{ readonly record: unknown; readonly note?: string }> {
  if (records.length === 0) throw new Fault('TL_ARGUMENT_INVALID', 'the list has no records');
  if (key === undefined) {
    const [record] = records;
    if (records.length === 1) return { record };
    return { record, note: `the first of ${records.length} records; --key KEY shows another` };
  }
  const keys = await Promise.all(records.map((record) => keyOfRecord(plan, record)));
  const index = keys.indexOf(key);
  if (index >= 0) return { record: records[index] };
  const known = [...new Set(keys.filter((each) => each !== undefined))];
  const what = known.length === 0 ? 'none of the records has a key' : `there are ${listOf(known)}`;
  throw new Fault('TL_ARGUMENT_INVALID', `no record has the key "${key}"; ${what}`);
}

/** As one document: what there is nothing of is left out. */
export function toMapDocument({ plan, input, came }: MappedRecord) {
  const { outcome, key, record, entity, payload, fault, stage, reason, notGiven } = came;
  return {
    flow: plan.flow,
    outcome,
    ...(key !== undefined && { key }),
    input,
    ...(record !== undefined && { record }),
    ...(entity !== undefined && { entity }),
    ...(payload !== undefined && { payload }),
    ...(fault !== undefined && {
      fault: {
        code: fault.code,
        message: fault.message,
        stage,
        ...(fault.at !== undefined && { at: fault.at }),
      },
    }),
    ...(reason !== undefined && { reason }),
    ...(notGiven.length > 0 && { notGiven }),
  };
}
