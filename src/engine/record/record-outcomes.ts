import type { FaultCode } from '../../contract/fault-table.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { markDecisions } from '../../store/errors/decisions.ts';
import { deleteBatch, keepRest, type StagedRecord } from '../../store/line/batches.ts';
import { upsertDeliveries } from '../../store/line/deliveries.ts';
import { finishBatch } from '../../store/line/finish-batch.ts';
import { forgetDeleted } from '../../store/line/forget-gone.ts';
import { fenceLane, type Lease, leaseLost } from '../../store/line/lanes.ts';
import { confirmXrefs, isTakenId, type XrefScope } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import { recordAbsences } from '../../store/runs/absences.ts';
import { holdRun } from '../../store/runs/guards.ts';
import { addCounts, type CountDelta, type FaultNote, resettleRun } from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { countAbsences } from '../absent/count-absences.ts';
import { type Ended, type Item, isFinal } from '../line/item.ts';
import { hasNewId, refuseTakenIds } from '../reference/taken-ids.ts';
import { recordFailed, settledBy } from './record-failed.ts';
import { type CountChange, recordHeld } from './record-held.ts';

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

export interface Recorded {
  /** Runs that may be over with it. */
  readonly over: readonly number[];
  /** How it ended for each in the end. */
  readonly ended: readonly Ended[];
  /** Runs that are held from now on, and why. */
  readonly held: readonly { readonly run: number; readonly note: FaultNote }[];
}

/**
 * Everything that is known after a batch, in one transaction: outcomes, references, errors, holds, counts. It is
 * refused as a whole if the lane has gone to another worker meanwhile.
 */
export async function recordOutcomes(db: Database, recording: Recording): Promise<Recorded> {
  for (let tries = 0; ; tries++) {
    // Another lane may bring one of the ids in this very moment: only one of them can be recorded, the other looks again.
    const ended = recording.ended.some(hasNewId)
      ? await refuseTakenIds(db, recording.scope, recording.ended)
      : recording.ended;
    try {
      return await recordAll(db, { ...recording, ended });
    } catch (thrown) {
      if (!isTakenId(thrown) || tries === maxTries) throw thrown;
    }
  }
}

const maxTries = 10;

const taken: FaultCode = 'TL_TARGET_ID_TAKEN';

async function holdForTakenIds(tx: Database, ended: readonly Ended[]): Promise<Recorded['held']> {
  const faults = ended.flatMap((end) =>
    end.outcome === 'failed' && end.fault.code === taken ? [{ run: end.item.runId, fault: end.fault }] : [],
  );
  const held = [...Map.groupBy(faults, ({ run }) => run)].map(async ([run, [first]]) => {
    const note = { code: taken, message: first?.fault.message ?? '' };
    return (await holdRun(tx, run, note)) ? [{ run, note }] : [];
  });
  return (await Promise.all(held)).flat();
}

async function recordAll(db: Database, recording: Recording): Promise<Recorded> {
  const runId = plainRunOf(recording);
  const { ended } = recording;
  if (recording.batchId !== undefined && runId !== undefined) {
    const { isLast } = await recordPlain(db, { ...recording, id: recording.batchId, runId });
    return { over: isLast ? [runId] : [], ended, held: [] };
  }
  const { counted, held } = await db.transaction().execute(async (tx) => {
    await fenceLane(tx, recording.lease);
    await recordDelivered(tx, recording);
    const again = await recordFailed(tx, recording);
    await recordDecided(tx, recording.ended);
    const moved = await recordHeld(tx, recording);
    const runs = await recordCounts(tx, recording.ended, { again, moved });
    if (recording.batchId !== undefined) await endBatch(tx, recording.batchId, recording.rest);
    return { counted: runs, held: await holdForTakenIds(tx, ended) };
  });
  const ends = ended.flatMap((end) => (end.outcome === 'replaces' ? [end.waiting, end.item] : [end.item]));
  return { over: [...new Set([...ends.map((end) => end.runId), ...counted])], ended, held };
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
    .map(({ item, fingerprint, targetId, measure, absence }) => ({
      key: item.record.key,
      version: item.record.version,
      fingerprint,
      targetId,
      measure,
      members: absence?.members,
    }));
  const absences = countAbsences(ended);
  const settles = keysOf(settledBy(plan, ended));
  const finished = await finishBatch(db, { lease, scope, id, runId, delivered, absences, settles, counts });
  if (!finished) throw leaseLost(lease);
  return finished;
}

async function recordDelivered(tx: Database, { plan, scope, ended }: Recording): Promise<void> {
  const delivered = ended.filter((end) => end.outcome === 'delivered');
  for (const [runId, ends] of byRun(delivered)) {
    if (plan.target.write === 'delete') {
      const records = ends.map(({ item, targetId }) => ({ key: item.record.key, id: targetId }));
      await forgetDeleted(tx, { flow: plan.flow, scope, resource: plan.target.resource.name, records });
      continue;
    }
    await upsertDeliveries(
      tx,
      { flow: plan.flow, runId },
      ends.map(({ item, fingerprint, measure, absence }) => ({
        key: item.record.key,
        version: item.record.version,
        fingerprint,
        measure,
        members: absence?.members,
      })),
    );
    await recordAbsences(tx, runId, countAbsences(ends));
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
  const counts = new Map<number, CountDelta>();
  const count = ({
    runId,
    outcome,
    by,
  }: Omit<CountChange, 'outcome'> & { readonly outcome: keyof CountDelta }) => {
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
