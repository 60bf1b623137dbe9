import type { TurnPace } from '../../contract/shared-limits.ts';

/** When requests may be sent. Turns lie evenly apart. All times are milliseconds of one monotonic clock. */
export interface Turns {
  readonly pace: TurnPace;
  /** When our next turn is, and how many we have from then on: some in a row where they are shared, else all of them. */
  readonly nextAt: number;
  readonly left: number;
  /** Turns asked for that are not there yet, when that was, and how many were used since. */
  readonly asked: number;
  readonly askedAt: number;
  readonly used: number;
}

type Draft = { -readonly [Member in keyof Turns]: Turns[Member] };

/** A process takes turns ahead for so long: at most about twenty statements a second. */
const aheadMs = 50;
/** More than was needed lately: to ask twice in that time costs a statement. */
const spareFactor = 1.25;
/** A shared turn that was not used goes to waste after this: saved up, it would come on top of what others take. */
const spendMs = 100;
/** Timers and messages are late; that is made up for. */
const lateMs = 20;
const never = Number.POSITIVE_INFINITY;

/**
 * A short burst may go after a quiet time. A fixed window would let twice the rate through at its border, which is when
 * systems answer 429. Without a limit, turns lie apart by nothing, and only a pause holds them back.
 */
export function computePace(requestsPerSecond: number | undefined): TurnPace {
  const gapMs = requestsPerSecond === undefined ? 0 : 1_000 / requestsPerSecond;
  return { gapMs, burstMs: Math.max(lateMs, 100 - gapMs) };
}

export function startTurns(pace: TurnPace, left = never): Turns {
  return { pace, nextAt: -never, left, asked: 0, askedAt: -never, used: 0 };
}

/** Returns how many of those in line go now. */
export function useTurns(turns: Draft, inLine: number, at: number): number {
  const { pace, left } = turns;
  if (left === never && inLine > 0) turns.nextAt = Math.max(turns.nextAt, at - pace.burstMs);
  let going = 0;
  for (; going < inLine && turns.left > 0 && turns.nextAt <= at; turns.left -= 1) {
    if (left === never || turns.nextAt > at - spendMs) going += 1;
    turns.nextAt += pace.gapMs;
  }
  turns.used += going;
  return going;
}

/** When those in line may go, or turns are to be asked for: one batch at a time, so that processes take turns at it. */
export function nextTurnAt({ left, nextAt, asked }: Turns, inLine: number): number {
  if (inLine === 0 || (left === 0 && asked > 0)) return never;
  return left > 0 ? nextAt : -never;
}

/** Returns how many to ask for. */
export function askForTurns(turns: Draft, inLine: number, at: number): number {
  const likely = Math.ceil((spareFactor * turns.used * aheadMs) / Math.max(1, at - turns.askedAt));
  const most = Math.max(1, Math.ceil(aheadMs / turns.pace.gapMs));
  turns.asked = Math.min(most, Math.max(likely, inLine));
  turns.askedAt = at;
  turns.used = 0;
  return turns.asked;
}

/** Those asked for are there, from `firstAt` on, but never before turns that we have had, nor within a pause. */
export function addTurns(turns: Draft, firstAt: number): void {
  turns.nextAt = Math.max(turns.nextAt, firstAt);
  turns.left = turns.asked;
  turns.asked = 0;
}

export function pauseTurns(turns: Draft, until: number): void {
  turns.nextAt = Math.max(turns.nextAt, until);
  if (turns.left < never) turns.left = 0;
}
