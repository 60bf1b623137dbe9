import type { ErrorTrend } from '../../store/errors/error-trends.ts';
import type { ApprovalDecision } from '../../store/runs/flow-states.ts';
import type { FaultNote, Run } from '../../store/runs/runs.ts';
import type { Pause } from '../../store/waiting/pauses.ts';

/** A connection of a flow that does not work as it should. */
export interface ConnectionTrouble {
  readonly connection: string;
  readonly side: 'source' | 'target';
  /** `away` mends itself; `misconfigured` waits for a person. */
  readonly state: 'away' | 'misconfigured';
  readonly fault: FaultNote;
  readonly since: Date | undefined;
  /** Of a target: when it is tried again. A source is, with the next run. */
  readonly nextProbeAt: Date | undefined;
}

/** A flow whose schedule has fired, or should have, while what was new then is not read yet. */
export interface ScheduleLag {
  /** The first tick that has not brought what it should have. */
  readonly tick: Date;
  /** How long ago that was, in seconds. */
  readonly seconds: number;
}

/** The errors of a flow, in numbers. */
export interface OpenErrors extends Omit<ErrorTrend, 'oldest'> {
  readonly oldest: Date | undefined;
  /** Of the open ones: those that nobody has to see to for now. */
  readonly muted: number;
}

/** How one flow stands. */
export interface FlowStatus {
  readonly flow: string;
  /** `broken`: its files have mistakes, and it does not run. `gone`: it is not in the workspace any more. */
  readonly files: 'fine' | 'broken' | 'gone' | 'unknown';
  readonly lastRun: Run | undefined;
  /** Nobody reads the last run any more, or yet. */
  readonly isLost: boolean;
  /** What lets it stand still: its own, and those of its connections. */
  readonly pauses: readonly Pause[];
  readonly caughtUpAt: Date | undefined;
  /** The newest run that read all that was new and got through with every record. */
  readonly lastSuccess: { readonly run: number; readonly at: Date } | undefined;
  /** Since when its runs fail for the reason that the last one did. */
  readonly failingSince: Date | undefined;
  readonly schedule: { readonly cron: string; readonly timezone: string } | undefined;
  readonly nextTick: Date | undefined;
  /** The time at which it should have run, and did not. */
  readonly missedTick: Date | undefined;
  /** Against its schedule; absent while it is on time, and without a schedule. */
  readonly behind: ScheduleLag | undefined;
  readonly errors: OpenErrors;
  readonly waiting: { readonly records: number; readonly oldest: Date | undefined };
  readonly held: readonly number[];
  /** What was decided last about a held run of it. */
  readonly decision: ApprovalDecision | undefined;
  readonly troubles: readonly ConnectionTrouble[];
  /** What a person has to see to. */
  readonly needs: readonly Need[];
}

/** Something that does not go on, or does not come right, without a person. */
export interface Need {
  readonly kind: 'files' | 'late' | 'failed' | 'connection' | 'held' | 'errors';
  readonly message: string;
  /** What to type next. */
  readonly command: string;
}
