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

/** Slots have numbers from 1 on. One that is not renewed becomes free after `leaseMs`. */
export interface SharedSlots {
  readonly leaseMs: number;
  /** Renews what we have to at least half of the lease, says whether we wait for more, and returns who has what. */
  look(we: { readonly wait: boolean }): Promise<SlotsSeen>;
  /** Returns those that nobody else had taken meanwhile. */
  take(slots: readonly number[]): Promise<readonly number[]>;
  /** Gives slots back, and up our place among those who wait. */
  give(slots: readonly number[]): Promise<void>;
}

export interface SlotsSeen {
  readonly own: readonly number[];
  /** Everybody else who has slots or waits for some. */
  readonly others: readonly SlotOwner[];
}

export interface SlotOwner {
  readonly slots: readonly number[];
  /** Whether it waits for (more) slots, and if so, since before we did. */
  readonly waits: 'before us' | 'after us' | undefined;
}
