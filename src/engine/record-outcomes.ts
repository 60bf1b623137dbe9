import type { Outcome } from '../contract/outcome.ts';
import { deleteBatch } from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { deleteDeliveries, upsertDeliveries } from '../store/deliveries.ts';
import { finishBatch } from '../store/finish-batch.ts';
import { deleteHeld, insertHeld, postponeHeld, replaceHeld } from '../store/held.ts';
import {
  keepErrors,
  type NewDeadLetter,
  reopenErrors,
  resolveErrors,
  resolveOlderErrors,
} from '../store/keep-errors.ts';
import { fenceLane, type Lease, leaseLost } from '../store/lanes.ts';
import { addCounts } from '../store/runs.ts';
import { confirmXrefs, deleteReservedXrefs, deleteXrefs, type XrefScope } from '../store/xrefs.ts';
import type { Plan } from '../workspace/plan.ts';
import type { Ended, Item } from './item.ts';

export interface Recording {
  readonly lease: Lease;
  readonly plan: Plan;
  readonly scope: XrefScope;
  /** The batch that is done with this; absent for records off the hold. */
  readonly batchId?: number;
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
  await db.transaction().execute(async (tx) => {
    await fenceLane(tx, recording.lease);
    await recordDelivered(tx, recording);
    await recordFailed(tx, recording);
    await recordHeld(tx, recording);
    await recordCounts(tx, recording.ended);
    if (recording.batchId !== undefined) await deleteBatch(tx, recording.batchId);
  });
  const ends = recording.ended.flatMap((end) =>
    end.outcome === 'replaces' ? [end.waiting, end.item] : [end.item],
  );
  return [...new Set(ends.map((end) => end.runId))];
}

/** The run of a batch of which nothing failed, waits, is a replay or was deleted: most batches are like that. */
function plainRunOf({ plan, ended }: Recording): number | undefined {
  const isPlain = (end: Ended) =>
    isFinal(end) &&
    end.outcome !== 'failed' &&
    end.outcome !== 'blocked' &&
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
    .map(({ item, fingerprint, targetId }) => ({
      key: item.record.key,
      version: item.record.version,
      fingerprint,
      targetId,
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
      ends.map(({ item, fingerprint }) => ({
        key: item.record.key,
        version: item.record.version,
        fingerprint,
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
  // Only a refusal proves that the target does not have it.
  const refused = failed.filter(({ stage, fault }) => stage === 'write' && fault.kind === 'rejected');
  await deleteReservedXrefs(tx, scope, keysOf(refused));

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

async function recordHeld(tx: Database, { lease, plan, ended }: Recording): Promise<void> {
  const offHold = ended.filter((end) => end.item.heldId !== undefined && end.outcome !== 'held');
  const again = ended.filter((end) => end.outcome === 'held' && end.item.heldId !== undefined);
  const fresh = ended.filter(
    (end) => (end.outcome === 'held' || end.outcome === 'queued') && end.item.heldId === undefined,
  );
  await deleteHeld(
    tx,
    plan.flow,
    offHold.map(({ item }) => ({ id: item.heldId ?? 0, key: item.record.key })),
  );
  await postponeHeld(
    tx,
    again.flatMap((end) => (end.outcome === 'held' ? [{ id: end.item.heldId ?? 0, ...waitOf(end) }] : [])),
  );
  await insertHeld(
    tx,
    lease,
    fresh.map((end) => ({
      runId: end.item.runId,
      record: end.item.record,
      ...(end.outcome === 'held' ? waitOf(end) : { attempts: end.item.attempts }),
    })),
  );
  const replacing = ended.filter((end) => end.outcome === 'replaces');
  await replaceHeld(
    tx,
    replacing.map(({ item, waiting }) => ({ id: waiting.id, runId: item.runId, record: item.record })),
  );
}

async function recordCounts(tx: Database, ended: readonly Ended[]): Promise<void> {
  const counts = new Map<number, Partial<Record<Outcome, number>>>();
  const count = (runId: number, outcome: Outcome) => {
    const run = counts.get(runId) ?? {};
    counts.set(runId, { ...run, [outcome]: (run[outcome] ?? 0) + 1 });
  };
  for (const end of ended) {
    if (end.outcome === 'replaces') count(end.waiting.runId, 'superseded');
    else if (isFinal(end)) count(end.item.runId, end.outcome);
  }
  for (const [runId, run] of [...counts].sort(([a], [b]) => a - b)) await addCounts(tx, runId, run);
}

type Final = Exclude<Ended, { outcome: 'held' | 'queued' | 'replaces' }>;

function isFinal(end: Ended): end is Final {
  return end.outcome !== 'held' && end.outcome !== 'queued' && end.outcome !== 'replaces';
}

function waitOf(end: Extract<Ended, { outcome: 'held' }>) {
  const { code, message } = end.fault;
  return { attempts: end.item.attempts + end.countsAs, waitMs: end.waitMs, fault: { code, message } };
}

function toDeadLetter({ item, stage, fault }: Extract<Ended, { outcome: 'failed' }>): NewDeadLetter {
  const { errorId: _replayOf, ...record } = item.record;
  const { code, message, at, answer } = fault;
  return { runId: item.runId, record, stage, code, message, at, answer, attempts: item.attempts + 1 };
}

function byRun<T extends { readonly item: Item }>(ends: readonly T[]): Map<number, T[]> {
  return Map.groupBy(ends, (end) => end.item.runId);
}

function keysOf(ends: readonly { readonly item: Item }[]): readonly string[] {
  return ends.map(({ item }) => item.record.key);
}
