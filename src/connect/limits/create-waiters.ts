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
  const waiting = new Map<RequestId, Waiter>();
  let lastId = 0;
  const settle = (id: RequestId, refused?: Fault) => {
    const end = waiting.get(id)?.end;
    waiting.delete(id);
    end?.(refused);
  };
  const heedAbort = createAborts((signal) => {
    for (const [id, waiter] of waiting) if (waiter.signal === signal) waiter.abort(id);
  });
  return {
    wait(signal, ask, leave) {
      lastId += 1;
      const id = lastId;
      let refused: Fault | undefined;
      const end = (fault: Fault | undefined) => {
        refused = fault;
      };
      waiting.set(id, { signal, end, abort: () => {} });
      ask(id);
      if (!waiting.has(id)) return refused && Promise.reject(refused);
      return new Promise((resolve, reject) => {
        const abort = () => {
          waiting.delete(id);
          leave(id);
          reject(signal.reason);
        };
        if (signal.aborted) return abort();
        heedAbort(signal);
        waiting.set(id, { signal, abort, end: (fault) => (fault === undefined ? resolve() : reject(fault)) });
      });
    },
    grant: (id) => settle(id),
    refuse: (id) => settle(id, closed()),
  };
}

interface Waiter {
  readonly signal: AbortSignal;
  readonly end: (refused: Fault | undefined) => void;
  readonly abort: (id: RequestId) => void;
}

/** One listener for all that wait under a signal: hundreds of a batch share theirs, and each costs as much as a look at all. */
function createAborts(abort: (signal: AbortSignal) => void): (signal: AbortSignal) => void {
  const heeded = new WeakSet<AbortSignal>();
  return (signal) => {
    if (heeded.has(signal)) return;
    heeded.add(signal);
    signal.addEventListener('abort', () => abort(signal), { once: true });
  };
}

/** What those get who wait for a connection that is closed. */
function closed(): Fault {
  return markUnsent(new Fault('TL_SYSTEM_UNREACHABLE', 'the connection was closed before it was sent'));
}
