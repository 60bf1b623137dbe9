/** A clock that nobody sets, and what is done by it. Milliseconds. */
export interface LimiterTime {
  now(): number;
  /** Returns how to call it off. */
  later(ms: number, then: () => void): () => void;
}

export const machineTime: LimiterTime = {
  now: () => performance.now(),
  later(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** One timer for all that is due some time. */
export function createAlarm(time: LimiterTime, ring: () => void) {
  let due = Number.POSITIVE_INFINITY;
  let callOff = () => {};
  return {
    set(at: number): void {
      if (at === due) return;
      callOff();
      due = at;
      if (at === Number.POSITIVE_INFINITY) return;
      callOff = time.later(Math.max(0, Math.ceil(at - time.now())), () => {
        due = Number.POSITIVE_INFINITY;
        ring();
      });
    },
  };
}
