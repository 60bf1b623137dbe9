import { createPostgresBackend, type Job, Queue, Worker, withBackend } from 'bullmq';
import { concurrency, type Workload } from '../workloads.ts';
import { openByHand } from './by-hand.ts';

/**
 * A contender's process: BullMQ jobs that hold a record each, added page by page in bulk, or a whole page; worked as many
 * at once as there may be requests, and removed when they are done. A page's orders are posted one after the other.
 */
const [url = '', json = '', store = '', each = 'record'] = process.argv.slice(2);
const workload = JSON.parse(json) as Workload;
const hand = openByHand(url, 'undici');
const name = `bench-${workload.kind}`;
const { queue, openWorker } = open(store);
await queue.waitUntilReady();
const startedAt = performance.now();
const all = Promise.withResolvers<void>();
let completed = 0;
const worker = openWorker(async ({ data }) => {
  for (let from = 0; from < data.length; from += workload.bulk) {
    await hand.write(workload, data.slice(from, from + workload.bulk));
  }
  completed += data.length;
  if (completed === workload.records) all.resolve();
});
worker.on('failed', (_job, error) => all.reject(error));
const opts = { removeOnComplete: true };
for await (const page of hand.readPages(workload)) {
  const jobs = each === 'page' ? [page] : page.map((record) => [record]);
  await queue.addBulk(jobs.map((data) => ({ name, data, opts })));
}
await all.promise;
const ms = performance.now() - startedAt;
await worker.close();
console.log(JSON.stringify({ ms }));
await Promise.all([queue.close(), hand.close()]);

function open(address: string) {
  const options = { concurrency, lockDuration: 120_000 };
  type Data = readonly unknown[];
  type Work = (job: Job<Data>) => Promise<void>;
  if (address.startsWith('redis')) {
    const connection = { url: address, maxRetriesPerRequest: null };
    const openWorker = (work: Work) => new Worker<Data>(name, work, { ...options, connection });
    return { queue: new Queue<Data>(name, { connection }), openWorker };
  }
  const Postgres = withBackend(createPostgresBackend);
  const connection = { connectionString: address, schema: 'bench_queue', migrate: true, max: 4 };
  const openWorker = (work: Work) => new Postgres.Worker<Data>(name, work, { ...options, connection });
  return { queue: new Postgres.Queue<Data>(name, { connection }), openWorker };
}
