/** A value before and after; absent: nothing. */
export interface ShownDifference {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What a record was at one step. What could not be made of it is absent. */
export interface StepPayloads {
  /** As it was read, or as it had been patched. */
  readonly native: unknown;
  /** What the flow's expressions saw, where that is another form. */
  readonly record?: unknown;
  /** What the flow made of it, where the target has another form. */
  readonly mapped?: unknown;
  /** What the target was given. */
  readonly payload?: unknown;
  /**
   * How sure that is. `kept`: it was kept as it was sent. `proved`: worked out again, and it has the fingerprint of what
   * was sent. `differs`: it has another one. `computed`: nothing was sent that it could be compared with.
   */
  readonly proof?: 'kept' | 'proved' | 'differs' | 'computed';
  /** Why there is no payload, or why it may not be what was sent. */
  readonly note?: string;
  /** Against the step before; absent: there is none. */
  readonly changes?: {
    readonly native: readonly ShownDifference[];
    /** Absent where one of the two has no payload. */
    readonly payload?: readonly ShownDifference[];
  };
}
