import type { RetryPlan } from '../../workspace/compile/plan.ts';

/**
 * Exponential backoff with full jitter: anywhere between nothing and the exponential ceiling, so that records
 * which failed together do not come back together.
 * @param attempt - 1 after the first failed attempt.
 */
export function retryDelayMs(retry: RetryPlan, attempt: number, random: () => number): number {
  // After very many attempts the power is infinite, and no delay at all times that is no number.
  const power = Math.min(retry.factor ** (attempt - 1), Number.MAX_VALUE);
  const ceiling = Math.min(retry.maxDelayMs, retry.delayMs * power);
  return Math.round(retry.jitter ? ceiling * random() : ceiling);
}
