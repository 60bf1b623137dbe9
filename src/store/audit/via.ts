import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * By what way whatever is decided meanwhile came in: `command line`, `session`, `token NAME`. It is of no matter to the
 * decision itself, so that nothing between whoever asks and the audit entry has to hand it down.
 */
export async function decideVia<T>(via: string, work: () => Promise<T>): Promise<T> {
  return await ways.run(via, work);
}

/** Absent: nobody said so, as where an engine goes on with what somebody has decided before. */
export function currentVia(): string | undefined {
  return ways.getStore();
}

const ways = new AsyncLocalStorage<string>();
