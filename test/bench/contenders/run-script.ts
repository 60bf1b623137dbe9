import type { Workload } from '../workloads.ts';
import { createSlots, openByHand } from './by-hand.ts';
import type { ClientName } from './clients.ts';

/** A contender's process: what somebody writes in an afternoon. Nothing is kept, nothing is done again. */
const [url = '', json = '', client = 'undici'] = process.argv.slice(2);
const workload = JSON.parse(json) as Workload;
const hand = openByHand(url, client as ClientName);
const startedAt = performance.now();
const slots = createSlots();
for await (const page of hand.readPages(workload)) {
  for (let from = 0; from < page.length; from += workload.bulk) {
    const records = page.slice(from, from + workload.bulk);
    await slots.run(() => hand.write(workload, records));
  }
}
await slots.ended();
console.log(JSON.stringify({ ms: performance.now() - startedAt }));
await hand.close();
