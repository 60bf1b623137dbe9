/**
 * How a create is made once, over crashes, lost replies and systems that take their time. Before its request is sent it
 * is reserved; its outcome confirms the reservation, or gives it up. A reservation that is found open means that nobody
 * knows: the target is asked, and it is made again only where the target has answered that it is not there, and can no
 * longer be at work on it when it is asked: `settle` has passed since the last moment at which a request can have left.
 *
 *     nothing ─ send ─► reserved ─ answered ─► confirmed, or nothing
 *                          │ no clear answer, or the worker is gone
 *                          ▼
 *                     in doubt ─ look ─► there: confirmed
 *                          ▲        └──► absent: wait, and look again; once `settle` has passed: send
 */
export interface ReservationState {
  /** Absent: nobody has written down yet that its last request was given up. It counts from now on. */
  readonly doubt?: Doubt;
}

/** By the clock of the database, in milliseconds. */
export interface Doubt {
  /** Since the last moment at which a request can have left. */
  readonly forMs: number;
  /** Until the system can no longer be at work on it; nothing is left of it at 0 or below. */
  readonly leftMs: number;
}

/** What the target has answered, asked after the reservation was read. */
export type Look = 'not yet' | 'there' | 'absent';

export type Step = 'send' | 'look' | 'wait' | 'confirm';

export interface CreateRules {
  /** Is the target asked even for what was never sent? */
  readonly looksFirst: boolean;
  /** How long the system may still be at work on a create that was given up. 0: a create may be repeated at any time. */
  readonly settleMs: number;
}

/** What is done next about a create: `reservation` as it was read before `look`. */
export function decideCreate(
  reservation: ReservationState | undefined,
  look: Look,
  { looksFirst, settleMs }: CreateRules,
): Step {
  if (look === 'there') return 'confirm';
  if (look === 'not yet') return reservation !== undefined || looksFirst ? 'look' : 'send';
  if (reservation === undefined || settleMs === 0) return 'send';
  return (reservation.doubt?.leftMs ?? settleMs) > 0 ? 'wait' : 'send';
}

/**
 * When to look next: after a second, then each time after as long as it has been in doubt by then, never later than its
 * end. Without jitter, which would look again too early or too late.
 */
export function nextLookMs({ forMs, leftMs }: Doubt): number {
  const settleMs = forMs + leftMs;
  const first = Math.min(1_000, settleMs / 4);
  const next = Math.min(Math.max(first, forMs), Math.max(first, settleMs / 4));
  // Not twice in short succession at the end.
  return Math.max(0, Math.ceil(leftMs - next < first ? leftMs : next));
}
