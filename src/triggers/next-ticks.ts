import { Cron } from 'croner';
import { shortNames } from './cron-names.ts';
import { compileTick, type Timing } from './match-tick.ts';
import { offsetIn } from './zone-offset.ts';

/**
 * The next times at which a schedule fires, after an instant. Fewer than asked for where it does not fire so often in
 * the years to come.
 *
 * Croner proposes what the clock on the wall will show, in a zone without clock changes; each of these is looked for in
 * the schedule's own zone, where it may come once, twice or not at all, and what the scheduler matches counts.
 */
export function nextTicks(timing: Timing, after: Date, count: number): readonly Date[] {
  const isDue = compileTick(timing);
  const offsetAt = offsetIn(timing.timezone);
  const from = Math.floor(after.getTime() / 1000) * 1000;
  const found: number[] = [];
  const start = from + Math.min(offsetAt(from), offsetAt(from + dayMs));
  const proposals = new Cron(toProposal(timing.cron), { timezone: 'UTC', domAndDow: true, paused: true });
  let tried = 0;
  for (const wall of timesOf(proposals, new Date(start - 1000))) {
    const offsets = [...new Set([offsetAt(wall - dayMs), offsetAt(wall), offsetAt(wall + dayMs)])];
    const last = found.toSorted((a, b) => a - b)[count - 1];
    tried += 1;
    // A clock that is set back shows earlier times later: only what cannot come before the last one ends the search.
    if (tried > maxTries || (last !== undefined && wall - Math.max(...offsets) > last)) break;
    const instants = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at) === wall);
    found.push(...instants.filter((at) => at > from && at <= (last ?? at) && isDue(at)));
  }
  return found
    .sort((a, b) => a - b)
    .slice(0, count)
    .map((at) => new Date(at));
}

const dayMs = 86_400_000;
const maxTries = 100_000;

function* timesOf(cron: Cron, after: Date): Generator<number> {
  for (let next = cron.nextRun(after); next !== null; next = cron.nextRun(next)) yield next.getTime();
}

/** In the words that croner knows. Days counted from the end of the month are any day to it; the matching decides. */
function toProposal(expression: string): string {
  return shortNames(expression).replaceAll(/(?<![\w#])L-\d+/gi, '*');
}
