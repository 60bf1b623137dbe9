import type { FastifyInstance } from 'fastify';
import { Fault } from '../contract/fault.ts';

/** What is asked of a process that is to stop. */
export interface Draining {
  /** For all routes of this server: nothing new is taken any more once the process is to stop. */
  guard(server: FastifyInstance): void;
  /** Resolves once nothing is under way, or after so many milliseconds. */
  settled(patienceMs: number): Promise<void>;
}

export function createDraining(stop: AbortSignal): Draining {
  let underWay = 0;
  let tellSettled: (() => void) | undefined;
  const leave = () => {
    underWay -= 1;
    if (underWay === 0) tellSettled?.();
  };
  return {
    guard: (server) => {
      server.addHook('onRequest', async (_request, { raw }) => {
        underWay += 1;
        // Of every answer, also of one whose client has gone.
        raw.once('close', leave);
        if (stop.aborted)
          throw new Fault('TL_RUN_STOPPED', 'this process is stopping: ask again, another one may answer');
      });
    },
    settled: async (patienceMs) => {
      if (underWay === 0) return;
      const timer = setTimeout(() => tellSettled?.(), patienceMs);
      await new Promise<void>((resolve) => {
        tellSettled = resolve;
      });
      clearTimeout(timer);
    },
  };
}
