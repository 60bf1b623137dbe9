/** Somebody who waits for runs to go on. */
export interface Following {
  /**
   * Returns once something was recorded that it has not returned for yet, and after so many milliseconds at the latest,
   * or when `stop` is aborted. A status that has changed is reported at once; counts not more often than `paceMs`.
   */
  next(mostMs: number, stop: AbortSignal): Promise<void>;
  close(): void;
}

export type RunNews = 'recorded' | 'turned';

/** A record after the other must not be a look after the other. */
export const paceMs = 100;

export interface OpenFollowing extends Following {
  hear(news: RunNews): void;
}

export function createFollowing(closed: () => void): OpenFollowing {
  let heard: RunNews | undefined;
  let wake = () => {};
  let returnedAt = performance.now();
  const dueAt = (latest: number): number => {
    if (heard === undefined) return latest;
    return heard === 'turned' ? 0 : Math.min(latest, returnedAt + paceMs);
  };
  return {
    hear: (news) => {
      if (heard !== 'turned') heard = news;
      wake();
    },
    next: async (mostMs, stop) => {
      const latest = performance.now() + mostMs;
      while (!stop.aborted) {
        const ms = dueAt(latest) - performance.now();
        if (ms <= 0) break;
        await pause(ms, stop, (end) => {
          wake = end;
        });
      }
      heard = undefined;
      returnedAt = performance.now();
    },
    close: closed,
  };
}

/** Until `ms` have passed, `stop` is aborted, or what `begun` is given is called. */
function pause(ms: number, stop: AbortSignal, begun: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener('abort', end);
    begun(end);
  });
}
