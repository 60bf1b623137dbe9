import type { FlowState } from '../../store/runs/flow-states.ts';
import type { createTickFinder } from '../../triggers/next-ticks.ts';
import { findCronProblem } from '../../triggers/scheduler.ts';
import type { FlowEntry } from '../../workspace/workspace.ts';
import { scheduleOf } from '../schedule/schedules.ts';
import type { FlowStatus, ScheduleLag } from './standing.ts';

/** Of many schedules, when they fire. */
export type TickFinder = ReturnType<typeof createTickFinder>;

/** What is known of a flow's schedule. */
export interface KnownSchedule {
  readonly state: FlowState;
  readonly entry: FlowEntry | undefined;
  readonly isBroken: boolean;
  readonly pauses: readonly unknown[];
  /** When its file was written, the tables were made, or a pause was over: before that it cannot have missed anything. */
  readonly since: number;
}

type Standing = Pick<FlowStatus, 'schedule' | 'nextTick' | 'missedTick' | 'behind'>;

/** Whoever fires ticks may be restarted, or busy, for so long before a tick counts as missed. */
const graceMs = 60_000;

/** @param now - by the clock that ticks are fired by; milliseconds. */
export function scheduleStanding(known: KnownSchedule, ticksOf: TickFinder, now: number): Standing {
  const { state, entry, since } = known;
  const written = entry && readableSchedule(entry, known.isBroken);
  const ticks = written && ticksOf(written);
  const after = (ms: number) => ticks?.(new Date(ms), 1)[0];
  const from = Math.max(state.coveredAt?.getTime() ?? 0, since);
  const due = after(from);
  // What was fired counts, also if the file has been edited since then.
  const fired = entry && (written || known.isBroken) ? state.firstTickSince : null;
  const behind = lagOf([due, fired ?? undefined], now);
  // With mistakes in its files no tick of it is fired.
  if (known.isBroken || !written) return { ...none, behind };
  // A schedule that never has a tick again has none after now either, and takes long to say so.
  if (due === undefined) return { ...none, schedule: written, behind };
  // Nothing was due since then: mostly it is so, and to look once is enough.
  if (from <= now && due.getTime() > now) return { ...none, schedule: written, nextTick: due, behind };
  const expected = after(Math.max(state.askedAt?.getTime() ?? 0, since));
  return {
    schedule: written,
    nextTick: after(now),
    missedTick:
      known.pauses.length === 0 && expected && expected.getTime() + graceMs < now ? expected : undefined,
    behind,
  };
}

const none: Standing = {
  schedule: undefined,
  nextTick: undefined,
  missedTick: undefined,
  behind: undefined,
};

/** A file with mistakes may have one in its schedule as well. */
function readableSchedule(entry: FlowEntry, isBroken: boolean): FlowStatus['schedule'] {
  const schedule = scheduleOf(entry);
  if (!schedule || !isBroken) return schedule;
  const isKnown = findCronProblem(schedule.cron) === undefined && isZone(schedule.timezone);
  return isKnown ? schedule : undefined;
}

function isZone(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return true;
  } catch {
    // That is how Intl says that there is no such zone; validate tells where it stands.
    return false;
  }
}

function lagOf(ticks: readonly (Date | undefined)[], now: number): ScheduleLag | undefined {
  const past = ticks.flatMap((tick) => (tick && tick.getTime() <= now ? [tick] : []));
  const tick = past.sort((a, b) => a.getTime() - b.getTime())[0];
  return tick && { tick, seconds: Math.round((now - tick.getTime()) / 1_000) };
}
