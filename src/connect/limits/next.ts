import type { SlotsSeen, SlotsWish } from '../../contract/shared-limits.ts';
import { look, missSlots, nextLookAt, type Places, type Requests, seeSlots } from './places.ts';
import { addTurns, askForTurns, nextTurnAt, pauseTurns, type Turns, useTurns } from './turns.ts';

/**
 * The limits of one connection in this process. A request has a place while it is under way (`concurrency`), and takes
 * a turn each time that it is sent (`requestsPerSecond`).
 */
export interface LimitState {
  readonly places: Places;
  readonly turns: Turns;
}

export type LimitEvent =
  /** Time has passed, or requests do or want something else than before. */
  | { readonly type: 'moved on' | 'turns failed' | 'slots failed' }
  | { readonly type: 'concurrency changed'; readonly concurrency: number }
  /** The system asked for a pause. */
  | { readonly type: 'paused'; readonly ms: number }
  | { readonly type: 'turns taken'; readonly waitMs: number }
  | { readonly type: 'slots seen'; readonly seen: SlotsSeen };

/** So many of those in line for a turn go; so many shared turns, and these slots, are to be asked for. */
export interface Next {
  readonly state: LimitState;
  readonly going: number;
  readonly turns: number;
  readonly slots: SlotsWish | undefined;
}

/** What the limits of a connection make of an event, at a time of the monotonic clock: decides all, does nothing. */
export function next(state: LimitState, event: LimitEvent, requests: Requests, at: number): Next {
  const places = { ...state.places };
  const turns = { ...state.turns };
  if (event.type === 'concurrency changed') places.concurrency = event.concurrency;
  else if (event.type === 'paused') pauseTurns(turns, at + event.ms);
  else if (event.type === 'turns taken') addTurns(turns, at + event.waitMs);
  // While nobody can be asked, this process counts by itself: what is under way may come to its end.
  else if (event.type === 'turns failed') addTurns(turns, at - turns.pace.burstMs);
  else if (event.type === 'slots seen') seeSlots(places, event.seen, requests, at);
  else if (event.type === 'slots failed') missSlots(places, requests, at);
  const going = useTurns(turns, requests.inLine(), at);
  const inLine = requests.inLine() - going;
  return {
    state: { places, turns },
    going,
    turns: at >= nextTurnAt(turns, inLine) ? askForTurns(turns, inLine, at) : 0,
    slots: at >= nextLookAt(places, requests) ? look(places, requests, at) : undefined,
  };
}

/** When something is to be done, if nothing happens before. */
export function wakeAt({ places, turns }: LimitState, requests: Requests): number {
  return Math.min(nextTurnAt(turns, requests.inLine()), nextLookAt(places, requests));
}
