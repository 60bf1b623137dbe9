import type { FlowScope } from '../../contract/flow-scope.ts';
import type { KnownState } from '../../store/journey/known-of.ts';
import type { Wait } from '../../store/journey/waits-of.ts';
import type { RecordPlace } from './flow-ends.ts';
import type { JourneyStep } from './journey-step.ts';

/** Which record is meant: by any text that it says, or by its key. */
export interface JourneyWish {
  readonly text: string;
  /** Only records of this flow. */
  readonly flow?: string | undefined;
  /** Only records with this key. */
  readonly key?: string | undefined;
  /** With what the record was at each step: `values` shows what is private as well. */
  readonly payloads?: 'covered' | 'values' | undefined;
  /** Only records of these flows; all, if left out. */
  readonly flows?: FlowScope;
  /** Private values of others are masked all the same; of all, if left out. */
  readonly valuesOf?: FlowScope;
}

/** One thing on its way through all flows. */
export interface Journey {
  /** Of each flow that had to do with it, the one it was read by first comes first. */
  readonly records: readonly RecordJourney[];
  /** There are more records that belong to it, which are not shown. */
  readonly isCut: boolean;
  /** Something of it waits for a person. */
  readonly isOpen: boolean;
}

/** A record on its way through one flow. */
export interface RecordJourney {
  readonly flow: string;
  readonly key: string;
  /** Absent: the flow is gone from the workspace, or has mistakes. */
  readonly source?: RecordPlace;
  readonly target?: RecordPlace;
  readonly steps: readonly JourneyStep[];
  /** Older steps are not shown. */
  readonly cutAt?: Date;
  /** What has not come to its end. */
  readonly waits: readonly Wait[];
  /** What is known of it at the target, whatever is kept of its way. */
  readonly known?: KnownState;
  /** Errors of it that are open. */
  readonly openErrors: readonly number[];
}
