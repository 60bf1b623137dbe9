import type { Fault } from '../../contract/fault.ts';
import { type Batch, takeBatch } from '../../store/line/batches.ts';
import { fenceLane, type Lease } from '../../store/line/lanes.ts';
import type { Held } from '../../store/waiting/held.ts';
import type { Engine } from '../engine.ts';
import { settleRun } from '../runs/settle-run.ts';
import { keepWhole, type LeavingRecord } from './keep-whole.ts';

/** A batch that nothing gets through: all of it goes to the errors, and the lane goes on. */
export async function takeOutBatch(
  engine: Engine,
  lease: Lease,
  { batch, fault }: { readonly batch: Batch; readonly fault: Fault },
): Promise<void> {
  engine.log.defect({ flow: lease.flow, stage: 'write' }, fault);
  const counted = await engine.db.transaction().execute(async (tx) => {
    await fenceLane(tx, lease);
    // As it is now: some of it may have come to its end before.
    const records = (await takeBatch(tx, batch.id)) ?? [];
    const leaving = records.map((record) => ({ runId: batch.runId, attempts: batch.attempts + 1, record }));
    return await keepWhole(tx, lease.flow, { leaving, reason: toReason(fault) });
  });
  for (const counts of counted) engine.log.recordsCounted(lease, counts);
  await settleRun(engine, batch.runId);
}

/** The same for held records. */
export async function takeOutHeld(
  engine: Engine,
  lease: Lease,
  { held, fault }: { readonly held: readonly Held[]; readonly fault: Fault },
): Promise<void> {
  engine.log.defect({ flow: lease.flow, stage: 'write' }, fault);
  const leaving: LeavingRecord[] = held.map(({ id, runId, attempts, record }) => ({
    runId,
    attempts: attempts + 1,
    record,
    heldId: id,
  }));
  const counted = await engine.db.transaction().execute(async (tx) => {
    await fenceLane(tx, lease);
    return await keepWhole(tx, lease.flow, { leaving, reason: toReason(fault) });
  });
  for (const counts of counted) engine.log.recordsCounted(lease, counts);
  for (const runId of new Set(leaving.map((each) => each.runId))) await settleRun(engine, runId);
}

function toReason({ code, message }: Fault) {
  return { code, message };
}
