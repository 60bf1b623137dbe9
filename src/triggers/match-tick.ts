import cron from 'node-cron';
import type { Schedule } from '../workspace/compile/plan.ts';

export type Timing = Pick<Schedule, 'cron' | 'timezone'>;

/**
 * Does a schedule fire at an instant (milliseconds, whole seconds)? An expression matches what the clock of its zone
 * shows; a time of day that comes twice counts the first time only, unless the expression fires in every hour anyway.
 */
export function compileTick(timing: Timing): (at: number) => boolean {
  const matcher = cron.createTask(timing.cron, () => {}, { timezone: timing.timezone });
  return (at) => {
    const date = new Date(at);
    return matcher.match(date) && !isSecondPass(timing, date);
  };
}

/** The second time that a clock shows this time of day, because it was set back in between. */
function isSecondPass({ cron: expression, timezone }: Timing, at: Date): boolean {
  const fields = expression.trim().split(/\s+/);
  const hours = fields.at(-4) ?? '*';
  if (hours.startsWith('*')) return false;
  const wallClock = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const before = [30, 60, 120].map((minutes) => new Date(at.getTime() - minutes * 60_000));
  return before.some((earlier) => wallClock.format(earlier) === wallClock.format(at));
}
