import type { ScheduleView } from '../../app/schedule/schedules.ts';

/** Two lines: what it says, and when that is. */
export function formatSchedule({ flow, cron, words, timezone, next }: ScheduleView): string {
  return `${flow}: ${lowered(words)} in ${timezone} (${cron})\n    next: ${next.map(shortened).join(', ') || 'never'}`;
}

/** `2026-11-21 18:15+01:00, 18:30, 18:45`: what has not changed since the time before is left out. */
function shortened(time: string, index: number, all: readonly string[]): string {
  const [date, clock = '', offset] = partsOf(time);
  const [lastDate, , lastOffset] = partsOf(all[index - 1] ?? '');
  const short = clock.replace(/:00$/, '');
  return `${date === lastDate ? '' : `${date} `}${short}${offset === lastOffset ? '' : offset}`;
}

function partsOf(time: string): readonly (string | undefined)[] {
  return /^(.*)T(\d\d:\d\d:\d\d)(.*)$/.exec(time)?.slice(1) ?? [];
}

function lowered(words: string): string {
  return `${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
}
