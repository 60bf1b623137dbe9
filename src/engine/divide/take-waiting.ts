import { keepAuditEntry, type NewAuditEntry } from '../../store/audit/keep-entry.ts';
import { deleteBatch, keepRest } from '../../store/line/batches.ts';
import { fenceLane } from '../../store/line/lanes.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { FaultNote } from '../../store/runs/runs.ts';
import {
  lanesOf,
  loadBatches,
  loadHeldOf,
  type WaitingBatch,
  type WaitingSelection,
} from '../../store/waiting/take-waiting.ts';
import type { Engine } from '../engine.ts';
import { settleRun } from '../runs/settle-run.ts';
import { keepWhole, type LeavingRecord } from './keep-whole.ts';
import { withLanes } from './with-lanes.ts';

/**
 * Takes records out of their lanes because a person wants it: they go to the errors whole, from where they can be
 * replayed, and what stood behind them goes on. Whoever is at work on them comes to its end first. Returns how many it
 * was. Throws TL_LEASE_LOST if a lane stays busy.
 */
export async function takeWaiting(
  engine: Engine,
  waiting: WaitingSelection,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<number> {
  const why = `${by}: ${reason}`;
  const lanes = await lanesOf(engine.db, waiting);
  const { flow } = waiting;
  const runs = await withLanes(engine, { flow, lanes }, (leases) =>
    engine.db.transaction().execute(async (tx) => {
      for (const lease of leases) await fenceLane(tx, lease);
      const taken = [...(await takeHeld(tx, waiting, why)), ...(await takeBatches(tx, waiting, why))];
      if (taken.length > 0) {
        const entry = { deed: 'take out', by, flow, count: taken.length, reason } as const;
        await keepAuditEntry(tx, { ...entry, ...subjectOf(waiting) });
      }
      return taken;
    }),
  );
  for (const lane of lanes) await engine.wake.lane({ flow, lane });
  engine.tell.recorded(runs);
  for (const runId of new Set(runs)) await settleRun(engine, runId);
  return runs.length;
}

function subjectOf(waiting: WaitingSelection): Pick<NewAuditEntry, 'runId' | 'about'> {
  if ('runId' in waiting) return { runId: waiting.runId };
  return { about: 'key' in waiting ? { keys: [waiting.key] } : { lane: waiting.lane } };
}

/** Returns the run of each. */
async function takeHeld(tx: Database, waiting: WaitingSelection, why: string): Promise<readonly number[]> {
  const held = await loadHeldOf(tx, waiting);
  // One by one, as each waited for a reason of its own.
  for (const { id, fault, ...each } of held) {
    await keepWhole(tx, waiting.flow, {
      leaving: [{ ...each, heldId: id }],
      reason: toReason(why, fault),
    });
  }
  return held.map(({ runId }) => runId);
}

async function takeBatches(tx: Database, waiting: WaitingSelection, why: string): Promise<readonly number[]> {
  const runs: number[] = [];
  for await (const batch of loadBatches(tx, waiting)) {
    const { id, runId, attempts, fault } = batch;
    const { taken, rest } = split(batch, waiting);
    if (taken.length === 0) continue;
    const leaving = taken.map((record): LeavingRecord => ({ runId, attempts, record }));
    await keepWhole(tx, waiting.flow, { leaving, reason: toReason(why, fault) });
    if (rest.length === 0) await deleteBatch(tx, id);
    else await keepRest(tx, id, rest);
    runs.push(...taken.map(() => runId));
  }
  return runs;
}

function split({ records }: WaitingBatch, waiting: WaitingSelection) {
  if (!('key' in waiting)) return { taken: records, rest: [] };
  return {
    taken: records.filter(({ key }) => key === waiting.key),
    rest: records.filter(({ key }) => key !== waiting.key),
  };
}

function toReason(why: string, fault: FaultNote | null) {
  const before = fault === null ? '' : `; it waited because of ${fault.code}: ${fault.message}`;
  return { code: 'TL_TAKEN_OUT', message: `taken out of its lane by ${why}${before}` };
}
