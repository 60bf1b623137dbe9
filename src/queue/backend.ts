import { createPostgresBackend, Queue, Worker, withBackend } from 'bullmq';

/** Where BullMQ keeps its jobs. It only hurries work along: it may be wiped at any time. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  readonly url: string;
  /** Queues of one name and prefix are one queue. */
  readonly prefix: string;
  /** Told of trouble with the connection, which BullMQ itself mends. */
  readonly onError: (error: Error) => void;
}

export interface JobQueue<Data> {
  add(data: Data, delayMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface JobWorker {
  /** Takes no further job and waits for those under way. */
  close(): Promise<void>;
}

export function openQueue<Data>(backend: QueueBackend, name: string): JobQueue<Data> {
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: 100, attempts: 1 };
  const queue =
    backend.kind === 'redis'
      ? // Fails at once while Redis is away, instead of holding its caller up: the sweep will find the work.
        new Queue(name, {
          connection: { url: backend.url, maxRetriesPerRequest: 1, enableOfflineQueue: false },
          prefix: backend.prefix,
          defaultJobOptions,
        })
      : new Postgres.Queue(name, { connection: postgresConnection(backend), defaultJobOptions });
  queue.on('error', backend.onError);
  return {
    add: async (data, delayMs) => {
      await queue.waitUntilReady();
      await queue.add(name, data, { delay: delayMs });
    },
    close: () => queue.close(),
  };
}

export function openWorker<Data>(
  backend: QueueBackend,
  name: string,
  work: { readonly concurrency: number; readonly run: (data: Data) => Promise<void> },
): JobWorker {
  const options = {
    concurrency: work.concurrency,
    // A job is a hint, and its work is guarded by leases of our own: a stalled one is simply given out again.
    maxStalledCount: 1_000_000,
    drainDelay: 2,
  };
  const run = (job: { data: Data }) => work.run(job.data);
  const worker =
    backend.kind === 'redis'
      ? new Worker(name, run, {
          ...options,
          connection: { url: backend.url, maxRetriesPerRequest: null },
          prefix: backend.prefix,
        })
      : new Postgres.Worker(name, run, { ...options, connection: postgresConnection(backend) });
  worker.on('error', backend.onError);
  worker.on('failed', (_job, error) => backend.onError(error));
  return { close: () => worker.close() };
}

const Postgres = withBackend(createPostgresBackend);

function postgresConnection(backend: QueueBackend) {
  return { connectionString: backend.url, schema: `${backend.prefix}_queue`, migrate: true, max: 4 };
}
