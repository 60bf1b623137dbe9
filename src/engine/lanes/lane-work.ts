import pLimit, { type LimitFunction } from 'p-limit';
import { toFault } from '../../contract/fault.ts';
import type { Engine } from '../engine.ts';
import { workLane } from './work-lane.ts';

/** Works lanes as the queue names them, for each flow no more at once than it allows. */
export function createLaneWork(
  engine: Engine,
  options: { readonly stop: AbortSignal; readonly lanesAtOnce: (flow: string) => number },
): (at: { readonly flow: string; readonly lane: number }) => Promise<void> {
  const limits = new Map<string, LimitFunction>();
  const waiting = new Set<string>();
  return async (at) => {
    // The sweep names a waiting lane again and again. Each of these jobs would take a worker away from other flows.
    const lane = `${at.flow}:${at.lane}`;
    if (waiting.has(lane)) return;
    waiting.add(lane);
    const concurrency = options.lanesAtOnce(at.flow);
    const limit = limits.get(at.flow) ?? pLimit(concurrency);
    if (limit.concurrency !== concurrency) limit.concurrency = concurrency;
    limits.set(at.flow, limit);
    const work = async () => {
      waiting.delete(lane);
      await workLane(engine, at, options.stop);
    };
    await limit(work).catch((thrown: unknown) => {
      // The sweep brings the lane back; a stopping process has lost its database on purpose.
      if (!options.stop.aborted) engine.log.laneFailed(at, toFault(thrown));
    });
  };
}
