import { Fault, toFault } from '../../contract/fault.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { ItemEnd } from '../line/item.ts';
import type { Line } from '../line/open-line.ts';
import { recordOutcomes } from '../record/record-outcomes.ts';
import type { RecordingResult } from '../record/recording.ts';
import { isOfOneRecord } from '../verdict.ts';
import { halvesOf } from './deliver-divided.ts';

/** What there is to record, and the batch that it comes from; none for held records. */
export interface Outcomes {
  readonly ended: readonly ItemEnd[];
  readonly batch?: { readonly id: number; readonly records: readonly StagedRecord[] };
}

/**
 * Records how it ended for each. Where that is refused because of one of them, what is known of the others is recorded
 * without it: none is written to the target again for the sake of another. What is recorded at once is recorded whole,
 * with what is left of the batch, so that a crash in between neither loses a record nor counts one twice.
 */
export async function recordDivided(line: Line, { ended, batch }: Outcomes): Promise<RecordingResult> {
  // By their places in the batch: what ends may be another record, as a person has patched it.
  const left = new Set(batch?.records.map(({ stagedAs }) => stagedAs));
  const record = async (some: readonly ItemEnd[]): Promise<RecordingResult> => {
    const done = new Set(some.map(({ item }) => item.record.stagedAs));
    const all = batch?.records ?? [];
    const staged = left.size === all.length ? all : all.filter(({ stagedAs }) => left.has(stagedAs));
    const rest = done.size === staged.length ? [] : staged.filter(({ stagedAs }) => !done.has(stagedAs));
    const { lease, plan, scope } = line;
    const from = batch && { batch: { id: batch.id, staged, rest } };
    const recorded = await recordOutcomes(line.engine.db, { lease, plan, scope, ended: some, ...from });
    for (const each of done) left.delete(each);
    return recorded;
  };
  return await divide(line, ended, record);
}

/** What ended of one key stays together and in its order. */
async function divide(
  line: Line,
  ended: readonly ItemEnd[],
  record: (some: readonly ItemEnd[]) => Promise<RecordingResult>,
): Promise<RecordingResult> {
  const byKey = () => [...Map.groupBy(ended, ({ item }) => item.record.key).values()];
  try {
    return await record(ended);
  } catch (thrown) {
    if (line.signal.aborted || !isOfOneRecord(thrown)) throw thrown;
    if (byKey().length < 2) return await record(ended.map((end) => toUnkept(line, end, thrown)));
  }
  const halves: RecordingResult[] = [];
  for (const half of halvesOf(byKey())) halves.push(await divide(line, half.flat(), record));
  return {
    over: [...new Set(halves.flatMap(({ over }) => over))],
    ended: halves.flatMap((half) => half.ended),
    held: halves.flatMap(({ held }) => held),
    counted: halves.flatMap(({ counted }) => counted),
  };
}

/** However it ended, it is an error now: that it could not be written down is all that can be. */
function toUnkept({ engine, plan }: Line, end: ItemEnd, thrown: unknown): ItemEnd {
  const { item, outcome } = end;
  const { message } = toFault(thrown);
  const what = outcome === 'delivered' ? 'it was written, but that' : `it ended as ${outcome}, but that`;
  const fault = new Fault('TL_DEFECT', `${what} could not be kept: ${message}`, { cause: thrown });
  engine.log.defect({ flow: plan.flow, stage: 'record' }, fault);
  const tried = end.outcome === 'delivered' && { tried: end.did };
  return { item, outcome: 'failed', stage: 'record', fault, ...tried };
}
