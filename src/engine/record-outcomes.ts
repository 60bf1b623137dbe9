import type { Outcome } from '../contract/outcome.ts';
import { deleteBatch, keepRest, type StagedRecord } from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { markDecisions } from '../store/decisions.ts';
import { deleteDeliveries, upsertDeliveries } from '../store/deliveries.ts';
import { finishBatch } from '../store/finish-batch.ts';
import { fenceLane, type Lease, leaseLost } from '../store/lanes.ts';
import { addCounts, resettleRun, type Tally } from '../store/runs.ts';
import { confirmXrefs, deleteXrefs, type XrefScope } from '../store/xrefs.ts';
import type { Plan } from '../workspace/plan.ts';
import { type CountChange, recordHeld } from './hold/record-held.ts';
import { type Ended, type Item, isFinal } from './item.ts';
import { recordFailed, settledBy } from './record-failed.ts';

export interface Recording {
  readonly lease: Lease;
  readonly plan: Plan;
  readonly scope: XrefScope;
  /** The batch that these records are of; absent for records off the hold. */
  readonly batchId?: number;
  /** What is left of the batch after this, in its order. Absent or none: the batch is done. */
  readonly rest?: readonly StagedRecord[];
  readonly ended: readonly Ended[];
}

/**
 * Everything that is known after a batch, in one transaction: outcomes, references, errors, holds, counts. It is
 * refused as a whole if the lane has gone to another worker meanwhile. Answers the runs that may be over with it.
 */
export async function recordOutcomes(db: Database, recording: Recording): Promise<readonly number[]> {
  const runId = plainRunOf(recording);
  if (recording.batchId !== undefined && runId !== undefined) {
    const { isLast } = await recordPlain(db, { ...recording, id: recording.batchId, runId });
    return isLast ? [runId] : [];
  }
  const counted = await db.transaction().execute(async (tx) => {
    await fenceLane(tx, recording.lease);
    await recordDelivered(tx, recording);
    const again = await recordFailed(tx, recording);
    await recordDecided(tx, recording.ended);
    const moved = await recordHeld(tx, recording);
    const runs = await recordCounts(tx, recording.ended, { again, moved });
    if (recording.batchId !== undefined) await endBatch(tx, recording.batchId, recording.rest);
    return runs;
  });
  const ends = recording.ended.flatMap((end) =>
    end.outcome === 'replaces' ? [end.waiting, end.item] : [end.item],
  );
  return [...new Set([...ends.map((end) => end.runId), ...counted])];
}

async function endBatch(tx: Database, id: number, rest: readonly StagedRecord[] = []): Promise<void> {
  if (rest.length === 0) await deleteBatch(tx, id);
  else await keepRest(tx, id, rest);
}

/**
 * The run of a batch of which nothing failed, waits, is a replay, was deleted or changes what was decided: most batches
 * are like that.
 */
function plainRunOf({ plan, ended, rest = [] }: Recording): number | undefined {
  if (rest.length > 0) return undefined;
  const isPlain = (end: Ended) =>
    isFinal(end) &&
    end.outcome !== 'failed' &&
    end.item.heldId === undefined &&
    end.item.record.errorId === undefined &&
    !changesDecisions(end);
  const runId = ended[0]?.item.runId;
  return plan.target.write !== 'delete' && ended.every((end) => isPlain(end) && end.item.runId === runId)
    ? runId
    : undefined;
}

/** The same as the transaction comes to, in one statement instead of a dozen. */
async function recordPlain(
  db: Database,
  { lease, plan, scope, ended, id, runId }: Recording & { readonly id: number; readonly runId: number },
): Promise<{ readonly isLast: boolean }> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of ended.filter(isFinal)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const delivered = ended
    .filter((end) => end.outcome === 'delivered')
    .map(({ item, fingerprint, targetId, measure }) => ({
      key: item.record.key,
      version: item.record.version,
      fingerprint,
      targetId,
      measure,
    }));
  const settles = keysOf(settledBy(plan, ended));
  const finished = await finishBatch(db, { lease, scope, id, runId, delivered, settles, counts });
  if (!finished) throw leaseLost(lease);
  return finished;
}

async function recordDelivered(tx: Database, { plan, scope, ended }: Recording): Promise<void> {
  const delivered = ended.filter((end) => end.outcome === 'delivered');
  for (const [runId, ends] of byRun(delivered)) {
    if (plan.target.write === 'delete') {
      await deleteDeliveries(tx, plan.flow, keysOf(ends));
      await deleteXrefs(tx, scope, keysOf(ends));
      continue;
    }
    await upsertDeliveries(
      tx,
      { flow: plan.flow, runId },
      ends.map(({ item, fingerprint, measure }) => ({
        key: item.record.key,
        version: item.record.version,
        fingerprint,
        measure,
      })),
    );
    const xrefs = ends.flatMap(({ item, targetId }) =>
      targetId === undefined ? [] : [{ key: item.record.key, targetId }],
    );
    await confirmXrefs(tx, scope, { runId, xrefs });
  }
}

/** Decisions that the source has overridden, or that stand once more. */
async function recordDecided(tx: Database, ended: readonly Ended[]): Promise<void> {
  for (const [runId, ends] of byRun(ended.filter(changesDecisions))) {
    await markDecisions(tx, runId, {
      overridden: ends.flatMap(({ item }) => item.decided?.overrides ?? []),
      standing: ends.flatMap(({ item }) => item.decided?.stands ?? []),
    });
  }
}

function changesDecisions({ item: { decided } }: Ended): boolean {
  return decided !== undefined && decided.overrides.length + decided.stands.length > 0;
}

interface Counted {
  /** What failed as it had before: nothing has changed about it. */
  readonly again: ReadonlySet<Ended>;
  readonly moved: readonly CountChange[];
}

/** Answers the runs that were changed. One that was over already, but for what was blocked, is judged anew. */
async function recordCounts(
  tx: Database,
  ended: readonly Ended[],
  { again, moved }: Counted,
): Promise<readonly number[]> {
  const counts = new Map<number, Tally>();
  const count = ({
    runId,
    outcome,
    by,
  }: Omit<CountChange, 'outcome'> & { readonly outcome: keyof Tally }) => {
    const run = counts.get(runId) ?? {};
    counts.set(runId, { ...run, [outcome]: (run[outcome] ?? 0) + by });
  };
  for (const end of ended) {
    if (!isFinal(end)) continue;
    const { runId } = end.item;
    count({ runId, outcome: again.has(end) ? 'unchanged' : end.outcome, by: 1 });
    if (again.has(end)) count({ runId, outcome: 'stillOpen', by: 1 });
  }
  for (const change of moved) count(change);
  // Always in the order of the runs: two lanes cannot lock each other out.
  for (const [runId, run] of [...counts].sort(([a], [b]) => a - b)) {
    await addCounts(tx, runId, run);
    if (moved.some((change) => change.runId === runId && change.by < 0)) await resettleRun(tx, runId);
  }
  return [...counts.keys()];
}

function byRun<T extends { readonly item: Item }>(ends: readonly T[]): Map<number, T[]> {
  return Map.groupBy(ends, (end) => end.item.runId);
}

function keysOf(ends: readonly { readonly item: Item }[]): readonly string[] {
  return ends.map(({ item }) => item.record.key);
}
