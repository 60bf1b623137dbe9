import { Fault } from '../../contract/fault.ts';
import { acquireLane, type Lease, releaseLane } from '../../store/line/lanes.ts';
import type { Engine } from '../engine.ts';

/**
 * Takes lanes like any worker does, so that whoever is still at a batch comes to its end first, and gives them back.
 * Throws TL_LEASE_LOST if a lane stays busy.
 */
export async function withLanes<T>(
  engine: Engine,
  { flow, lanes }: { readonly flow: string; readonly lanes: readonly number[] },
  use: (leases: readonly Lease[]) => Promise<T>,
): Promise<T> {
  const leases: Lease[] = [];
  try {
    for (const lane of lanes) leases.push(await takeLane(engine, { flow, lane }));
    return await use(leases);
  } finally {
    // One that cannot be given back runs out by itself.
    for (const lease of leases) await releaseLane(engine.db, lease).catch(() => undefined);
  }
}

/** Waits for who works the lane; a dead one's lease runs out meanwhile. */
async function takeLane(
  engine: Engine,
  { flow, lane }: { readonly flow: string; readonly lane: number },
): Promise<Lease> {
  const { leaseMs } = engine.limits;
  const end = engine.clock.now() + 2 * leaseMs;
  for (;;) {
    const lease = await acquireLane(engine.db, { flow, lane, owner: engine.owner, leaseMs });
    if (lease) return lease;
    if (engine.clock.now() > end) {
      throw new Fault('TL_LEASE_LOST', `lane ${lane} of ${flow} is still being worked; try again`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
