import { Fault } from '../../contract/fault.ts';
import type { RecordCounts } from '../../contract/outcome.ts';
import type { KeptLetter } from '../../store/errors/keep-errors.ts';
import type { IdleLane, NewBatch } from '../../store/line/batches.ts';
import { lockLanes, stageRecords } from '../../store/line/stage-records.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { CountDelta } from '../../store/runs/counts.ts';
import type { Run } from '../../store/runs/runs.ts';
import { keepUnread } from '../decisions/keep-unread.ts';

/** What a run is to work: records in their lanes, what could not be read, and how far its source has been read. */
export interface GatheredRecords {
  readonly batches: readonly NewBatch[];
  readonly letters: readonly KeptLetter[];
  /** How many are what the target has been given already: they come to their end here. */
  readonly unchanged: number;
  readonly cursor: string | undefined;
}

/** A run that records are staged for, and how long it then stays its reader's. */
export type RunToStage = Pick<Run, 'id' | 'flow'> & { readonly leaseMs: number };

/** `idle`: the lanes that nobody works. `counts`: what the run counts with it, once that is committed. */
export interface StagedRecords {
  readonly idle: readonly IdleLane[];
  readonly counts: RecordCounts;
}

/**
 * The one way into the line: whatever is to be delivered, from wherever it comes, is staged here, together with the cursor
 * that stands for it. All or nothing. Throws a Fault TL_LEASE_LOST if the run was held
 * or given up meanwhile, as a reader that stood still must not lay what it read then over what was read since.
 *
 * @param tx - a transaction, where there are letters or more belongs to it.
 */
export async function stage(
  tx: Database,
  { id: runId, flow, leaseMs }: RunToStage,
  { batches, letters, unchanged, cursor }: GatheredRecords,
): Promise<StagedRecords> {
  let counts: CountDelta = {};
  if (letters.length > 0) {
    // Lanes come before errors in every transaction, so that no two wait for each other.
    const lanes = batches.map(({ lane }) => lane);
    await lockLanes(tx, flow, lanes);
    counts = await keepUnread(tx, flow, letters);
  }
  counts = {
    ...counts,
    read: sizeOf({ batches, letters, unchanged }),
    unchanged: unchanged + (counts.unchanged ?? 0),
  };
  const idle = await stageRecords(tx, { flow, runId, leaseMs, counts, batches, cursor });
  if (idle === undefined)
    throw new Fault('TL_LEASE_LOST', `run ${runId} of ${flow} was held or given up meanwhile`);
  return { idle, counts };
}

/** Records, and what was meant to be one. */
export function sizeOf({ batches, letters, unchanged }: Omit<GatheredRecords, 'cursor'>): number {
  return batches.reduce((sum, { records }) => sum + records.length, letters.length + unchanged);
}
