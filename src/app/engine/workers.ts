import { toFault } from '../../contract/fault.ts';
import { workBulk } from '../../engine/bulks/work-bulk.ts';
import type { Engine } from '../../engine/engine.ts';
import type { HistoryLimits } from '../../engine/history/tidy-history.ts';
import { createLaneWork } from '../../engine/lanes/lane-work.ts';
import { sweep } from '../../engine/lanes/sweep.ts';
import { readRun } from '../../engine/runs/read-run.ts';
import type { Logger } from '../../observe/logger.ts';
import type { WorkQueue } from '../../queue/work-queue.ts';
import type { PlanCache } from './plan-cache.ts';
import { startTidying } from './tidying.ts';

export interface WorkerTools {
  readonly queue: WorkQueue;
  readonly plans: PlanCache;
  /** Aborted: nothing new is taken. */
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly history: HistoryLimits;
}

/** Works lanes and reads runs as the queue names them, sweeps, and tidies history up. `close` waits for what is under way. */
export function startWorkers(
  bare: Engine,
  { queue, plans, stop, log, history }: WorkerTools,
): { close(): Promise<void> } {
  const engine: Engine = { ...bare, wake: queue.found };
  const workLane = createLaneWork(engine, {
    stop,
    lanesAtOnce: (flow) => concurrencyOf(plans, flow),
  });
  const workers = queue.startWorkers(
    {
      lane: workLane,
      run: (id) => readRun(engine, id, stop),
      // What is staged for a set is work of this process, whatever queue it works for.
      bulk: (id) => workBulk(bare, id, stop),
    },
    { lanes: 64, runs: 16, bulks: 8 },
  );
  let sweeping = Promise.resolve();
  const sweepNow = () => {
    sweeping = sweep(engine).catch((thrown: unknown) => {
      if (!stop.aborted) log.warn({ reason: toFault(thrown).message }, 'sweep failed; it is tried again');
    });
  };
  sweepNow();
  const sweeper = setInterval(sweepNow, 2_000);
  const tidying = startTidying({ db: engine.db, clock: engine.clock, history, stop, log });
  return {
    close: async () => {
      clearInterval(sweeper);
      await Promise.all([workers.close(), sweeping, tidying.close()]);
    },
  };
}

/** A flow that is gone, or broken by now, still finishes what it has staged: one lane at a time. */
function concurrencyOf(plans: PlanCache, flow: string): number {
  try {
    return plans.compile(flow).plan.delivery.concurrency;
  } catch {
    return 1;
  }
}
