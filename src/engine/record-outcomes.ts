import type { Fault } from '../contract/fault.ts';
import type { Outcome } from '../contract/outcome.ts';
import { deleteBatch, keepRest, type StagedRecord } from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { deleteDeliveries, upsertDeliveries } from '../store/deliveries.ts';
import { finishBatch } from '../store/finish-batch.ts';
import {
  keepErrors,
  type NewDeadLetter,
  reopenErrors,
  resolveErrors,
  resolveOlderErrors,
} from '../store/keep-errors.ts';
import { fenceLane, type Lease, leaseLost } from '../store/lanes.ts';
import { addCounts, resettleRun } from '../store/runs.ts';
import {
  beginDoubts,
  confirmXrefs,
  deleteReservedXrefs,
  deleteXrefs,
  type XrefScope,
} from '../store/xrefs.ts';
import type { Plan } from '../workspace/plan.ts';
import { type CountChange, recordHeld } from './hold/record-held.ts';
import { type Ended, type Item, isFinal } from './item.ts';

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
    await recordFailed(tx, recording);
    const moved = await recordHeld(tx, recording);
    const runs = await recordCounts(tx, recording.ended, moved);
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

/** The run of a batch of which nothing failed, waits, is a replay or was deleted: most batches are like that. */
function plainRunOf({ plan, ended, rest = [] }: Recording): number | undefined {
  if (rest.length > 0) return undefined;
  const isPlain = (end: Ended) =>
    isFinal(end) &&
    end.outcome !== 'failed' &&
    end.item.heldId === undefined &&
    end.item.record.errorId === undefined;
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
  const settles = settledBy(plan, ended);
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

async function recordFailed(tx: Database, { plan, scope, ended }: Recording): Promise<void> {
  const failed = ended.filter((end) => end.outcome === 'failed');
  await deleteReservedXrefs(tx, scope, refusedKeys(ended));
  await beginDoubts(tx, scope, doubtsOf(ended));

  const replays = ended.filter((end) => end.item.record.errorId !== undefined && isFinal(end));
  const passed = replays.filter((end) => end.outcome !== 'failed').map((end) => end.item.record.errorId ?? 0);
  await resolveErrors(tx, passed, 'replayed');

  const letters = failed.map((end) => ({
    ...toDeadLetter(end),
    id: end.item.record.errorId,
    replaces: replacesOlder(plan, end),
  }));
  await keepErrors(
    tx,
    plan.flow,
    letters.filter(({ id }) => id === undefined),
  );
  await reopenErrors(
    tx,
    letters.flatMap((letter) => (letter.id === undefined ? [] : [{ ...letter, id: letter.id }])),
  );
  // Last, so that an error of this very batch is settled as well when a newer state of its record got through.
  await resolveOlderErrors(tx, plan.flow, settledBy(plan, ended));
}

/**
 * Only a refusal proves that the target does not have it, or that nothing has ever been sent; not if the end of another
 * state of it is unknown.
 */
function refusedKeys(ended: readonly Ended[]): readonly string[] {
  const sent = ended.filter(
    (end): end is Extract<Ended, { fault: Fault }> =>
      end.outcome === 'held' || (end.outcome === 'failed' && end.stage === 'write'),
  );
  const unsure = new Set(keysOf(sent.filter(({ isUndone }) => isUndone !== true)));
  return keysOf(sent).filter((key) => !unsure.has(key));
}

/** Creates that were given up just now, or that are found open: from here on it is known how long to wait for them. */
function doubtsOf(ended: readonly Ended[]): readonly { readonly key: string; readonly ms: number }[] {
  return ended.flatMap((end) =>
    'doubtMs' in end && end.doubtMs !== undefined ? [{ key: end.item.record.key, ms: end.doubtMs }] : [],
  );
}

/** Whose older errors are settled, because a newer state got through. */
function settledBy(plan: Plan, ended: readonly Ended[]) {
  const newest = new Map(ended.map((end) => [end.item.record.key, end]));
  const passing = [...newest.values()].filter((end) => passes.has(end.outcome) && replacesOlder(plan, end));
  return { keys: keysOf(passing), reason: 'a newer state of the record followed' };
}

const passes: ReadonlySet<Ended['outcome']> = new Set(['delivered', 'unchanged', 'filtered'] as const);

/**
 * Is what was read the state of something, which an earlier error about it only knew as it was before? An event,
 * created once and without a version, is not: each keeps its own error.
 */
function replacesOlder({ delivery, target }: Plan, { item }: Ended): boolean {
  if (item.record.errorId !== undefined) return false;
  return delivery.mode === 'latest' || item.record.version !== undefined || target.write !== 'create';
}

/** Answers the runs that were changed. One that was over already, but for what was blocked, is judged anew. */
async function recordCounts(
  tx: Database,
  ended: readonly Ended[],
  moved: readonly CountChange[],
): Promise<readonly number[]> {
  const counts = new Map<number, Partial<Record<Outcome, number>>>();
  const count = ({ runId, outcome, by }: CountChange) => {
    const run = counts.get(runId) ?? {};
    counts.set(runId, { ...run, [outcome]: (run[outcome] ?? 0) + by });
  };
  for (const end of ended) if (isFinal(end)) count({ runId: end.item.runId, outcome: end.outcome, by: 1 });
  for (const change of moved) count(change);
  // Always in the order of the runs: two lanes cannot lock each other out.
  for (const [runId, run] of [...counts].sort(([a], [b]) => a - b)) {
    await addCounts(tx, runId, run);
    if (moved.some((change) => change.runId === runId && change.by < 0)) await resettleRun(tx, runId);
  }
  return [...counts.keys()];
}

function toDeadLetter({ item, stage, fault }: Extract<Ended, { outcome: 'failed' }>): NewDeadLetter {
  const { errorId: _replayOf, stagedAs: _place, ...record } = item.record;
  const { code, message, at, answer } = fault;
  return { runId: item.runId, record, stage, code, message, at, answer, attempts: item.attempts + 1 };
}

function byRun<T extends { readonly item: Item }>(ends: readonly T[]): Map<number, T[]> {
  return Map.groupBy(ends, (end) => end.item.runId);
}

function keysOf(ends: readonly { readonly item: Item }[]): readonly string[] {
  return ends.map(({ item }) => item.record.key);
}
