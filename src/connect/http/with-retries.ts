import pRetry from 'p-retry';
import { Fault } from '../../contract/fault.ts';
import { waitFor } from './create-pacer.ts';

/** Retries inside one call, for what is over in a second. Longer waits are the engine's. */
export interface RetryOptions {
  readonly retries: number;
  /** Before the first retry; four times that before the second, each up to twice as long at random. */
  readonly delayMs: number;
  /** A `Retry-After` up to this is waited for here. */
  readonly maxRetryAfterMs: number;
  /** No retry after this: who has waited for a whole timeout does not wait for it three times. */
  readonly maxElapsedMs: number;
}

export const defaultRetries: RetryOptions = {
  retries: 2,
  delayMs: 250,
  maxRetryAfterMs: 5_000,
  maxElapsedMs: 10_000,
};

export interface Retrying {
  readonly options: RetryOptions;
  readonly signal: AbortSignal;
  /** May this fault be over in a moment, and may the request be sent again? */
  isWorthRetrying(fault: Fault): boolean;
  onRetry(fault: Fault, attempt: number): void;
}

/** Runs `attempt` until it succeeds, its fault is not worth another try, or the retries are used up. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  retrying: Retrying,
): Promise<Result> {
  const { options, signal } = retrying;
  const startedAt = performance.now();
  const canRetry = (thrown: unknown): thrown is Fault =>
    thrown instanceof Fault &&
    (thrown.retryAfterMs ?? 0) <= options.maxRetryAfterMs &&
    performance.now() - startedAt <= options.maxElapsedMs &&
    retrying.isWorthRetrying(thrown);
  let failed: unknown;
  try {
    return await attempt();
  } catch (thrown) {
    if (!canRetry(thrown)) throw thrown;
    failed = thrown;
  }
  // p-retry comes in only now: the first try is the one that nearly always succeeds.
  const again = async (number: number): Promise<Result> => {
    if (number === 1) throw failed;
    return attempt().catch((thrown: unknown) => {
      failed = thrown;
      throw thrown;
    });
  };
  const result = pRetry(again, {
    retries: options.retries,
    minTimeout: options.delayMs,
    factor: 4,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => canRetry(error),
    async onFailedAttempt({ error, attemptNumber, retriesLeft }) {
      if (retriesLeft === 0 || !canRetry(error)) return;
      retrying.onRetry(error, attemptNumber);
      if (error.retryAfterMs !== undefined) await waitFor(error.retryAfterMs, signal);
    },
  });
  return result.catch((thrown: unknown) => {
    // Stopped between two tries, p-retry gives the signal's reason; that a write may have happened weighs more.
    throw failed instanceof Fault && failed.kind === 'unknown' ? failed : thrown;
  });
}
