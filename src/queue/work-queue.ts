import type { Wake } from '../engine/engine.ts';
import { openQueue, openWorker, type QueueBackend } from './backend.ts';
import { createStandIn, type StandIn } from './stand-in.ts';

/** What comes off the queue, and who does it. */
export interface Work {
  lane(at: LaneJob): Promise<void>;
  run(id: number): Promise<void>;
  bulk(id: number): Promise<void>;
}

interface LaneJob {
  readonly flow: string;
  readonly lane: number;
}

interface IdJob {
  readonly id: number;
}

export interface WorkQueue {
  readonly wake: Wake;
  /** For those who come across work, as the sweep does: a queue of one command's own takes only what is its own. */
  readonly found: Wake;
  /** Starts taking jobs; `close` of the answer waits for those under way. */
  startWorkers(
    work: Work,
    concurrency: { readonly lanes: number; readonly runs: number; readonly bulks: number },
  ): { close(): Promise<void> };
  /** Throws where the backend does not answer. */
  prove(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Three queues: lanes that have something due, runs that want to be read, and sets of errors that are worked off. Jobs
 * hold ids, never payloads.
 *
 * A job that cannot be queued is done here and now, if this process works at all: whoever else has it, the lease
 * says so. What is not yet due is found by the sweep: the truth is in the database.
 */
export function openWorkQueue(backend: QueueBackend): WorkQueue {
  const told = { ...backend, onError: seldom(backend.onError) };
  const lanes = openQueue<LaneJob>(told, 'lanes');
  const runs = openQueue<IdJob>(told, 'runs');
  const bulks = openQueue<IdJob>(told, 'bulks');
  let standIn: StandIns | undefined;
  const wake: Wake = {
    lane: async ({ flow, lane }, delayMs = 0) => {
      const job = { flow, lane };
      if (!(await isQueued(told, lanes.add(job, delayMs))) && delayMs === 0) standIn?.lanes.take(job);
    },
    run: async (id) => {
      if (!(await isQueued(told, runs.add({ id }, 0)))) standIn?.runs.take({ id });
    },
    bulk: async (id) => {
      if (!(await isQueued(told, bulks.add({ id }, 0)))) standIn?.bulks.take({ id });
    },
  };
  return {
    wake,
    found: wake,
    startWorkers: (work, concurrency) => {
      const ofLanes = { concurrency: concurrency.lanes, run: (at: LaneJob) => work.lane(at) };
      const ofRuns = { concurrency: concurrency.runs, run: ({ id }: IdJob) => work.run(id) };
      const ofBulks = { concurrency: concurrency.bulks, run: ({ id }: IdJob) => work.bulk(id) };
      const started = {
        lanes: createStandIn(ofLanes),
        runs: createStandIn(ofRuns),
        bulks: createStandIn(ofBulks),
      };
      const workers = [
        openWorker(told, 'lanes', ofLanes),
        openWorker(told, 'runs', ofRuns),
        openWorker(told, 'bulks', ofBulks),
      ];
      standIn = started;
      return {
        close: async () => {
          standIn = undefined;
          await Promise.all([...workers, ...Object.values(started)].map((worker) => worker.close()));
        },
      };
    },
    prove: lanes.prove,
    close: async () => {
      await Promise.all([lanes.close(), runs.close(), bulks.close()]);
    },
  };
}

interface StandIns {
  readonly lanes: StandIn<LaneJob>;
  readonly runs: StandIn<IdJob>;
  readonly bulks: StandIn<IdJob>;
}

async function isQueued(backend: QueueBackend, adding: Promise<void>): Promise<boolean> {
  try {
    await adding;
    return true;
  } catch (thrown) {
    backend.onError(thrown as Error);
    return false;
  }
}

/** A queue that is away says so several times a second. Once in half a minute is enough for everybody. */
function seldom(onError: (error: Error) => void): (error: Error) => void {
  const recent = new Set<string>();
  return (error) => {
    if (recent.has(error.message)) return;
    recent.add(error.message);
    setTimeout(() => recent.delete(error.message), 30_000).unref();
    onError(error);
  };
}
