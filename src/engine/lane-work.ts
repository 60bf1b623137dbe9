import pLimit, { type LimitFunction } from 'p-limit';
import { toFault } from '../contract/fault.ts';
import type { Engine } from './engine.ts';
import { workLane } from './work-lane.ts';

/** Works lanes as the queue names them, for each flow no more at once than it allows. */
export function createLaneWork(
  engine: Engine,
  options: { readonly stop: AbortSignal; readonly lanesAtOnce: (flow: string) => number },
): (at: { readonly flow: string; readonly lane: number }) => Promise<void> {
  const limits = new Map<string, LimitFunction>();
  return async (at) => {
    const concurrency = options.lanesAtOnce(at.flow);
    const limit = limits.get(at.flow) ?? pLimit(concurrency);
    if (limit.concurrency !== concurrency) limit.concurrency = concurrency;
    limits.set(at.flow, limit);
    await limit(() => workLane(engine, at, options.stop)).catch((thrown: unknown) => {
      // The sweep brings the lane back; a stopping process has lost its database on purpose.
      if (!options.stop.aborted) engine.log.laneFailed(at, toFault(thrown));
    });
  };
}
