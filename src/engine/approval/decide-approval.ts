import { Fault } from '../../contract/fault.ts';
import type { RecordCounts } from '../../contract/outcome.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { takeBatch } from '../../store/line/batches.ts';
import { fenceLane } from '../../store/line/lanes.ts';
import type { Database } from '../../store/postgres/database.ts';
import {
  endApproval,
  findFirstBatch,
  lanesOfRun,
  loadHeldOfRun,
  releaseRun,
} from '../../store/runs/approvals.ts';
import { loadRun, type Run } from '../../store/runs/runs.ts';
import { keepWhole } from '../divide/keep-whole.ts';
import { withLanes } from '../divide/with-lanes.ts';
import type { Engine } from '../engine.ts';
import { settleRun } from '../runs/settle-run.ts';

/** A person lets a held run go on, with its guards off. Throws TL_NOT_FOUND, and TL_CONFLICT if it is not held. */
export async function approveRun(engine: Engine, id: number, by: string): Promise<void> {
  const { flow } = await requireAwaiting(engine, id);
  await engine.db.transaction().execute(async (tx) => {
    if (!(await releaseRun(tx, id))) throw decidedMeanwhile(id);
    await keepAuditEntry(tx, { deed: 'approve', by, flow, runId: id });
  });
  engine.tell.turned(id);
  await goOn(engine, flow, await lanesOfRun(engine.db, id));
  await settleRun(engine, id);
}

/**
 * A person stops a held run: what is left of it goes to the errors whole, and the run ends. Whoever is still at a
 * batch of it comes to its end first, so the lanes are taken like any worker takes them. Throws TL_CONFLICT if
 * the run is not held, TL_LEASE_LOST if a lane stays busy.
 */
export async function rejectRun(
  engine: Engine,
  id: number,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<{ readonly rejected: number }> {
  const { flow } = await requireAwaiting(engine, id);
  const lanes = await lanesOfRun(engine.db, id);
  const { moved: rejected, counted } = await withLanes(engine, { flow, lanes }, (leases) =>
    engine.db.transaction().execute(async (tx) => {
      for (const lease of leases) await fenceLane(tx, lease);
      const note = await endApproval(tx, id);
      if (!note) throw decidedMeanwhile(id);
      const message = `the run was rejected: ${reason} (${note.message})`;
      const left = await moveToErrors(tx, { id, flow, message });
      await keepAuditEntry(tx, { deed: 'reject', by, flow, runId: id, count: left.moved, reason });
      return left;
    }),
  );
  for (const counts of counted) engine.log.recordsCounted({ flow }, counts);
  await goOn(engine, flow, lanes);
  await settleRun(engine, id);
  return { rejected };
}

async function requireAwaiting(engine: Engine, id: number): Promise<Run> {
  const run = await loadRun(engine.db, id);
  if (!run) throw new Fault('TL_NOT_FOUND', `there is no run ${id}`);
  if (run.status === 'held') return run;
  throw new Fault('TL_CONFLICT', `run ${id} of ${run.flow} is not held for approval: it is ${run.status}`);
}

function decidedMeanwhile(id: number): Fault {
  return new Fault('TL_CONFLICT', `run ${id} is not held any more: somebody else has decided`);
}

/** Batch by batch, so that not all of a run is in memory; returns how many records it was, and how they count. */
async function moveToErrors(
  tx: Database,
  { id: runId, flow, message }: { readonly id: number; readonly flow: string; readonly message: string },
): Promise<{ readonly moved: number; readonly counted: readonly RecordCounts[] }> {
  const reason = { code: 'TL_RUN_REJECTED', message };
  const held = await loadHeldOfRun(tx, runId);
  const leaving = held.map(({ id, ...each }) => ({ ...each, runId, heldId: id }));
  const counted = [...(await keepWhole(tx, flow, { leaving, reason }))];
  let moved = held.length;
  for (let id = await findFirstBatch(tx, runId); id !== undefined; id = await findFirstBatch(tx, runId)) {
    const records = (await takeBatch(tx, id)) ?? [];
    const staged = records.map((record) => ({ runId, attempts: 0, record }));
    counted.push(...(await keepWhole(tx, flow, { leaving: staged, reason })));
    moved += records.length;
  }
  return { moved, counted };
}

async function goOn(engine: Engine, flow: string, lanes: readonly number[]): Promise<void> {
  for (const lane of lanes) await engine.wake.lane({ flow, lane });
}
