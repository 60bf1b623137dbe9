import type { RecordCounts } from '../../contract/outcome.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import type { Lease } from '../../store/line/lanes.ts';
import type { FaultNote } from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { ItemEnd } from '../line/item.ts';

/** How records have ended, to be written down. */
export interface Recording {
  readonly lease: Lease;
  readonly plan: Plan;
  readonly scope: XrefScope;
  /** The batch that these records are of, and what is left of it, in its order; absent for held records. */
  readonly batch?: RecordedBatch;
  readonly ended: readonly ItemEnd[];
}

export interface RecordedBatch {
  readonly id: number;
  /** What it holds by now. */
  readonly staged: readonly StagedRecord[];
  readonly rest: readonly StagedRecord[];
}

export interface RecordingResult {
  /** What runs count with it. */
  readonly counted: readonly RecordCounts[];
  /** Runs that may be over with it. */
  readonly over: readonly number[];
  /** How it ended for each in the end. */
  readonly ended: readonly ItemEnd[];
  /** Runs that are held from now on, and why. */
  readonly held: readonly { readonly run: number; readonly note: FaultNote }[];
}
