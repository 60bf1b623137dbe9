import type { RecordCounts } from '../../contract/outcome.ts';
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
  const { runs, counted } = await withLanes(engine, { flow, lanes }, (leases) =>
    engine.db.transaction().execute(async (tx) => {
      for (const lease of leases) await fenceLane(tx, lease);
      const taken = join([await takeHeld(tx, waiting, why), await takeBatches(tx, waiting, why)]);
      const count = taken.runs.length;
      if (count > 0) {
        const entry = { deed: 'take out', by, flow, count, reason } as const;
        await keepAuditEntry(tx, { ...entry, ...subjectOf(waiting) });
      }
      return taken;
    }),
  );
  for (const lane of lanes) await engine.wake.lane({ flow, lane });
  for (const counts of counted) engine.log.recordsCounted(waiting, counts);
  engine.tell.recorded(runs);
  for (const runId of new Set(runs)) await settleRun(engine, runId);
  return runs.length;
}

function subjectOf(waiting: WaitingSelection): Pick<NewAuditEntry, 'runId' | 'about'> {
  if ('runId' in waiting) return { runId: waiting.runId };
  return { about: 'key' in waiting ? { keys: [waiting.key] } : { lane: waiting.lane } };
}

/** The run of each record that was taken out, and what the runs count with it. */
interface TakenRecords {
  readonly runs: readonly number[];
  readonly counted: readonly RecordCounts[];
}

function join(some: readonly TakenRecords[]): TakenRecords {
  return { runs: some.flatMap(({ runs }) => runs), counted: some.flatMap(({ counted }) => counted) };
}

async function takeHeld(tx: Database, waiting: WaitingSelection, why: string): Promise<TakenRecords> {
  const held = await loadHeldOf(tx, waiting);
  const counted: RecordCounts[] = [];
  // One by one, as each waited for a reason of its own.
  for (const { id, fault, ...each } of held) {
    const whole = { leaving: [{ ...each, heldId: id }], reason: toReason(why, fault) };
    counted.push(...(await keepWhole(tx, waiting.flow, whole)));
  }
  return { runs: held.map(({ runId }) => runId), counted };
}

async function takeBatches(tx: Database, waiting: WaitingSelection, why: string): Promise<TakenRecords> {
  const runs: number[] = [];
  const counted: RecordCounts[] = [];
  for await (const batch of loadBatches(tx, waiting)) {
    const { id, runId, attempts, fault } = batch;
    const { taken, rest } = split(batch, waiting);
    if (taken.length === 0) continue;
    const leaving = taken.map((record): LeavingRecord => ({ runId, attempts, record }));
    counted.push(...(await keepWhole(tx, waiting.flow, { leaving, reason: toReason(why, fault) })));
    if (rest.length === 0) await deleteBatch(tx, id);
    else await keepRest(tx, id, rest);
    runs.push(...taken.map(() => runId));
  }
  return { runs, counted };
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
