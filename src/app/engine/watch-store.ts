import type { Clock } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { proveRuns } from '../../store/runs/runs.ts';
import type { Store } from '../open/open-store.ts';

export interface StoreWatch {
  /** Aborted, with the Fault that says why, when the database is given up: nothing can be done any more. */
  readonly gone: AbortSignal;
  close(): void;
}

const beatMs = 2_000;

/**
 * Asks the database for a sign of life. Work waits while there is none; but a process that waits for ever reports nothing,
 * and one that has ended is started again by whoever looks after it.
 */
export function watchStore(
  store: Store,
  { clock, patienceMs }: { readonly clock: Clock; readonly patienceMs: number },
): StoreWatch {
  const gaveUp = new AbortController();
  let answeredAt = clock.now();
  let asking = false;
  let why: Fault | undefined;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      await proveRuns(store.db);
      answeredAt = clock.now();
      why = undefined;
    } catch (thrown) {
      why = toFault(thrown);
    } finally {
      asking = false;
    }
  };
  const beat = setInterval(() => {
    void ask();
    // A clock that jumped by hours has not waited that long.
    const waitedMs = clock.now() - answeredAt;
    if (waitedMs < 0 || waitedMs > patienceMs + 60_000) answeredAt = clock.now();
    else if (waitedMs >= patienceMs) gaveUp.abort(givenUp(why, patienceMs));
  }, beatMs);
  return {
    gone: AbortSignal.any([gaveUp.signal, ...(store.gone ? [store.gone] : [])]),
    close: () => clearInterval(beat),
  };
}

function givenUp(why: Fault | undefined, patienceMs: number): Fault {
  const reason = why?.message ?? 'it accepts what it is asked, and does not answer';
  const seconds = Math.round(patienceMs / 1_000);
  return new Fault(
    'TL_STORE_UNAVAILABLE',
    `the database cannot be worked with since ${seconds} seconds, so this process ends: ${reason}`,
  );
}

/** Does something for as long as there is a database to do it with; else throws the Fault that says why there is none. */
export async function whileThere<T>(gone: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(gone.reason);
  if (gone.aborted) giveUp();
  gone.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    gone.removeEventListener('abort', giveUp);
    // What is still under way fails in its turn, and has been explained.
    work.catch(() => {});
    promise.catch(() => {});
  }
}
