import { flowDefaults } from '../../contract/generated/defaults.ts';
import { isJsonObject } from '../../contract/json.ts';
import { describeCron } from '../../triggers/describe-cron.ts';
import { nextTicks } from '../../triggers/next-ticks.ts';
import { toZonedText } from '../../triggers/zone-offset.ts';
import { isError } from '../../workspace/finding.ts';
import type { FlowEntry } from '../../workspace/workspace.ts';

/** When a flow runs by itself. */
export interface ScheduleView {
  readonly flow: string;
  readonly cron: string;
  /** What the expression says, in words. */
  readonly words: string;
  readonly timezone: string;
  /** The next five times, RFC 3339 with the zone's offset at each. */
  readonly next: readonly string[];
}

/** The schedules of flows that have one, sorted by flow. A flow with a mistake does not run at all. */
export function schedulesOf(flows: Iterable<FlowEntry>, now: number): readonly ScheduleView[] {
  return [...flows]
    .filter(({ findings }) => !findings.some(isError))
    .flatMap((entry) => viewOf(entry, now))
    .sort((a, b) => (a.flow < b.flow ? -1 : 1));
}

/** What a flow's file says under `trigger.schedule`. */
export function scheduleOf({
  value,
}: FlowEntry): { readonly cron: string; readonly timezone: string } | undefined {
  const trigger = isJsonObject(value) ? value.trigger : undefined;
  const schedule = isJsonObject(trigger) ? trigger.schedule : undefined;
  if (!isJsonObject(schedule) || typeof schedule.cron !== 'string') return undefined;
  const { cron, timezone } = schedule;
  return { cron, timezone: typeof timezone === 'string' ? timezone : flowDefaults.trigger.schedule.timezone };
}

function viewOf(entry: FlowEntry, now: number): readonly ScheduleView[] {
  const schedule = scheduleOf(entry);
  if (!schedule) return [];
  const { cron, timezone } = schedule;
  const next = nextTicks({ cron, timezone }, new Date(now), 5).map((at) => toZonedText(at, timezone));
  return [{ flow: entry.name, cron, words: describeCron(cron), timezone, next }];
}
