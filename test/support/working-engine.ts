import { type Fault, toFault } from '../../src/contract/fault.ts';
import { workBulk } from '../../src/engine/bulks/work-bulk.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { sweep } from '../../src/engine/lanes/sweep.ts';
import { workLane } from '../../src/engine/lanes/work-lane.ts';
import { readRun } from '../../src/engine/runs/read-run.ts';

/** An engine that works by itself, without a queue. */
export interface WorkingEngine {
  readonly engine: Engine;
  /** What went wrong on the way, of whatever came to rest or was tried again. */
  readonly met: readonly Fault[];
  stop(): Promise<void>;
}

/** What a process does: sweeps, works the lanes that have something due, reads the runs that are queued. */
export function startWorking(bare: Engine): WorkingEngine {
  const met: Fault[] = [];
  const stopping = new AbortController();
  const note = (thrown: unknown) => {
    met.push(toFault(thrown));
  };
  const busy = new Map<string, Promise<void>>();
  const once = (name: string, work: () => Promise<void>) => {
    if (busy.has(name)) return;
    busy.set(
      name,
      work()
        .catch(note)
        .finally(() => busy.delete(name)),
    );
  };
  const log = {
    ...bare.log,
    batchPostponed: (_at: unknown, fault: Fault) => note(fault),
    runStopped: (_at: unknown, fault: Fault) => note(fault),
    stagingWaits: (_at: unknown, fault: Fault) => note(fault),
  };
  const engine: Engine = {
    ...bare,
    log,
    wake: {
      lane: async (at) => once(`lane ${at.lane}`, () => workLane(engine, at, stopping.signal)),
      run: async (id) => once(`run ${id}`, () => readRun(engine, id, stopping.signal)),
      bulk: async (id) => once(`bulk ${id}`, () => workBulk(engine, id, stopping.signal)),
    },
  };
  const sweeping = setInterval(() => once('sweep', () => sweep(engine)), 100);
  const stop = async () => {
    clearInterval(sweeping);
    stopping.abort();
    await Promise.all(busy.values());
  };
  return { engine, met, stop };
}
