import type { LineStep } from '../../contract/outcome.ts';
import type { AuditEntry } from '../../store/audit/list-entries.ts';
import type { TargetAnswer } from '../../store/errors/errors.ts';
import type { StepOutcome, TargetDeed } from '../../store/history/block.ts';
import type { Trigger } from '../../store/runs/runs.ts';
import type { Reference } from '../../store/waiting/blocked.ts';
import type { ErrorMeaning } from '../errors/explain/explain-error.ts';
import type { ToldChange } from '../errors/told-decision.ts';
import type { StepPayloads } from './step-payloads.ts';

/** One thing that happened to a record, or that somebody decided about it. */
export type JourneyStep = { readonly at: Date } & (
  | ReadStep
  | OutcomeStep
  | ErrorStep
  | SettledStep
  | PatchStep
  | AuditStep
);

/** It was read from its source, or taken out of the errors to be replayed. */
export interface ReadStep {
  readonly what: 'read';
  readonly run: number;
  readonly trigger?: Trigger;
  readonly by?: string;
  readonly version?: string;
  /** The error that it is a replay of. */
  readonly error?: number;
}

/** It came out of the line, for good or until the next attempt. */
export interface OutcomeStep {
  readonly what: 'outcome';
  readonly run: number;
  readonly outcome: StepOutcome;
  readonly did?: TargetDeed;
  readonly attempt?: number;
  readonly targetId?: string;
  readonly stage?: LineStep;
  readonly fault?: {
    readonly code: string;
    readonly message: string;
    readonly at?: string;
    readonly answer?: TargetAnswer;
  };
  readonly explanation?: Pick<ErrorMeaning, 'sentence' | 'next'>;
  readonly missing?: readonly Reference[];
  readonly reason?: string;
  /** By whom, and when, the record was patched that went down the line. */
  readonly patch?: string;
  /** As it had failed before. */
  readonly isAgain?: true;
  readonly payloads?: StepPayloads;
}

/** It became an error. */
export interface ErrorStep {
  readonly what: 'error';
  readonly run: number;
  readonly error: number;
  readonly code: string;
}

export interface SettledStep {
  readonly what: 'settled';
  readonly error: number;
  readonly state: 'resolved' | 'discarded';
  /** Absent: by itself, as its record got through. */
  readonly by?: string;
  readonly run?: number;
  readonly reason?: string;
}

/** A person changed a version of it, which goes down the line in place of the source's. */
export interface PatchStep {
  readonly what: 'patched';
  readonly by: string;
  readonly error: number;
  readonly reason?: string;
  readonly changes?: readonly ToldChange[];
}

/** What else people have done: about its errors, its id, or a run that it was in. */
export interface AuditStep {
  readonly what: 'audit';
  readonly deed: AuditEntry['deed'];
  readonly by: string | null;
  readonly run?: number;
  readonly reason?: string;
}
