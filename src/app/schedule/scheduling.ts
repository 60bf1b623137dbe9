import { toFault } from '../../contract/fault.ts';
import { startTick } from '../../engine/runs/start-run.ts';
import type { Logger } from '../../observe/logger.ts';
import { lastTick } from '../../store/runs/runs.ts';
import { createScheduler, type ScheduledFlow } from '../../triggers/scheduler.ts';
import { mistakesOf } from '../../workspace/mistakes.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Surroundings } from '../surroundings.ts';

export interface Scheduling {
  /** Takes the schedules of the workspace as it is now; returns the flows that have one. */
  refresh(): Promise<readonly ScheduledFlow[]>;
  close(): Promise<void>;
}

/** Fires the flows of a workspace on schedule. A flow with mistakes is left out and named in the log. */
export function startScheduling(around: Surroundings, runtime: Runtime, log: Logger): Scheduling {
  const { engine, plans } = runtime;
  const scheduler = createScheduler({
    clock: around.clock,
    lastTick: (flow) => lastTick(engine.db, flow),
    onFailure: (flow, thrown) => log.error({ flow, reason: toFault(thrown).message }, 'tick failed'),
    onTick: async (flow, at) => {
      const compiled = plans.compile(flow);
      const { schedule } = compiled.plan;
      if (schedule) await startTick(engine, { ...compiled, schedule }, at);
    },
  });
  return {
    refresh: async () => {
      const scheduled = scheduledFlows(runtime, log);
      await scheduler.set(scheduled);
      return scheduled;
    },
    close: () => scheduler.close(),
  };
}

function scheduledFlows({ plans }: Runtime, log: Logger): readonly ScheduledFlow[] {
  const workspace = plans.workspace();
  return [...workspace.flows.values()].flatMap((entry) => {
    const { name } = entry;
    if (mistakesOf(workspace, entry).length > 0) return [];
    try {
      const { schedule } = plans.compile(name).plan;
      return schedule ? [{ flow: name, schedule }] : [];
    } catch (thrown) {
      log.error({ flow: name, reason: toFault(thrown).message }, 'flow cannot be scheduled');
      return [];
    }
  });
}
