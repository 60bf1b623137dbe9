import { IANAZone } from 'luxon';

/** Is this the name of a place's time zone, such as Europe/Berlin, or UTC? */
export function isZone(zone: string): boolean {
  return /^[A-Za-z]/.test(zone) && IANAZone.isValidZone(zone);
}

/** A moment as the clock of a zone shows it. */
export interface ClockMoment {
  /** Milliseconds since 1970, UTC. */
  readonly ms: number;
  /** How much later it may be as well, where the clock shows the time twice; else 0. */
  readonly foldMs: number;
}

const dayMs = 86_400_000;

/**
 * What a clock on the wall shows, as a moment. Where clocks are put forward, a time that none of them shows is as much
 * later as they are put forward: 02:30 is 03:30. Where they are put back, a time that they show twice is the first.
 * @param wallMs - what the clock shows, in milliseconds since 1970 as if it were UTC.
 */
export function resolveWall(wallMs: number, zone: string): ClockMoment {
  if (zone === 'UTC') return { ms: wallMs, foldMs: 0 };
  const before = offsetMs(zone, wallMs - dayMs);
  const after = offsetMs(zone, wallMs + dayMs);
  const [early, late] = [wallMs - Math.max(before, after), wallMs - Math.min(before, after)];
  if (early === late) return { ms: early, foldMs: 0 };
  const isEarly = offsetMs(zone, early) === wallMs - early;
  const isLate = offsetMs(zone, late) === wallMs - late;
  if (isEarly && isLate) return { ms: early, foldMs: late - early };
  if (isEarly) return { ms: early, foldMs: 0 };
  return { ms: isLate ? late : wallMs - before, foldMs: 0 };
}

/** What the clock of a zone shows at a moment, in milliseconds since 1970 as if it were UTC. */
export function toWall(ms: number, zone: string): number {
  return zone === 'UTC' ? ms : ms + offsetMs(zone, ms);
}

function offsetMs(zone: string, ms: number): number {
  return IANAZone.create(zone).offset(ms) * 60_000;
}
