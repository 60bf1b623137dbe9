import type { JsonObject } from '../contract/json.ts';
import { insertBatches, type NewBatch } from '../store/batches.ts';
import { type ErrorFilter, type ErrorGroup, groupErrors } from '../store/errors.ts';
import { type Replayable, saveRecords, takeForReplay } from '../store/keep-errors.ts';
import { addCounts, claimRun, endReading, insertRun } from '../store/runs.ts';
import type { Plan } from '../workspace/plan.ts';
import type { Engine } from './engine.ts';
import { laneOf } from './lane-of.ts';
import { applyMergePatch } from './merge-patch.ts';
import { settleRun } from './settle-run.ts';
import { keepPlan, type StartableFlow } from './start-run.ts';

/** Which errors a replay would take, by cause. Changes nothing. */
export async function planReplay(engine: Engine, filter: ErrorFilter): Promise<readonly ErrorGroup[]> {
  return await groupErrors(engine.db, filter);
}

/**
 * Sends the errors of one flow down the line again, under the flow as it is now, as a run of their own. An error
 * stays what it is until its record gets through. A patch changes the records as they were read, for good: should one
 * fail again, its error holds it as it was sent. Answers the run's id, or nothing if no error fits.
 */
export async function startReplay(
  engine: Engine,
  flow: StartableFlow,
  { filter, patch }: { readonly filter: ErrorFilter; readonly patch?: JsonObject },
): Promise<number | undefined> {
  await keepPlan(engine.db, flow);
  const runId = await engine.db.transaction().execute(async (tx) => {
    const asKept = await takeForReplay(tx, { ...filter, flow: flow.flow });
    if (asKept.length === 0) return undefined;
    const taken = patch === undefined ? asKept : asKept.map((error) => patched(error, patch));
    if (patch !== undefined) await saveRecords(tx, taken);
    const id = await insertRun(tx, { flow: flow.flow, planHash: flow.hash, trigger: 'replay', options: {} });
    await claimRun(tx, id, engine.limits.leaseMs);
    await insertBatches(tx, { runId: id, flow: flow.flow }, toBatches(flow.plan, taken));
    await addCounts(tx, id, { read: taken.length });
    await endReading(tx, id, undefined);
    return id;
  });
  if (runId === undefined) return undefined;
  for (let lane = 0; lane < flow.plan.delivery.lanes; lane++)
    await engine.wake.lane({ flow: flow.flow, lane });
  await settleRun(engine, runId);
  return runId;
}

function patched({ id, record }: Replayable, patch: JsonObject): Replayable {
  return { id, record: { ...record, native: applyMergePatch(record.native, patch) } };
}

function toBatches(plan: Plan, errors: readonly Replayable[]): readonly NewBatch[] {
  const { lanes, batch: size } = plan.delivery;
  const records = errors.map(({ id, record }) => ({ ...record, errorId: id }));
  return [...Map.groupBy(records, (record) => laneOf(record.key, lanes))].flatMap(([lane, all]) =>
    Array.from({ length: Math.ceil(all.length / size) }, (_, nth) => {
      const some = all.slice(nth * size, (nth + 1) * size).map((record) => JSON.stringify(record));
      return { lane, records: some, bytes: some.reduce((sum, text) => sum + text.length, 0) };
    }),
  );
}
