import type { Runtime } from '../engine/runtime.ts';
import { followRun, type Watch } from '../runs/follow/follow-run.ts';
import type { RunDocument } from '../runs/run-document.ts';
import { startFlowRun } from '../runs/run-flow.ts';

/** An ERP wants to know a customer before it takes an order: orders come when the customers are through. */
const waves = [
  ['customers-to-erp', 'customers-to-crm', 'stock-to-commerce', 'prices-to-commerce'],
  ['orders-to-erp'],
];

/** Each flow of the demo once, to its end. */
export async function runFirstPass(
  runtime: Runtime,
  by: string,
  watch: Watch,
): Promise<readonly RunDocument[]> {
  const done: RunDocument[] = [];
  for (const flows of waves) {
    const ids = await Promise.all(flows.map((flow) => startFlowRun(runtime, { flow, asked: {}, by })));
    const followed = await Promise.all(ids.map((id) => followRun(runtime, id, watch)));
    done.push(...followed.map(({ document }) => document));
    if (watch.stop.aborted) break;
  }
  return done;
}
