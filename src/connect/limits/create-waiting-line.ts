import { Fault } from '../../contract/fault.ts';
import { markUnsent } from '../http/unsent.ts';

/** Those who wait for something: first come, first served; who is aborted leaves. */
export interface WaitingLine {
  readonly size: number;
  /** Resolves when it is our turn; rejects with the signal's reason if that is aborted before. */
  join(signal: AbortSignal): Promise<void>;
  /** It is the turn of the first. Says `false` if nobody waits. */
  call(): boolean;
  /** Sends everybody away. */
  dismiss(reason: unknown): void;
}

export function createWaitingLine(): WaitingLine {
  const waiting = new Set<Waiter>();
  return {
    get size() {
      return waiting.size;
    },
    join: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const end = () => {
          waiting.delete(waiter);
          signal.removeEventListener('abort', waiter.abort);
        };
        const waiter: Waiter = {
          call: () => {
            end();
            resolve();
          },
          dismiss: (reason) => {
            end();
            reject(reason);
          },
          abort: () => waiter.dismiss(signal.reason),
        };
        signal.addEventListener('abort', waiter.abort);
        waiting.add(waiter);
      }),
    call: () => {
      const [first] = waiting;
      first?.call();
      return first !== undefined;
    },
    dismiss: (reason) => {
      for (const waiter of [...waiting]) waiter.dismiss(reason);
    },
  };
}

interface Waiter {
  readonly call: () => void;
  readonly dismiss: (reason: unknown) => void;
  readonly abort: () => void;
}

/** What those get who wait for a connection that is closed. */
export function closed(): Fault {
  return markUnsent(new Fault('TL_SYSTEM_UNREACHABLE', 'the connection was closed before it was sent'));
}
