import type { RetryPlan } from '../workspace/plan.ts';

/**
 * Exponential backoff with full jitter: anywhere between nothing and the exponential ceiling, so that records
 * which failed together do not come back together.
 * @param attempt - 1 after the first failed attempt.
 */
export function retryDelayMs(retry: RetryPlan, attempt: number, random: () => number): number {
  const ceiling = Math.min(retry.maxDelayMs, retry.delayMs * retry.factor ** (attempt - 1));
  return Math.round(retry.jitter ? ceiling * random() : ceiling);
}
