import { compileTick, type Timing } from './match-tick.ts';
import { createFieldReader, type FieldReader, wallTimes } from './wall-times.ts';
import { offsetIn } from './zone-offset.ts';

/** The next times at which a schedule fires, after an instant: see {@link nextTicks}. */
export type NextTicks = (after: Date, count: number) => readonly Date[];

/**
 * The next times at which a schedule fires, after an instant. Fewer than asked for where it does not fire so often in
 * the years to come.
 */
export function nextTicks(timing: Timing, after: Date, count: number): readonly Date[] {
  return createTickFinder()(timing)(after, count);
}

/** The same for many schedules: most of what they consist of is alike, and is worked out once. */
export function createTickFinder(): (timing: Timing) => NextTicks {
  const read = createFieldReader();
  const zones = new Map<string, ReturnType<typeof offsetIn>>();
  const known = new Map<string, NextTicks>();
  return (timing) => {
    const { cron, timezone } = timing;
    const offsetAt = zones.get(timezone) ?? offsetIn(timezone);
    zones.set(timezone, offsetAt);
    const name = JSON.stringify([cron, timezone]);
    const ticks = known.get(name) ?? compileNextTicks(timing, offsetAt, read);
    known.set(name, ticks);
    return ticks;
  };
}

/**
 * What the clock on the wall shows at those times is looked for in the schedule's own zone, where it may come once,
 * twice or not at all, and what the scheduler matches counts.
 */
function compileNextTicks(timing: Timing, offsetAt: (at: number) => number, read: FieldReader): NextTicks {
  const isDue = compileTick(timing);
  return (after, count) => {
    const from = Math.floor(after.getTime() / 1000) * 1000;
    const found: number[] = [];
    const start = from + Math.min(offsetAt(from), offsetAt(from + dayMs));
    for (const wall of wallTimes(timing.cron, start, read)) {
      const offsets = [...new Set([offsetAt(wall - dayMs), offsetAt(wall), offsetAt(wall + dayMs)])];
      const last = found.toSorted((a, b) => a - b)[count - 1];
      // A clock that is set back shows earlier times later: only what cannot come before the last one ends the search.
      if (last !== undefined && wall - Math.max(...offsets) > last) break;
      const instants = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at) === wall);
      found.push(...instants.filter((at) => at > from && at <= (last ?? at) && isDue(at)));
    }
    return found
      .sort((a, b) => a - b)
      .slice(0, count)
      .map((at) => new Date(at));
  };
}

const dayMs = 86_400_000;
