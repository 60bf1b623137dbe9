import type { SlotsSeen, TurnPace } from '../../contract/shared-limits.ts';

/** Of a request that wants something; who it is, the shell knows. */
export type RequestId = number;

/**
 * The limits of one connection in this process. A request has a place while it is under way (`concurrency`), and takes a
 * turn each time that it is sent (`requestsPerSecond`). All times are milliseconds of one monotonic clock.
 */
export interface LimitState {
  readonly concurrency: number;
  /** Where places are shared, the database leases slots for so long. */
  readonly leaseMs: number | undefined;
  readonly pace: TurnPace;
  readonly sharesTurns: boolean;
  readonly isClosed: boolean;
  /** Closed, and nothing is under way any more. */
  readonly isEnded: boolean;

  /** Who wants a place, first come first, and how many have one. */
  readonly waiting: readonly RequestId[];
  readonly busy: number;
  /** Slots that are ours, how many of them may be used, and until when that is sure. */
  readonly slots: readonly number[];
  readonly keep: number;
  readonly confirmedUntil: number;
  /** Most that were busy at once since then. */
  readonly peak: number;
  readonly peakSince: number;
  /** Since when we have had any slots. */
  readonly turnSince: number;
  readonly lookedAt: number;
  readonly lookAt: number;
  /** A statement about slots is on its way; the next look follows it at once. */
  readonly isCalling: boolean;
  readonly isHurried: boolean;
  /** The database knows that we wait, and how many others have waited for longer. */
  readonly isQueued: boolean;
  readonly ahead: number;
  /** The last look has left free slots to others. */
  readonly mayGrow: boolean;
  readonly isAway: boolean;

  /** Who wants a turn, and the times of those that are ours. */
  readonly line: readonly RequestId[];
  readonly turns: readonly number[];
  /** The next one that this process gives to itself. */
  readonly nextTurnAt: number;
  readonly pausedUntil: number;
  /** Turns asked for that are not there yet, and those used since. */
  readonly asked: number;
  readonly askedAt: number;
  readonly used: number;
}

export type LimitEvent =
  | { readonly type: 'place wanted' | 'turn wanted' | 'aborted'; readonly id: RequestId }
  /** The system asked for a pause. */
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'turns taken'; readonly waitMs: number }
  | { readonly type: 'slots seen'; readonly seen: SlotsSeen }
  /** None after some were given back. */
  | { readonly type: 'slots taken'; readonly slots: readonly number[] }
  | { readonly type: 'slots failed'; readonly thrown: unknown }
  | { readonly type: 'place left' | 'turns failed' | 'time' | 'close' };

export type LimitEffect =
  | { readonly do: 'grant'; readonly id: RequestId }
  | { readonly do: 'refuse'; readonly id: RequestId }
  | { readonly do: 'take turns'; readonly count: number }
  | { readonly do: 'pause others'; readonly ms: number }
  | { readonly do: 'look'; readonly wait: boolean }
  | { readonly do: 'take slots'; readonly slots: readonly number[] }
  | { readonly do: 'give slots'; readonly slots: readonly number[] }
  | { readonly do: 'warn'; readonly thrown: unknown };

/** What one event has made of the state so far. */
export interface LimitDraft {
  readonly state: { -readonly [Member in keyof LimitState]: LimitState[Member] };
  readonly at: number;
  readonly effects: LimitEffect[];
}

export function openState(
  fixed: Pick<LimitState, 'concurrency' | 'leaseMs' | 'pace' | 'sharesTurns'>,
): LimitState {
  const isShared = fixed.leaseMs !== undefined;
  const slots = isShared ? [] : Array.from({ length: fixed.concurrency }, (_, index) => index + 1);
  const long = Number.POSITIVE_INFINITY;
  return {
    ...fixed,
    ...{ isClosed: false, isEnded: false, waiting: [], busy: 0, slots, keep: slots.length },
    ...{ confirmedUntil: isShared ? -long : long, peak: 0, peakSince: 0, turnSince: 0 },
    ...{ lookedAt: -long, lookAt: -long, isCalling: false, isHurried: false, isQueued: false },
    ...{ ahead: 0, mayGrow: false, isAway: false, line: [], turns: [], nextTurnAt: -long },
    ...{ pausedUntil: -long, asked: 0, askedAt: -long, used: 0 },
  };
}
