import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { Fault } from '../../contract/fault.ts';
import { isUnwritten, markDoubtful } from './unsent.ts';

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

export interface RetryRules {
  readonly options: RetryOptions;
  /** When the first try began, as `performance.now()` says. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
  /** May this fault be over in a moment, and may the request be sent again? */
  isWorthRetrying(fault: Fault): boolean;
  onRetry(fault: Fault, attempt: number): void;
}

/**
 * What becomes of a request whose first try has thrown: runs `attempt` until it succeeds, its fault is not worth another
 * try, or the retries are used up. Once a try has left it open whether it has had its effect, no later refusal settles
 * that: the fault stays `unknown`, or is marked as doubtful.
 */
export async function retry<Result>(
  attempt: () => Promise<Result>,
  first: unknown,
  { options, startedAt, signal, isWorthRetrying, onRetry }: RetryRules,
): Promise<Result> {
  const canRetry = (thrown: unknown): thrown is Fault =>
    thrown instanceof Fault &&
    (thrown.retryAfterMs ?? 0) <= options.maxRetryAfterMs &&
    performance.now() - startedAt <= options.maxElapsedMs &&
    isWorthRetrying(thrown);
  if (!canRetry(first)) throw first;
  let open = first.kind === 'unknown' ? first : undefined;
  let doubt: Fault | undefined;
  let succeeded: { readonly result: Result } | undefined;
  const again = async (number: number): Promise<void> => {
    if (number === 1) throw first;
    succeeded = { result: await attempt() };
  };
  const retried = pRetry(again, {
    retries: options.retries,
    minTimeout: options.delayMs,
    factor: 4,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => canRetry(error),
    async onFailedAttempt({ error, attemptNumber, retriesLeft }) {
      if (error instanceof Fault && error.kind === 'unknown') open ??= error;
      if (error instanceof Fault && !isUnwritten(error)) doubt = error;
      if (retriesLeft === 0 || !canRetry(error)) return;
      onRetry(error, attemptNumber);
      if (error.retryAfterMs !== undefined) await waitFor(error.retryAfterMs, signal);
    },
  });
  const thrown: unknown = await retried.catch((reason: unknown) => reason);
  // Stopped meanwhile, p-retry gives the signal's reason; what has really happened weighs more.
  if (succeeded !== undefined) return succeeded.result;
  if (doubt === undefined) throw thrown;
  if (thrown instanceof Fault) markDoubtful(thrown);
  throw open ?? (thrown instanceof Fault ? thrown : doubt);
}

/** Waits so long, or until the signal is aborted: then rejects with its reason. */
async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  }
}
