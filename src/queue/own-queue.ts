import type { Wake } from '../engine/engine.ts';
import type { Work, WorkQueue } from './work-queue.ts';

/**
 * A queue within one process, for a command that does its own work and then ends: the runs and sets that it wakes itself,
 * the lanes of its flows, and of those whose lanes it wakes. Over the queue that all processes share it would take work from others
 * as well, and leave that half done when its own is over. What it only comes across it leaves to whoever sweeps next.
 */
export function openOwnQueue(ownFlows: readonly string[]): WorkQueue {
  const flows = new Set(ownFlows);
  const runs = new Set<number>();
  const bulks = new Set<number>();
  const timers = new Set<NodeJS.Timeout>();
  const { begin, startWorkers } = createWorkers(() => {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  });
  const found: Wake = {
    lane: async (at, delayMs = 0) => {
      if (!flows.has(at.flow)) return;
      if (delayMs <= 0) return begin(({ lane }) => lane(at));
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          begin(({ lane }) => lane(at));
        },
        Math.min(delayMs, longestDelayMs),
      );
      timers.add(timer);
    },
    run: async (id) => {
      if (runs.has(id)) begin(({ run }) => run(id));
    },
    bulk: async (id) => {
      if (bulks.has(id)) begin(({ bulk }) => bulk(id));
    },
  };
  return {
    found,
    wake: {
      lane: async (at, delayMs) => {
        flows.add(at.flow);
        await found.lane(at, delayMs);
      },
      run: async (id) => {
        runs.add(id);
        await found.run(id);
      },
      bulk: async (id) => {
        bulks.add(id);
        await found.bulk(id);
      },
    },
    startWorkers,
    prove: async () => {},
    close: async () => {},
  };
}

/** Does what is begun while workers are there; closing them waits for what is under way. */
function createWorkers(onClose: () => void) {
  const underWay = new Set<Promise<void>>();
  let work: Work | undefined;
  const begin = (doing: (work: Work) => Promise<void>) => {
    if (!work) return;
    // What goes wrong is reported where it is done, and comes back by the sweep.
    const done = doing(work)
      .catch(() => {})
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const startWorkers: WorkQueue['startWorkers'] = (started) => {
    work = started;
    return {
      close: async () => {
        work = undefined;
        onClose();
        await Promise.all(underWay);
      },
    };
  };
  return { begin, startWorkers };
}

/** What is due later is found by the sweep; a timer cannot hold more than 24 days. */
const longestDelayMs = 3_600_000;
