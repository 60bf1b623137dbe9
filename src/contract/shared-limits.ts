/**
 * Through this the processes of one engine share the limits of one connection. It belongs to one client of that
 * connection: what it takes is its own. Who waits how long, and who gives way to whom, is decided by those who use it
 * (`src/connect/limits/`). Every function may reject with a Fault while the place that they share is away.
 */
export interface SharedLimits {
  openTurns(pace: TurnPace): SharedTurns;
  readonly slots: SharedSlots;
}

/** Turns lie evenly apart; after a quiet time `burstMs` worth of them may go at once. */
export interface TurnPace {
  readonly gapMs: number;
  readonly burstMs: number;
}

export interface SharedTurns {
  /** So many turns in a row, for us alone: milliseconds until the first of them, which may lie a burst behind. */
  take(count: number): Promise<number>;
  /** No turns for anybody for so long; a longer pause under way stays. */
  pause(ms: number): Promise<void>;
}

/** A slot that is not renewed becomes free after `leaseMs`. */
export interface SharedSlots {
  readonly leaseMs: number;
  /** Renews what we have to at least half of the lease, gives back what is too much, takes of what nobody has. */
  share(wish: SlotsWish): Promise<SlotsSeen>;
}

export interface SlotsWish {
  /** How many slots there are in all. */
  readonly concurrency: number;
  /** How many of them to have from now on. */
  readonly have: number;
  /** Whether we wait for (more) slots. */
  readonly waits: boolean;
}

export interface SlotsSeen {
  /** How many are ours now. */
  readonly own: number;
  /** Everybody else who has slots or waits for some. */
  readonly others: readonly SlotOwner[];
}

export interface SlotOwner {
  readonly slots: number;
  /** Whether it waits for (more) slots, and if so, since before we did. */
  readonly waits: 'before us' | 'after us' | undefined;
}
