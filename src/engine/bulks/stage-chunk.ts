import type { RecordCounts } from '../../contract/outcome.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { leaveMoved, markStaged, type WaitingChunk } from '../../store/bulks/bulk-items.ts';
import { findOpenBulkRun, insertBulkRun } from '../../store/bulks/bulk-runs.ts';
import type { Bulk } from '../../store/bulks/bulks.ts';
import { saveDecisions } from '../../store/errors/decisions.ts';
import { type Replayable, saveRecords, takeForReplay } from '../../store/errors/replays.ts';
import type { NewBatch } from '../../store/line/batches.ts';
import { lockLanes } from '../../store/line/stage-records.ts';
import type { Database } from '../../store/postgres/database.ts';
import { claimRun, insertRun } from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { sourceOf } from '../decisions/source-of.ts';
import { createLaneBatches, laneOf } from '../lanes/lane-batches.ts';
import { stage } from '../runs/stage.ts';
import { type ReplayWay, tellWay, usualWay, withMade } from './replay-way.ts';

export interface ChunkToStage {
  readonly bulk: Pick<Bulk, 'id' | 'by' | 'way'>;
  readonly plan: Plan;
  readonly planHash: string;
  readonly leaseMs: number;
}

/**
 * Sends the errors of a chunk down the line again, in the run of their flow. An error stays what it is until its record
 * gets through. What a person made of a record stands for as long as the source shows the version that it was made of:
 * should it fail again, its error holds it as it was sent. Lanes are locked before errors, as everywhere. Returns what
 * its run counts with it, once that is committed.
 *
 * @param tx - the transaction that marks the items as staged: each is staged once, whoever dies.
 */
export async function stageChunk(
  tx: Database,
  { bulk, plan, planHash, leaseMs }: ChunkToStage,
  { flow, items, lanes = plan.delivery.lanes }: WaitingChunk,
): Promise<RecordCounts> {
  const meant = items.flatMap(({ key }) => (key === undefined ? [] : [laneOf(key, lanes)]));
  await lockLanes(tx, flow, [...new Set(meant)]);
  const way: ReplayWay = { ...usualWay, ...(bulk.way as Partial<ReplayWay> | undefined) };
  const ids = items.map(({ errorId }) => errorId);
  const there = await leaveMoved(tx, bulk.id, ids);
  if (there.size === 0) return {};
  const runId = await openRun(tx, { bulk, flow, planHash, leaseMs });
  const taken = await takeForReplay(tx, { ids: [...there] });
  const byId = new Map(items.map((item) => [item.errorId, item]));
  const sent = taken.map((error) => {
    const patched = byId.get(error.id)?.patched;
    return patched === undefined ? error : { ...error, record: { ...error.record, native: patched } };
  });
  const unread = new Set(items.filter(({ isUnread }) => isUnread).map(({ errorId }) => errorId));
  await keepPatched(tx, { by: bulk.by, taken, sent, unread });
  await keepAuditEntry(tx, {
    ...{ deed: 'replay', by: bulk.by, flow, runId, count: sent.length },
    about: { bulk: bulk.id, errors: sent.map(({ id }) => id), ...tellWay(way) },
  });
  const withPayloads = way.from === 'stage' ? await withMade(tx, sent) : sent;
  const { counts } = await stage(
    tx,
    { id: runId, flow, leaseMs },
    { batches: toBatches(plan, lanes, withPayloads), letters: [], unchanged: 0, cursor: undefined },
  );
  await markStaged(tx, { bulkId: bulk.id, runId }, [...there]);
  return counts;
}

async function openRun(
  tx: Database,
  { bulk, flow, planHash, leaseMs }: Omit<ChunkToStage, 'plan'> & { readonly flow: string },
): Promise<number> {
  const at = { bulkId: bulk.id, flow, planHash };
  const open = await findOpenBulkRun(tx, at);
  if (open !== undefined) return open;
  const options = { by: bulk.by, bulk: bulk.id };
  const runId = await insertRun(tx, { flow, planHash, trigger: 'replay', options });
  await claimRun(tx, runId, leaseMs);
  await insertBulkRun(tx, { ...at, runId });
  return runId;
}

interface SentErrors {
  readonly by: string;
  readonly taken: readonly Replayable[];
  /** The same, one for one, each with the record as it is sent. */
  readonly sent: readonly Replayable[];
  readonly unread: ReadonlySet<number>;
}

/** What was made of a record is written down as a decision, beside the record as it was. */
async function keepPatched(tx: Database, { by, taken, sent, unread }: SentErrors): Promise<void> {
  const changes = taken.flatMap((before, index) => {
    const after = sent[index];
    if (after === undefined || after === before) return [];
    return [{ before, after: { ...after, source: before.source ?? sourceOf(before.record) } }];
  });
  await saveRecords(
    tx,
    changes.map(({ after }) => after),
  );
  await saveDecisions(
    tx,
    { by },
    changes.map(({ before, after: { id, flow, source, record } }) => ({
      ...{ flow, key: unread.has(id) ? '' : record.key, source, version: record.version },
      ...{ kind: 'patched', errorId: id, original: before.record.native, patched: record.native },
    })),
  );
}

function toBatches(plan: Plan, lanes: number, errors: readonly Replayable[]): readonly NewBatch[] {
  const gathered = createLaneBatches(plan.delivery.batch);
  for (const { id, record } of errors) {
    gathered.add(laneOf(record.key, lanes), JSON.stringify({ ...record, errorId: id }));
  }
  return gathered.all();
}
