import { toFault } from '../contract/fault.ts';
import { type Batch, loadNextBatch, postponeBatch } from '../store/batches.ts';
import { findHeldKeys, type Held, loadDueHeld } from '../store/held.ts';
import { acquireLane, type Lease, releaseLane, renewLane } from '../store/lanes.ts';
import { loadRun, settleRun } from '../store/runs.ts';
import type { XrefScope } from '../store/xrefs.ts';
import type { Plan } from '../workspace/plan.ts';
import { deliverBatch, type Line } from './deliver-batch.ts';
import type { Engine } from './engine.ts';
import type { Ended, Item } from './item.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { retryDelayMs } from './retry-delay.ts';
import { verdictFor } from './verdict.ts';

/**
 * Works a lane until nothing is due: first the records whose hold is over, then the next batch, in sequence. The
 * lane is leased: nobody else works it meanwhile, and whoever loses the lease can no longer record anything.
 */
export async function workLane(
  engine: Engine,
  at: { readonly flow: string; readonly lane: number },
  stop: AbortSignal,
): Promise<void> {
  // Asked once more after the release: work staged just before it would otherwise have to wait for the sweep.
  while (!stop.aborted) {
    const lease = await acquireLane(engine.db, {
      ...at,
      owner: engine.owner,
      leaseMs: engine.limits.leaseMs,
    });
    if (!lease) return;
    const worked = await withRenewal(engine, lease, stop, (signal) => drain(engine, lease, signal));
    if (!worked) return;
  }
}

async function withRenewal<T>(
  engine: Engine,
  lease: Lease,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const renewal = setInterval(() => {
    renewLane(engine.db, lease, engine.limits.leaseMs).then(
      (kept) => kept || lost.abort(),
      () => lost.abort(),
    );
  }, engine.limits.leaseMs / 3);
  try {
    return await work(AbortSignal.any([stop, lost.signal]));
  } finally {
    clearInterval(renewal);
    // A lease that cannot be given back runs out by itself.
    await releaseLane(engine.db, lease).catch(() => {});
  }
}

/** `true` if there was anything to do. */
async function drain(engine: Engine, lease: Lease, signal: AbortSignal): Promise<boolean> {
  let worked = false;
  while (!signal.aborted) {
    const held = await loadDueHeld(engine.db, lease, 500);
    if (held.length > 0) {
      await workHeld(engine, lease, { held, signal });
      worked = true;
      continue;
    }
    const { batch, dueAt } = await loadNextBatch(engine.db, lease.flow, lease.lane);
    if (!batch) {
      if (dueAt) await engine.wake.lane(lease, Math.max(0, dueAt.getTime() - engine.clock.now()));
      return worked;
    }
    if (!(await workBatch(engine, lease, { batch, signal }))) return false;
    worked = true;
  }
  return false;
}

/** `false` if the batch has to wait, and the lane with it. */
async function workBatch(
  engine: Engine,
  lease: Lease,
  { batch, signal }: { readonly batch: Batch; readonly signal: AbortSignal },
): Promise<boolean> {
  const startedAt = engine.clock.now();
  const items = batch.records.map((record) => ({ record, runId: batch.runId, attempts: 0 }));
  try {
    const line = await openLine(engine, batch.planHash, signal);
    const ended = await deliverInOrder(line, items);
    await recordOutcomes(engine.db, { lease, plan: line.plan, scope: line.scope, batchId: batch.id, ended });
    await afterwards(engine, lease, ended);
    engine.log.batchDelivered({
      flow: lease.flow,
      lane: lease.lane,
      records: items.length,
      ms: engine.clock.now() - startedAt,
    });
    return true;
  } catch (thrown) {
    // Stopping, or another worker has the lane by now: the batch is not ours to touch.
    if (signal.aborted || toFault(thrown).code === 'TL_LEASE_LOST') return false;
    await postpone(engine, lease, { batch, thrown });
    return false;
  }
}

async function postpone(
  engine: Engine,
  lease: Lease,
  { batch, thrown }: { readonly batch: Batch; readonly thrown: unknown },
): Promise<void> {
  const fault = toFault(thrown);
  const ms = waitMs(engine, batch.attempts + 1, thrown);
  engine.log.batchPostponed({ flow: lease.flow, lane: lease.lane, ms }, fault);
  await postponeBatch(engine.db, batch.id, { ms, fault: { code: fault.code, message: fault.message } });
  await engine.wake.lane(lease, ms);
}

/** A whole batch only ever waits: no fault that stops all of it is any record's own. */
function waitMs(engine: Engine, attempt: number, thrown: unknown): number {
  const verdict = verdictFor(toFault(thrown));
  if (verdict.do === 'wait') return verdict.ms;
  if (verdict.do === 'pause' || verdict.do === 'park') return engine.limits.pauseMs;
  if (verdict.do === 'retry' && verdict.afterMs !== undefined) return verdict.afterMs;
  const retry = { attempts: 0, delayMs: 1_000, factor: 2, maxDelayMs: engine.limits.pauseMs, jitter: true };
  return retryDelayMs(retry, attempt, engine.random);
}

async function workHeld(
  engine: Engine,
  lease: Lease,
  { held, signal }: { readonly held: readonly Held[]; readonly signal: AbortSignal },
): Promise<void> {
  for (const [planHash, group] of Map.groupBy(held, (one) => one.planHash)) {
    const line = await openLine(engine, planHash, signal);
    const items = group.map(({ id, runId, attempts, record }) => ({ record, runId, attempts, heldId: id }));
    const ended = await deliverBatch(line, items).catch((thrown: unknown) => {
      if (signal.aborted) throw thrown;
      const fault = toFault(thrown);
      const ms = waitMs(engine, 1, thrown);
      return items.map((item): Ended => ({ item, outcome: 'held', waitMs: ms, countsAs: 0, fault }));
    });
    await recordOutcomes(engine.db, { lease, plan: line.plan, scope: line.scope, ended });
    await afterwards(engine, lease, ended);
  }
}

async function openLine(engine: Engine, planHash: string, signal: AbortSignal): Promise<Line> {
  const plan = await engine.loadPlan(planHash);
  return { engine, plan, scope: xrefScopeOf(plan), signal };
}

export function xrefScopeOf(plan: Plan): XrefScope {
  const { source, target } = plan;
  // Where both ends have no entity to speak of, the target's resource names what the reference is about.
  const entity = target.entity ?? source.entity ?? target.resource.name;
  return { entity, source: source.connection, target: target.connection };
}

/** Records of one key never side by side: in sequence (`every`), or only the newest of them (`latest`). */
async function deliverInOrder(line: Line, items: readonly Item[]): Promise<readonly Ended[]> {
  const waiting = await findHeldKeys(
    line.engine.db,
    line.plan.flow,
    items.map(({ record }) => record.key),
  );
  const ended: Ended[] = [];
  const stuck = new Set(waiting.keys());
  for (const round of line.plan.delivery.mode === 'latest' ? newestOnly(items, ended) : roundsOf(items)) {
    const free: Item[] = [];
    for (const item of round) {
      const ahead = waiting.get(item.record.key);
      if (line.plan.delivery.mode === 'latest' && ahead)
        ended.push({ item, outcome: 'replaces', waiting: ahead });
      else if (stuck.has(item.record.key)) ended.push({ item, outcome: 'queued' });
      else free.push(item);
    }
    const ends = free.length === 0 ? [] : await deliverRound(line, free, ended.length > 0);
    for (const end of ends) if (end.outcome === 'held') stuck.add(end.item.record.key);
    ended.push(...ends);
  }
  return ended;
}

/** Once a round of a batch is through, a target that goes away must not make us forget it. */
async function deliverRound(line: Line, items: readonly Item[], isLater: boolean): Promise<readonly Ended[]> {
  try {
    return await deliverBatch(line, items);
  } catch (thrown) {
    if (!isLater || line.signal.aborted) throw thrown;
    const ms = waitMs(line.engine, 1, thrown);
    return items.map((item) => ({ item, outcome: 'held', waitMs: ms, countsAs: 0, fault: toFault(thrown) }));
  }
}

function newestOnly(items: readonly Item[], ended: Ended[]): readonly Item[][] {
  const newest = new Map<string, Item>();
  for (const item of items) {
    const older = newest.get(item.record.key);
    if (older) ended.push({ item: older, outcome: 'superseded' });
    newest.set(item.record.key, item);
  }
  return [[...newest.values()]];
}

function roundsOf(items: readonly Item[]): readonly Item[][] {
  const rounds: Item[][] = [];
  const seen = new Map<string, number>();
  for (const item of items) {
    const nth = seen.get(item.record.key) ?? 0;
    seen.set(item.record.key, nth + 1);
    rounds[nth] ??= [];
    rounds[nth].push(item);
  }
  return rounds;
}

async function afterwards(engine: Engine, lease: Lease, ended: readonly Ended[]): Promise<void> {
  for (const ms of new Set(ended.flatMap((end) => (end.outcome === 'held' ? [end.waitMs] : [])))) {
    await engine.wake.lane(lease, ms);
  }
  const runs = new Set(
    ended.flatMap((end) =>
      end.outcome === 'replaces' ? [end.waiting.runId, end.item.runId] : [end.item.runId],
    ),
  );
  for (const runId of runs) await settle(engine, runId);
}

export async function settle(engine: Engine, runId: number): Promise<void> {
  if (!(await settleRun(engine.db, runId))) return;
  const run = await loadRun(engine.db, runId);
  if (run) engine.log.runSettled({ run: run.id, flow: run.flow, status: run.status }, run.counts);
}
