import { Fault } from '../../contract/fault.ts';
import type { Database } from '../../store/database.ts';
import { deleteHeld, hurryHeads } from '../../store/held.ts';
import { endHold, lanesOfRun, loadHeldOfRun, releaseRun, takeBatch } from '../../store/held-runs.ts';
import { keepErrors, type NewDeadLetter } from '../../store/keep-errors.ts';
import { acquireLane, fenceLane, type Lease, releaseLane } from '../../store/lanes.ts';
import { addCounts, loadRun, type Run } from '../../store/runs.ts';
import type { Engine } from '../engine.ts';
import { settleRun } from '../settle-run.ts';

/** A person lets a held run go on, with its guards off. Throws TL_ARGUMENT_INVALID if it is not held. */
export async function approveRun(engine: Engine, id: number): Promise<void> {
  const { flow } = await requireHeld(engine, id);
  const isReleased = await engine.db.transaction().execute((tx) => releaseRun(tx, id));
  if (!isReleased) throw decidedMeanwhile(id);
  await goOn(engine, flow, await lanesOfRun(engine.db, id));
  await settleRun(engine, id);
}

/**
 * A person stops a held run: what is left of it goes to the errors whole, and the run ends. Whoever is still at a
 * batch of it comes to its end first, so the lanes are taken like any worker takes them. Throws TL_ARGUMENT_INVALID if
 * the run is not held, TL_LEASE_LOST if a lane stays busy.
 */
export async function rejectRun(
  engine: Engine,
  id: number,
  reason: string,
): Promise<{ readonly rejected: number }> {
  const { flow } = await requireHeld(engine, id);
  const lanes = await lanesOfRun(engine.db, id);
  const rejected = await withLanes(engine, { flow, lanes }, (leases) =>
    engine.db.transaction().execute(async (tx) => {
      for (const lease of leases) await fenceLane(tx, lease);
      const note = await endHold(tx, id);
      if (!note) throw decidedMeanwhile(id);
      const message = `the run was rejected: ${reason} (${note.message})`;
      const { failed, blocked } = await moveToErrors(tx, { id, flow, message });
      await addCounts(tx, id, { failed, blocked: -blocked });
      return failed;
    }),
  );
  await goOn(engine, flow, lanes);
  await settleRun(engine, id);
  return { rejected };
}

async function withLanes<T>(
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

async function requireHeld(engine: Engine, id: number): Promise<Run> {
  const run = await loadRun(engine.db, id);
  if (!run) throw new Fault('TL_ARGUMENT_INVALID', `there is no run ${id}`);
  if (run.status === 'held') return run;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `run ${id} of ${run.flow} is not held for approval: it is ${run.status}`,
  );
}

function decidedMeanwhile(id: number): Fault {
  return new Fault('TL_ARGUMENT_INVALID', `run ${id} is not held any more: somebody else has decided`);
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

/** Batch by batch, so that not all of a run is in memory; answers how many records it was, blocked ones among them. */
async function moveToErrors(
  tx: Database,
  { id, flow, message }: { readonly id: number; readonly flow: string; readonly message: string },
): Promise<{ readonly failed: number; readonly blocked: number }> {
  const toLetter = (record: NewDeadLetter['record'], attempts: number) => ({
    runId: id,
    record,
    stage: 'write' as const,
    code: 'TL_RUN_REJECTED',
    message,
    at: undefined,
    answer: undefined,
    attempts,
    replaces: false,
  });
  const held = await loadHeldOfRun(tx, id);
  await keepErrors(
    tx,
    flow,
    // An error holds a record as it was read: where it was staged is no part of that.
    held.map(({ record: { stagedAs: _place, ...record }, attempts }) => toLetter(record, attempts)),
  );
  const blocked = await deleteHeld(
    tx,
    held.map((one) => one.id),
  );
  await hurryHeads(
    tx,
    flow,
    held.map(({ record }) => record.key),
  );
  let failed = held.length;
  for (let records = await takeBatch(tx, id); records; records = await takeBatch(tx, id)) {
    await keepErrors(
      tx,
      flow,
      records.map((record) => toLetter(record, 0)),
    );
    failed += records.length;
  }
  return { failed, blocked: blocked.length };
}

async function goOn(engine: Engine, flow: string, lanes: readonly number[]): Promise<void> {
  for (const lane of lanes) await engine.wake.lane({ flow, lane });
}
