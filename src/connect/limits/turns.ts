import type { TurnPace } from '../../contract/shared-limits.ts';
import type { LimitDraft } from './state.ts';

/** A process takes turns ahead for so long: at most about twenty statements a second. */
const aheadMs = 50;
/** More than was needed lately: to ask twice in that time costs a statement. */
const spareFactor = 1.25;
/** A turn that was not used goes to waste after this: saved up, it would come on top of what others take. */
const spendMs = 100;
/** Timers and messages are late; that is made up for. */
const lateMs = 20;

/**
 * A short burst may go after a quiet time. A fixed window would let twice the rate through at its border, which is when
 * systems answer 429. Without a limit, turns lie apart by nothing, and only a pause holds them back.
 */
export function computePace(requestsPerSecond: number | undefined): TurnPace {
  const gapMs = requestsPerSecond === undefined ? 0 : 1_000 / requestsPerSecond;
  return { gapMs, burstMs: Math.max(lateMs, 100 - gapMs) };
}

/** Lets go whose turn it is, and sees to it that there are turns for those who wait. */
export function giveTurns(draft: LimitDraft): void {
  const { state, at, effects } = draft;
  while ((state.turns[0] ?? at) <= at - spendMs) state.turns = state.turns.slice(1);
  if (!state.sharesTurns && state.turns.length < state.line.length) {
    giveOurselves(draft, state.line.length - state.turns.length);
  }
  while (state.line.length > 0 && (state.turns[0] ?? at + 1) <= at) {
    effects.push({ do: 'grant', id: state.line[0] as number });
    state.line = state.line.slice(1);
    state.turns = state.turns.slice(1);
    state.used += 1;
  }
  if (at >= nextAskAt(state)) ask(draft);
}

/** One batch at a time, so that processes take turns at taking turns. */
export function nextAskAt({ sharesTurns, line, turns, asked, pausedUntil }: LimitDraft['state']): number {
  const isAsking = sharesTurns && line.length > 0 && turns.length === 0 && asked === 0;
  return isAsking ? pausedUntil : Number.POSITIVE_INFINITY;
}

function ask({ state, at, effects }: LimitDraft): void {
  const likely = Math.ceil((spareFactor * state.used * aheadMs) / Math.max(1, at - state.askedAt));
  const most = Math.max(1, Math.ceil(aheadMs / state.pace.gapMs));
  state.asked = Math.min(most, Math.max(likely, state.line.length));
  state.askedAt = at;
  state.used = 0;
  effects.push({ do: 'take turns', count: state.asked });
}

export function addTurns({ state, at }: LimitDraft, waitMs: number): void {
  const turns = turnsFrom(at + waitMs, state.asked, state.pace);
  state.turns = turns.filter((turn) => turn >= state.pausedUntil);
  state.asked = 0;
}

/** While nobody can be asked, this process counts by itself: what is under way may come to its end. */
export function doWithoutTurns(draft: LimitDraft): void {
  giveOurselves(draft, draft.state.asked);
  draft.state.asked = 0;
}

function giveOurselves({ state, at }: LimitDraft, count: number): void {
  const first = Math.max(state.nextTurnAt, at - state.pace.burstMs);
  state.turns = [...state.turns, ...turnsFrom(first, count, state.pace)];
  state.nextTurnAt = first + count * state.pace.gapMs;
}

function turnsFrom(first: number, count: number, { gapMs }: TurnPace): readonly number[] {
  const turns: number[] = [];
  for (let index = 0; index < count; index += 1) turns.push(first + index * gapMs);
  return turns;
}

export function pauseTurns({ state, at, effects }: LimitDraft, ms: number): void {
  state.pausedUntil = Math.max(state.pausedUntil, at + ms);
  state.nextTurnAt = Math.max(state.nextTurnAt, state.pausedUntil);
  state.turns = [];
  if (state.sharesTurns) effects.push({ do: 'pause others', ms });
}
