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
  /** Throws where the backend does not answer. */
  prove(): Promise<void>;
  close(): Promise<void>;
}

export interface JobWorker {
  /** Takes no further job and waits for those under way. */
  close(): Promise<void>;
}

export function openQueue<Data>(backend: QueueBackend, name: string): JobQueue<Data> {
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: 100, attempts: 1 };
  const leaving = new AbortController();
  const queue =
    backend.kind === 'redis'
      ? // Fails at once while Redis is away, instead of holding its caller up: the sweep will find the work.
        new Queue(name, {
          connection: {
            ...redisConnection(backend, leaving.signal),
            maxRetriesPerRequest: 1,
            enableOfflineQueue: false,
            commandTimeout: answerMs,
          },
          prefix: backend.prefix,
          defaultJobOptions,
        })
      : new Postgres.Queue(name, { connection: postgresConnection(backend), defaultJobOptions });
  queue.on('error', backend.onError);
  const readiness = watchReadiness(queue);
  const requireReady = async () => {
    await readiness.settled;
    if (!readiness.isReady()) throw new Error(`${nameOf(backend)} does not answer`);
  };
  return {
    prove: async () => {
      await requireReady();
      await queue.isPaused();
    },
    add: async (data, delayMs) => {
      await requireReady();
      await queue.add(name, data, { delay: delayMs });
    },
    close: async () => {
      leaving.abort();
      await within(goodbyeMs, queue.close());
    },
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
  const leaving = new AbortController();
  const underWay = new Set<Promise<void>>();
  const run = async (job: { data: Data }) => {
    const running = work.run(job.data);
    underWay.add(running);
    await running.finally(() => underWay.delete(running));
  };
  const worker =
    backend.kind === 'redis'
      ? new Worker(name, run, {
          ...options,
          connection: { ...redisConnection(backend, leaving.signal), maxRetriesPerRequest: null },
          prefix: backend.prefix,
        })
      : new Postgres.Worker(name, run, { ...options, connection: postgresConnection(backend) });
  worker.on('error', backend.onError);
  worker.on('failed', (_job, error) => backend.onError(error));
  const readiness = watchReadiness(worker);
  return {
    close: async () => {
      // A worker closed while it still connects would leave a connection behind that nobody closes.
      await readiness.settled;
      leaving.abort();
      const closing = worker.close(!readiness.isReady());
      await Promise.allSettled(underWay);
      await within(goodbyeMs, closing);
    },
  };
}

/** How long a backend may take to answer for the first time before work goes on without it. */
const connectMs = 2_000;
/** How long a Redis that hangs may take for one job. */
const answerMs = 2_000;
/** How long closing waits for a backend that went away. */
const goodbyeMs = 2_000;

/** What a queue and a worker have in common. */
interface Client {
  waitUntilReady(): Promise<unknown>;
  once(event: 'error', listener: () => void): unknown;
}

/** BullMQ itself waits for ever for a backend that is not there. `settled`: it is there, or has failed to be once. */
function watchReadiness(client: Client) {
  let ready = false;
  const failed = new Promise<void>((resolve) => void client.once('error', () => resolve()));
  const connecting = client.waitUntilReady().then(
    () => {
      ready = true;
    },
    () => {},
  );
  return { settled: within(connectMs, Promise.race([connecting, failed])), isReady: () => ready };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** Connects again for as long as it takes. Who is leaving does not wait for a Redis that is away. */
function redisConnection(backend: QueueBackend, leaving: AbortSignal) {
  return {
    url: backend.url,
    retryStrategy: (attempt: number) => (leaving.aborted ? null : Math.min(attempt * 100, 1_000)),
  };
}

function nameOf({ kind }: QueueBackend): string {
  return kind === 'redis' ? 'Redis' : 'the queue in PostgreSQL';
}

const Postgres = withBackend(createPostgresBackend);

function postgresConnection(backend: QueueBackend) {
  return { connectionString: backend.url, schema: `${backend.prefix}_queue`, migrate: true, max: 4 };
}
