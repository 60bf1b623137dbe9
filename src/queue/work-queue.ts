import type { Wake } from '../engine/engine.ts';
import { type JobQueue, openQueue, openWorker, type QueueBackend } from './backend.ts';

/** What comes off the queue, and who does it. */
export interface Work {
  lane(at: LaneJob): Promise<void>;
  run(id: number): Promise<void>;
}

interface LaneJob {
  readonly flow: string;
  readonly lane: number;
}

export interface WorkQueue {
  readonly wake: Wake;
  /** Starts taking jobs; `close` of the answer waits for those under way. */
  startWorkers(
    work: Work,
    concurrency: { readonly lanes: number; readonly runs: number },
  ): { close(): Promise<void> };
  close(): Promise<void>;
}

/** Two queues: lanes that have something due, and runs that want to be read. Jobs hold ids, never payloads. */
export function openWorkQueue(backend: QueueBackend): WorkQueue {
  const lanes = openQueue<LaneJob>(backend, 'lanes');
  const runs = openQueue<{ id: number }>(backend, 'runs');
  // A job that cannot be queued is found by the sweep: the truth is in the database.
  const add = <Data>(queue: JobQueue<Data>, data: Data, delayMs: number) =>
    queue.add(data, delayMs).catch((thrown: unknown) => backend.onError(thrown as Error));
  return {
    wake: {
      lane: ({ flow, lane }, delayMs = 0) => add(lanes, { flow, lane }, delayMs),
      run: (id) => add(runs, { id }, 0),
    },
    startWorkers: (work, concurrency) => {
      const workers = [
        openWorker<LaneJob>(backend, 'lanes', { concurrency: concurrency.lanes, run: (at) => work.lane(at) }),
        openWorker<{ id: number }>(backend, 'runs', {
          concurrency: concurrency.runs,
          run: ({ id }) => work.run(id),
        }),
      ];
      return {
        close: async () => {
          await Promise.all(workers.map((worker) => worker.close()));
        },
      };
    },
    close: async () => {
      await Promise.all([lanes.close(), runs.close()]);
    },
  };
}
