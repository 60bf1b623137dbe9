import type { FaultSubject } from '../../contract/fault.ts';
import type { LineStep, Outcome } from '../../contract/outcome.ts';
import type { TargetAnswer } from '../errors/errors.ts';
import type { StagedRecord } from '../line/batches.ts';
import type { Reference } from '../waiting/blocked.ts';

/** How a record came out of a step: its end, or that it waits. `replaces`: it took the place of one that waited. */
export type StepOutcome = Outcome | 'held' | 'queued' | 'replaces';

/** What was done at the target. `confirm`: an earlier attempt had created it, and only its reply was lost. */
export type TargetDeed = 'create' | 'update' | 'upsert' | 'delete' | 'confirm';

/** What became of a record, this time. */
export interface KeptEnd {
  readonly outcome: StepOutcome;
  /** What was done at the target, or tried where it did not get through. */
  readonly did?: TargetDeed;
  /** Of what was delivered: what the target knows it by. */
  readonly targetId?: string;
  /** Of what was delivered: 16 hexadecimal digits of the SHA-256 of the payload as JSON. */
  readonly fingerprint?: string;
  /** Where on the line it failed. */
  readonly stage?: LineStep;
  readonly fault?: KeptFault;
  /** Which attempt this was; absent: the first. */
  readonly attempt?: number;
  /** How long it was to wait, in milliseconds. */
  readonly waitMs?: number;
  /** What it waited for. */
  readonly missing?: readonly Reference[];
  /** Why it was filtered, or by what decision it ended. */
  readonly reason?: string;
  /** By whom and when it was patched: the record is what went down the line instead of what was read. */
  readonly patch?: string;
  /** It failed as it had before: the same version of its record, whose error was open. */
  readonly isAgain?: true;
}

export interface KeptFault {
  readonly code: string;
  readonly message: string;
  readonly at?: string;
  readonly answer?: TargetAnswer;
  readonly about?: FaultSubject;
}

/** A record that was read, and what became of it. */
export interface KeptRecord {
  /** What could not be read has no key (`''`), and its raw text for `native`. */
  readonly record: StagedRecord;
  readonly end: KeptEnd;
  /** What the target was given; kept with `history: full` only. */
  readonly sent?: unknown;
}

/** Where a block lies. A larger id is newer. */
export interface BlockRef {
  readonly part: number;
  readonly id: number;
}

/** Records of one run that came out of a step together. */
export interface KeptBlock extends BlockRef {
  readonly flow: string;
  readonly runId: number;
  /** Absent where it was not known any more. */
  readonly lane?: number;
  /** When they were staged; absent where that was not known any more. */
  readonly readAt?: Date;
  /** When what became of them was written down. */
  readonly at: Date;
  readonly records: readonly KeptRecord[];
}
