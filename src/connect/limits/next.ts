import {
  addSlots,
  admit,
  failSlots,
  hurry,
  leavePlace,
  lookForMore,
  nextLookAt,
  seeSlots,
  tendSlots,
} from './places.ts';
import type { LimitDraft, LimitEffect, LimitEvent, LimitState, RequestId } from './state.ts';
import { addTurns, doWithoutTurns, giveTurns, nextAskAt, pauseTurns } from './turns.ts';

export interface Next {
  readonly state: LimitState;
  /** In this order. */
  readonly effects: readonly LimitEffect[];
}

/** What the limits of a connection make of an event, at a time of the monotonic clock: decides all, does nothing. */
export function next(state: LimitState, event: LimitEvent, at: number): Next {
  const draft: LimitDraft = { state: { ...state }, at, effects: [] };
  note(draft, event);
  giveTurns(draft);
  admit(draft);
  tendSlots(draft);
  return draft;
}

/** When something is to be done, if no event comes before. */
export function wakeAt(state: LimitState): number {
  const turn = state.line.length > 0 ? state.turns[0] : undefined;
  return Math.min(turn ?? Number.POSITIVE_INFINITY, nextAskAt(state), nextLookAt(state));
}

function note(draft: LimitDraft, event: LimitEvent): void {
  const { state, effects } = draft;
  switch (event.type) {
    case 'place wanted':
      if (state.isClosed) effects.push({ do: 'refuse', id: event.id });
      else state.waiting = [...state.waiting, event.id];
      lookForMore(draft);
      break;
    case 'turn wanted':
      if (state.isClosed) effects.push({ do: 'refuse', id: event.id });
      else state.line = [...state.line, event.id];
      break;
    case 'aborted':
      state.waiting = without(state.waiting, event.id);
      state.line = without(state.line, event.id);
      break;
    case 'place left':
      leavePlace(draft);
      break;
    case 'pause':
      pauseTurns(draft, event.ms);
      break;
    case 'turns taken':
      addTurns(draft, event.waitMs);
      break;
    case 'turns failed':
      doWithoutTurns(draft);
      break;
    case 'slots seen':
      seeSlots(draft, event.seen);
      break;
    case 'slots taken':
      addSlots(draft, event.slots);
      break;
    case 'slots failed':
      failSlots(draft, event.thrown);
      break;
    case 'close':
      close(draft);
      break;
    case 'time':
  }
}

function without(ids: readonly RequestId[], id: RequestId): readonly RequestId[] {
  return ids.filter((each) => each !== id);
}

/** Who waits is sent away. Slots in use are renewed until their requests have come to an end. */
function close({ state, effects }: LimitDraft): void {
  for (const id of [...state.waiting, ...state.line]) effects.push({ do: 'refuse', id });
  state.waiting = [];
  state.line = [];
  state.isClosed = true;
  hurry(state);
}
