import type { Following } from '../../notices/following.ts';
import type { RunDocument } from '../run-document.ts';

/** Where runs are followed: at an engine's database, or at a server. */
export interface RunView {
  /** Milliseconds since 1970. */
  now(): number;
  look(run: number, seen: SeenRun): Promise<RunStanding>;
  /** Records of a flow that had waited for others, and are about to be tried. */
  countReleased(flow: string): Promise<number>;
  /** Says when it is worth looking again. */
  follow(runs: 'all' | readonly number[]): Following;
  /** Is it away just now, so that it is worth asking again? */
  isOutage(thrown: unknown): boolean;
}

/** What has been seen of a run so far. */
export interface SeenRun {
  /** As the last look said; absent: there was none. */
  readonly mark?: string | undefined;
  /** For how long that has stayed so. */
  readonly idleMs: number;
  /** How long it is followed without progress; absent: as long as it may help. */
  readonly patienceMs?: number | undefined;
  /** Nobody looks any more after this: it is told what the run waits for. */
  readonly isLast: boolean;
}

/** How a run stands for whoever follows it. */
export interface RunStanding {
  readonly document: RunDocument;
  /** Nothing more happens for now. */
  readonly isOver: boolean;
  /** The same as long as none of its counts has changed. */
  readonly mark: string;
}
