import { countDeliveries } from '../../store/line/deliveries.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Runtime } from '../engine/runtime.ts';

/** What writing everything again comes to, before anything is read. */
export interface Resync {
  /** `commerce.orders` */
  readonly from: string;
  readonly to: string;
  readonly write: Plan['target']['write'];
  /** Records that were delivered before. */
  readonly delivered: number;
}

export async function forecastResync({ plans, engine }: Runtime, flow: string): Promise<Resync> {
  const { source, target } = plans.compile(flow).plan;
  return {
    from: `${source.connection}.${source.resource.name}`,
    to: `${target.connection}.${target.resource.name}`,
    write: target.write,
    delivered: await countDeliveries(engine.db, flow),
  };
}
