import cron from 'node-cron';
import type { Clock } from '../contract/connector.ts';
import type { Schedule } from '../workspace/compile/plan.ts';
import { compileTick } from './match-tick.ts';

export interface ScheduledFlow {
  readonly flow: string;
  readonly schedule: Schedule;
}

export interface Scheduler {
  /** Replaces all schedules; those that did not change go on undisturbed. */
  set(flows: readonly ScheduledFlow[]): Promise<void>;
  close(): Promise<void>;
}

export interface SchedulerTools {
  readonly clock: Clock;
  /** Called with the nominal time of the tick. Several processes may call it for the same one. */
  readonly onTick: (flow: string, at: Date) => Promise<void>;
  readonly onFailure: (flow: string, thrown: unknown) => void;
  /** The newest tick the flow has had so far, whoever fired it. */
  readonly lastTick: (flow: string) => Promise<Date | undefined>;
}

/**
 * Fires flows at the times of their cron expressions, in their own zones. When clocks go back, a time of day that
 * comes twice fires once, unless the expression fires in every hour anyway; when they go forward, a time that does
 * not exist on that day does not fire.
 *
 * One heartbeat asks every expression in turn, second by second: next-run arithmetic in a local zone goes wrong in the
 * hour that comes twice and when the clock is set, matching a given instant does not.
 */
export function createScheduler(tools: SchedulerTools): Scheduler {
  let flows: readonly Matched[] = [];
  let handledUntil = floorToSecond(tools.clock.now());
  const beat = async () => {
    const now = floorToSecond(tools.clock.now());
    // A clock that was set back: its times come again, and a tick that was fired already stays fired once.
    if (now < handledUntil - longestPauseMs) handledUntil = now - 1_000;
    const from = handledUntil + 1_000;
    handledUntil = Math.max(handledUntil, now);
    // A suspended process has slept through ticks: what is then made up for, each flow says.
    if (now - from > longestPauseMs) {
      await Promise.all(flows.map((flow) => catchUp(tools, flow)));
      return;
    }
    for (let at = from; at <= now; at += 1_000) {
      await Promise.all(flows.filter((flow) => flow.isDue(at)).map((flow) => fire(tools, flow.flow, at)));
    }
  };
  const heartbeat = setInterval(beat, 250);
  return {
    set: async (scheduled) => {
      const known = new Map(flows.map((flow) => [flow.flow, flow]));
      flows = scheduled.map((flow) => ({ ...flow, isDue: compileTick(flow.schedule) }));
      for (const flow of flows) {
        if (!isSame(known.get(flow.flow)?.schedule, flow.schedule)) await catchUp(tools, flow);
      }
    },
    close: async () => {
      clearInterval(heartbeat);
      flows = [];
    },
  };
}

/** A busy process is late by moments; what is longer than this was a sleep. */
const longestPauseMs = 60_000;

interface Matched extends ScheduledFlow {
  readonly isDue: (at: number) => boolean;
}

/** What is wrong with a cron expression, in plain words; `undefined` if nothing is. */
export function findCronProblem(expression: string): string | undefined {
  const { valid, errors } = cron.validateDetailed(expression);
  return valid ? undefined : errors.map(({ message }) => message).join('; ');
}

async function fire(tools: SchedulerTools, flow: string, at: number): Promise<void> {
  await tools.onTick(flow, new Date(at)).catch((thrown: unknown) => tools.onFailure(flow, thrown));
}

/** After a start: the newest tick that nobody fired, if it is not too long ago. Older ones would only repeat it. */
async function catchUp(tools: SchedulerTools, flow: Matched): Promise<void> {
  const { catchupMs, cron: expression } = flow.schedule;
  if (catchupMs === 0) return;
  const last = await tools.lastTick(flow.flow);
  if (!last) return;
  const now = tools.clock.now();
  const stepMs = expression.trim().split(/\s+/).length > 5 ? 1_000 : 60_000;
  const earliest = Math.max(last.getTime() + 1, now - catchupMs);
  for (let at = Math.floor(now / stepMs) * stepMs; at >= earliest; at -= stepMs) {
    if (flow.isDue(at)) return await fire(tools, flow.flow, at);
  }
}

function floorToSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function isSame(a: Schedule | undefined, b: Schedule | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
