import type { SlotsSeen } from '../../contract/shared-limits.ts';
import { computeSlots } from './compute-slots.ts';
import type { LimitDraft, LimitState } from './state.ts';

/** Who has slots looks so often for others who wait, and who waits for slots that are given back. */
const lookMs = 250;
/** Who has none at all looks sooner, the first in line the soonest. */
const lookWithoutMs = 100;
/** However many requests come, nobody looks sooner than this after the last time because of them. */
const soonMs = 50;
/** Slots that were not used for so long are given back. */
const idleMs = 1_000;
/** Where there are more processes than slots, each has one for so long at least. */
const turnMs = 1_000;

/** Lets in who fits, first come first. Nothing is sent on slots whose lease could not be renewed. */
export function admit({ state, at, effects }: LimitDraft): void {
  if (at >= state.confirmedUntil) return;
  while (state.waiting.length > 0 && state.busy < usable(state)) {
    effects.push({ do: 'grant', id: state.waiting[0] as number });
    state.waiting = state.waiting.slice(1);
    state.busy += 1;
    state.peak = Math.max(state.peak, state.busy);
  }
}

function usable({ slots, keep }: LimitState): number {
  return Math.min(slots.length, keep);
}

/** Who has slots or waits for some looks after them; once it is closed, while some are in use. */
export function nextLookAt({
  leaseMs,
  isClosed,
  busy,
  waiting,
  slots,
  isCalling,
  lookAt,
}: LimitState): number {
  const isTending = isClosed ? busy > 0 : waiting.length > 0 || slots.length > 0;
  return leaseMs !== undefined && isTending && !isCalling ? lookAt : Number.POSITIVE_INFINITY;
}

export function tendSlots(draft: LimitDraft): void {
  const { state, at } = draft;
  const next = nextLookAt(state);
  if (at >= next) look(draft);
  if (next < Number.POSITIVE_INFINITY || state.isCalling) return;
  state.lookAt = at;
  // Nobody is to wait behind one who wants nothing any more. What cannot be given back runs out.
  if (state.leaseMs !== undefined && (state.isQueued || state.slots.length > 0)) give(draft, 0);
  else state.isEnded = state.isClosed && state.asked === 0;
}

function look({ state, at, effects }: LimitDraft): void {
  if (state.slots.length === 0) state.turnSince = at;
  state.isQueued = state.waiting.length > 0;
  state.lookedAt = at;
  state.isCalling = true;
  effects.push({ do: 'look', wait: state.isQueued });
}

/** Others may have left slots to us that we could use now. */
export function lookForMore({ state, at }: LimitDraft): void {
  if (state.busy >= usable(state) && state.mayGrow && at - state.lookedAt > soonMs) hurry(state);
}

export function leavePlace(draft: LimitDraft): void {
  const { state } = draft;
  state.busy -= 1;
  admit(draft);
  if (state.isClosed || state.slots.length > Math.max(state.keep, state.busy)) hurry(state);
}

export function hurry(state: LimitDraft['state']): void {
  if (state.isCalling) state.isHurried = true;
  else state.lookAt = Number.NEGATIVE_INFINITY;
}

export function seeSlots(draft: LimitDraft, seen: SlotsSeen): void {
  const { state, effects } = draft;
  const { concurrency, busy, waiting, lookedAt, turnSince, leaseMs = 0 } = state;
  const needed = Math.min(concurrency, busy + waiting.length);
  const share = computeSlots({ concurrency, needed, isTurnOver: lookedAt - turnSince >= turnMs }, seen);
  state.slots = seen.own;
  state.confirmedUntil = lookedAt + leaseMs / 2;
  state.keep = Math.min(share.keep, computeIdle(state));
  state.mayGrow = share.free > share.take.length;
  state.ahead = seen.others.filter(({ waits }) => waits === 'before us').length;
  if (share.take.length > 0) effects.push({ do: 'take slots', slots: share.take });
  else settle(draft);
}

/** How many were in use at once within the last second or so; no bound while somebody waits here. */
function computeIdle(state: LimitDraft['state']): number {
  const { waiting, lookedAt, peakSince, concurrency, peak, busy } = state;
  if (waiting.length > 0 || lookedAt - peakSince < idleMs) return concurrency;
  state.peak = busy;
  state.peakSince = lookedAt;
  return peak;
}

export function addSlots(draft: LimitDraft, taken: readonly number[]): void {
  const { state, at } = draft;
  if (taken.length > 0) {
    state.slots = [...state.slots, ...taken];
    state.keep += taken.length;
    state.peak = state.busy;
    state.peakSince = at;
  }
  settle(draft);
}

/** Gives back what is not to be kept, and rests until the next look. */
function settle(draft: LimitDraft): void {
  admit(draft);
  const { slots, keep, busy, ahead } = draft.state;
  draft.state.isAway = false;
  const left = Math.max(keep, busy);
  if (slots.length > left) give(draft, left);
  else rest(draft, slots.length > 0 ? lookMs : Math.min(2 * lookMs, lookWithoutMs * (1 + ahead)));
}

function give({ state, effects }: LimitDraft, left: number): void {
  effects.push({ do: 'give slots', slots: state.slots.slice(left) });
  state.slots = state.slots.slice(0, left);
  state.isQueued = false;
  state.isCalling = true;
}

export function failSlots(draft: LimitDraft, thrown: unknown): void {
  rest(draft, lookMs);
  const isTending = nextLookAt(draft.state) < Number.POSITIVE_INFINITY;
  if (!draft.state.isAway && isTending) draft.effects.push({ do: 'warn', thrown });
  draft.state.isAway = true;
}

function rest({ state, at }: LimitDraft, ms: number): void {
  state.isCalling = false;
  state.lookAt = state.isHurried ? at : at + ms;
  state.isHurried = false;
}
