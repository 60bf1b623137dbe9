import { Fault } from '../../contract/fault.ts';
import { markUnsent } from '../http/unsent.ts';
import type { RequestId } from './state.ts';

/** The promises of those who wait to be let in. */
export interface Waiters {
  /** Resolves once it is let in, `undefined` if it is at once. `ask` and `leave` tell of it. */
  wait(
    signal: AbortSignal,
    ask: (id: RequestId) => void,
    leave: (id: RequestId) => void,
  ): Promise<void> | undefined;
  grant(id: RequestId): void;
  refuse(id: RequestId): void;
}

export function createWaiters(): Waiters {
  const waiting = new Map<RequestId, (refused?: Fault) => void>();
  let lastId = 0;
  const settle = (id: RequestId, refused?: Fault) => {
    const end = waiting.get(id);
    waiting.delete(id);
    end?.(refused);
  };
  return {
    wait(signal, ask, leave) {
      lastId += 1;
      const id = lastId;
      let refused: Fault | undefined;
      waiting.set(id, (fault) => {
        refused = fault;
      });
      ask(id);
      if (!waiting.has(id)) return refused && Promise.reject(refused);
      return new Promise((resolve, reject) => {
        const abort = () => {
          waiting.delete(id);
          leave(id);
          reject(signal.reason);
        };
        if (signal.aborted) return abort();
        signal.addEventListener('abort', abort);
        waiting.set(id, (fault) => {
          signal.removeEventListener('abort', abort);
          if (fault === undefined) resolve();
          else reject(fault);
        });
      });
    },
    grant: (id) => settle(id),
    refuse: (id) => settle(id, closed()),
  };
}

/** What those get who wait for a connection that is closed. */
function closed(): Fault {
  return markUnsent(new Fault('TL_SYSTEM_UNREACHABLE', 'the connection was closed before it was sent'));
}
