import { randomUUID } from 'node:crypto';
import { Fault } from '../../contract/fault.ts';
import { acquireLane, type Lease, releaseLane, wantLane } from '../../store/line/lanes.ts';
import type { Engine } from '../engine.ts';

/**
 * Takes lanes like any worker does, so that whoever is still at a batch comes to its end first, and gives them back. Who
 * has more than that batch to do gives way.
 * Throws TL_LEASE_LOST if a lane stays busy.
 */
export async function withLanes<T>(
  engine: Engine,
  { flow, lanes }: { readonly flow: string; readonly lanes: readonly number[] },
  use: (leases: readonly Lease[]) => Promise<T>,
): Promise<T> {
  const leases: Lease[] = [];
  // Not as the workers of this process, which would take it again themselves.
  const owner = `${engine.owner}:${randomUUID().slice(0, 8)}`;
  try {
    for (const lane of lanes) leases.push(await takeLane(engine, { flow, lane, owner }));
    return await use(leases);
  } finally {
    // One that cannot be given back runs out by itself.
    for (const lease of leases) await releaseLane(engine.db, lease).catch(() => undefined);
  }
}

/** Waits for who works the lane to end its batch; a dead one's lease runs out meanwhile. */
async function takeLane(
  engine: Engine,
  at: { readonly flow: string; readonly lane: number; readonly owner: string },
): Promise<Lease> {
  const { leaseMs } = engine.limits;
  const end = engine.clock.now() + 2 * leaseMs;
  for (;;) {
    const lease = await acquireLane(engine.db, { ...at, leaseMs });
    if (lease) return lease;
    if (engine.clock.now() > end) {
      throw new Fault('TL_LEASE_LOST', `lane ${at.lane} of ${at.flow} is still being worked; try again`);
    }
    await wantLane(engine.db, { ...at, forMs: wantedMs });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Long enough to look again some times; one that has died keeps nobody out for longer. */
const wantedMs = 1_000;
