import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, toFault } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';
import type { RecordCounts } from '../../contract/outcome.ts';
import { nextChunk } from '../../store/bulks/bulk-items.ts';
import { closeBulkRuns, countStaged, listStagedLanes } from '../../store/bulks/bulk-runs.ts';
import { loadBulk, turnBulk } from '../../store/bulks/bulks.ts';
import {
  type BulkLease,
  claimBulk,
  findStandstill,
  holdBulk,
  releaseBulk,
} from '../../store/bulks/claims.ts';
import { stagedSize } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Engine } from '../engine.ts';
import { settleRun } from '../runs/settle-run.ts';
import { settleChunk } from './settle-chunk.ts';
import { stageChunk } from './stage-chunk.ts';

/** So many errors are staged in one transaction. */
const chunkSize = 500;
/** So many records of a set wait in lanes at most: what is staged comes to its end also of a set that is stopped. */
const mostAhead = 1_500;

/**
 * Works a frozen set off, chunk by chunk. What was staged and that it was is one transaction, so that each error is
 * staged once, whichever process dies between two chunks: the next one goes on where this one was. A set that is paused or
 * stopped meanwhile is left at the next chunk, and so is one whose flow is paused: that waits again. Returns when nothing is left to be staged and the lanes have come to all
 * of it, or when another process has the set.
 */
export async function workBulk(engine: Engine, id: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  const lease: BulkLease = { id, owner: engine.owner, leaseMs: engine.limits.leaseMs };
  if (!(await claimBulk(engine.db, lease))) return;
  try {
    await workAll(engine, lease, stop);
  } catch (thrown) {
    const fault = toFault(thrown);
    // What comes by itself again takes nothing from the set: the sweep finds it.
    const passes = stop.aborted || comesBack.has(fault.code);
    if (!passes) await giveUp(engine, lease, fault);
  } finally {
    await releaseBulk(engine.db, lease).catch(() => {});
  }
}

const comesBack: ReadonlySet<string> = new Set<FaultCode>(['TL_STORE_UNAVAILABLE', 'TL_LEASE_LOST']);

async function workAll(engine: Engine, lease: BulkLease, stop: AbortSignal): Promise<void> {
  // What a process has staged that is gone by now.
  for (const lane of await listStagedLanes(engine.db, lease.id)) await engine.wake.lane(lane);
  for (;;) {
    const worked = await workChunk(engine, lease);
    if (worked.did === 'nothing') return;
    for (const run of worked.closed) await settleRun(engine, run);
    if (worked.did === 'all') break;
    if (worked.staged) await wakeLanes(engine, worked.staged);
    if (!(await waitForRoom(engine, lease, { stop, flow: worked.staged?.flow, most: mostAhead - chunkSize })))
      return;
  }
  if (!(await waitForRoom(engine, lease, { stop, flow: undefined, most: 0 }))) return;
  await turnBulk(engine.db, lease.id, { from: ['running'], to: 'done' });
}

export type Worked =
  /** The set is not ours any more. */
  | { readonly did: 'nothing' }
  /** There are no more. */
  | { readonly did: 'all'; readonly closed: readonly number[] }
  | { readonly did: 'chunk'; readonly closed: readonly number[]; readonly staged?: StagedFlow };

interface StagedFlow {
  readonly flow: string;
  readonly lanes: number;
  readonly counts: RecordCounts;
}

/** Stages, or settles, the next errors of a set. */
export async function workChunk(engine: Engine, lease: BulkLease): Promise<Worked> {
  const bulk = await loadBulk(engine.db, lease.id);
  if (bulk === undefined) return { did: 'nothing' };
  const worked = await engine.db.transaction().execute(async (tx): Promise<Worked> => {
    if (!(await holdBulk(tx, lease)) || (await standsStill(tx, lease))) return { did: 'nothing' };
    const chunk = await nextChunk(tx, lease.id, chunkSize);
    if (chunk === undefined) return { did: 'all', closed: await closeBulkRuns(tx, lease.id) };
    const { planHash, isLast } = chunk;
    if (planHash === undefined) {
      await settleChunk(tx, bulk, chunk);
      return { did: 'chunk', closed: [] };
    }
    const plan = await engine.loadPlan(planHash);
    const counts = await stageChunk(tx, { bulk, plan, planHash, leaseMs: lease.leaseMs }, chunk);
    const staged = { flow: chunk.flow, lanes: chunk.lanes ?? plan.delivery.lanes, counts };
    return { did: 'chunk', closed: isLast ? await closeBulkRuns(tx, lease.id) : [], staged };
  });
  if (worked.did === 'chunk' && worked.staged) engine.log.recordsCounted(worked.staged, worked.staged.counts);
  return worked;
}

async function wakeLanes(engine: Engine, { flow, lanes }: StagedFlow): Promise<void> {
  for (let lane = 0; lane < lanes; lane++) await engine.wake.lane({ flow, lane });
}

interface Room {
  readonly stop: AbortSignal;
  readonly flow: string | undefined;
  readonly most: number;
}

/** Waits until so few records of the set are staged; `false`: the set is not ours any more, or the process stops. */
async function waitForRoom(engine: Engine, lease: BulkLease, { stop, flow, most }: Room): Promise<boolean> {
  for (let ms = 10; ; ms = Math.min(2 * ms, 200)) {
    const ahead = await countStaged(engine.db, lease.id);
    const bytes = flow === undefined ? 0 : (await stagedSize(engine.db, flow)).bytes;
    if (ahead <= most && bytes <= engine.limits.maxStagedBytes) return true;
    if (stop.aborted) return false;
    await sleep(ms, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted || !(await holdBulk(engine.db, lease)) || (await standsStill(engine.db, lease)))
      return false;
  }
}

/** Then it is nobody's, and waits for its turn once more: others need not wait for it meanwhile. */
async function standsStill(db: Database, { id }: BulkLease): Promise<boolean> {
  if ((await findStandstill(db, id)) === undefined) return false;
  return await turnBulk(db, id, { from: ['running'], to: 'waiting' });
}

/** What no waiting mends, as a plan that cannot be compiled any more: the set is paused, with the reason. */
async function giveUp(engine: Engine, { id }: BulkLease, fault: Fault): Promise<void> {
  engine.log.bulkPaused({ bulk: id }, fault);
  const { code, message } = fault;
  const closed = await engine.db.transaction().execute(async (tx) => {
    const turn = { from: ['running'], to: 'paused', fault: { code, message } } as const;
    return (await turnBulk(tx, id, turn)) ? await closeBulkRuns(tx, id) : [];
  });
  for (const run of closed) await settleRun(engine, run);
}
