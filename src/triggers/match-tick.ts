import cron from 'node-cron';
import type { Schedule } from '../workspace/compile/plan.ts';

export type Timing = Pick<Schedule, 'cron' | 'timezone'>;

/**
 * Does a schedule fire at an instant (milliseconds, whole seconds)? An expression matches what the clock of its zone
 * shows; a time of day that comes twice counts the first time only, unless the expression fires in every hour anyway.
 */
export function compileTick(timing: Timing): (at: number) => boolean {
  const matcher = cron.createTask(timing.cron, () => {}, { timezone: timing.timezone });
  const isSecondPass = compileSecondPass(timing);
  return (at) => matcher.match(new Date(at)) && !isSecondPass(at);
}

/** The second time that a clock shows this time of day, because it was set back in between. */
function compileSecondPass({ cron: expression, timezone }: Timing): (at: number) => boolean {
  const hours = expression.trim().split(/\s+/).at(-4) ?? '*';
  if (hours.startsWith('*')) return () => false;
  // It takes its time to be made, and most expressions are asked about instants at which they do not fire.
  let wallClock: Intl.DateTimeFormat | undefined;
  return (at) => {
    wallClock ??= new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    const shown = wallClock.format(at);
    return [30, 60, 120].some((minutes) => wallClock?.format(at - minutes * 60_000) === shown);
  };
}
