import { createPostgresBackend, type Job, Queue, Worker, withBackend } from 'bullmq';
import { type ByHand, createSlots, openByHand } from './by-hand.ts';
import { concurrency, type Workload } from './workloads.ts';

/**
 * Contender (b), a process: one BullMQ job a record, added in bulk, worked as many at once as there may be requests.
 * Where a request takes many records, as many more jobs are worked at once, and gathered: the kindest way to do it.
 */
const [url = '', json = '', store = '', adapter] = process.argv.slice(2);
const workload = JSON.parse(json) as Workload;
const hand = openByHand(url, adapter === 'http' ? 'http' : 'undici');
const name = `bench-${workload.kind}`;
const { queue, openWorker } = open(store);
await queue.waitUntilReady();
const startedAt = performance.now();
const all = Promise.withResolvers<void>();
let completed = 0;
const work = workload.bulk === 1 ? single(hand) : gathered(hand);
const worker = openWorker(async ({ data }) => {
  await work(data);
  completed += 1;
  if (completed === workload.records) all.resolve();
});
worker.on('failed', (_job, error) => all.reject(error));
for await (const page of hand.readPages(workload)) {
  await queue.addBulk(page.map((data) => ({ name, data, opts: { removeOnComplete: true } })));
}
await all.promise;
const ms = performance.now() - startedAt;
await worker.close();
console.log(JSON.stringify({ ms }));
await Promise.all([queue.close(), hand.close()]);

function open(address: string) {
  const options = { concurrency: concurrency * workload.bulk, lockDuration: 120_000 };
  type Work = (job: Job<unknown>) => Promise<void>;
  if (address.startsWith('redis')) {
    const connection = { url: address, maxRetriesPerRequest: null };
    const openWorker = (work: Work) => new Worker<unknown>(name, work, { ...options, connection });
    return { queue: new Queue<unknown>(name, { connection }), openWorker };
  }
  const Postgres = withBackend(createPostgresBackend);
  const connection = { connectionString: address, schema: 'bench_queue', migrate: true, max: 4 };
  const openWorker = (work: Work) => new Postgres.Worker<unknown>(name, work, { ...options, connection });
  return { queue: new Postgres.Queue<unknown>(name, { connection }), openWorker };
}

function single({ write }: ByHand): (record: unknown) => Promise<void> {
  return (record) => write(workload, [record]);
}

/** Jobs wait here until a request is full, or no further one has come for a moment. */
function gathered({ write }: ByHand): (record: unknown) => Promise<void> {
  const slots = createSlots();
  let waiting: {
    readonly record: unknown;
    readonly done: () => void;
    readonly failed: (error: Error) => void;
  }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const some = waiting;
    waiting = [];
    const send = () =>
      write(
        workload,
        some.map(({ record }) => record),
      ).then(
        () => some.forEach(({ done }) => void done()),
        (error: Error) => some.forEach(({ failed }) => void failed(error)),
      );
    void slots.run(send);
  };
  return (record) =>
    new Promise<void>((done, failed) => {
      waiting.push({ record, done, failed });
      if (waiting.length >= workload.bulk) flush();
      else timer ??= setTimeout(flush, 20);
    });
}
