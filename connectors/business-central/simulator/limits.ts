import type { Clock } from '../../../src/contract/connector.ts';
import { refuse } from './refusal.ts';

/** Per user, as "Operational limits" gives them: 6000 requests in 5 minutes, 5 at once, 95 waiting. 0: no limit. */
export interface LimitOptions {
  readonly requestsPer5Minutes: number;
  readonly concurrent: number;
  readonly queue: number;
}

export interface Limits {
  /** Settles when the request may go on; what it gives must be called when it is over. Throws the 429. */
  admit(): Promise<() => void>;
}

const windowMs = 5 * 60 * 1000;

export function createLimits({ requestsPer5Minutes, concurrent, queue }: LimitOptions, clock: Clock): Limits {
  const recent: number[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return {
    async admit() {
      if (requestsPer5Minutes > 0) countInWindow(recent, requestsPer5Minutes, clock.now());
      if (concurrent === 0) return () => undefined;
      if (running < concurrent) running += 1;
      else if (waiting.length < queue) await new Promise<void>((resolve) => waiting.push(resolve));
      else refuseTooMany(waiting.length + 1, queue);
      return release;
    },
  };
}

function countInWindow(recent: number[], most: number, now: number): void {
  while (recent[0] !== undefined && recent[0] <= now - windowMs) recent.shift();
  if (recent.length >= most) refuseTooMany(recent.length + 1, most);
  recent.push(now);
}

function refuseTooMany(actual: number, most: number): never {
  refuse(
    429,
    'Application_TooManyRequests',
    `Too many requests reached. Actual (${actual}). Maximum (${most}).`,
  );
}
