/** Does the jobs of this process that the queue did not take. */
export interface StandIn<Data> {
  take(data: Data): void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/**
 * With the queue away, whoever works does what it finds itself: the sweep names it, leases keep others off. Nothing is
 * kept waiting here: a job beyond the limit is dropped, and the next sweep names it again.
 */
export function createStandIn<Data>(work: {
  readonly concurrency: number;
  readonly run: (data: Data) => Promise<void>;
}): StandIn<Data> {
  const underWay = new Map<string, Promise<void>>();
  return {
    take: (data) => {
      const job = JSON.stringify(data);
      if (underWay.has(job) || underWay.size >= work.concurrency) return;
      const forget = () => {
        underWay.delete(job);
      };
      underWay.set(job, work.run(data).then(forget, forget));
    },
    close: async () => {
      await Promise.all(underWay.values());
    },
  };
}
