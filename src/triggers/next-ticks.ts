import { compileTick, type Timing } from './match-tick.ts';
import { compileWallTimes } from './wall-times.ts';
import { offsetIn } from './zone-offset.ts';

/** The next times at which a schedule fires, after an instant: see {@link nextTicks}. */
export type NextTicks = (after: Date, count: number) => readonly Date[];

/**
 * The next times at which a schedule fires, after an instant. Fewer than asked for where it does not fire so often in
 * the years to come.
 */
export function nextTicks(timing: Timing, after: Date, count: number): readonly Date[] {
  return compileNextTicks(timing)(after, count);
}

/**
 * The same for who asks several times.
 *
 * What the clock on the wall shows at those times is looked for in the schedule's own zone, where it may come once,
 * twice or not at all, and what the scheduler matches counts.
 */
export function compileNextTicks(timing: Timing): NextTicks {
  const isDue = compileTick(timing);
  const offsetAt = offsetIn(timing.timezone);
  const wallTimesFrom = compileWallTimes(timing.cron);
  return (after, count) => {
    const from = Math.floor(after.getTime() / 1000) * 1000;
    const found: number[] = [];
    const start = from + Math.min(offsetAt(from), offsetAt(from + dayMs));
    for (const wall of wallTimesFrom(start)) {
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
