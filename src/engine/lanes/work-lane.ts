import { Fault, toFault } from '../../contract/fault.ts';
import { type Batch, type LaneWork, loadLaneWork, postponeBatch } from '../../store/line/batches.ts';
import { acquireLane, fenceLane, type Lease, releaseLane, renewLane } from '../../store/line/lanes.ts';
import { type Held, loadDueHeld, postponeHeld } from '../../store/waiting/held.ts';
import { reportStop, stopForErrors } from '../approval/pass-guards.ts';
import { deliverDivided } from '../divide/deliver-divided.ts';
import { recordDivided } from '../divide/record-divided.ts';
import { takeOutBatch, takeOutHeld } from '../divide/take-out.ts';
import type { Engine } from '../engine.ts';
import { deliverBatch } from '../line/deliver-batch.ts';
import { deliverInOrder, heedOn } from '../line/deliver-in-order.ts';
import type { Item, ItemEnd } from '../line/item.ts';
import { type LeasedLane, type Line, openLine } from '../line/open-line.ts';
import { createBatchTally, noteBatch } from '../notes/batch-tally.ts';
import type { RecordingResult } from '../record/recording.ts';
import { settleRun } from '../runs/settle-run.ts';
import { isOfOneRecord } from '../verdict.ts';
import { askTarget, closeCircuitOf, takeProbe } from '../waiting/circuit.ts';
import { batchWaitMs, holdAll, postponeMs } from '../waiting/hold-or-fail.ts';
import { isOutage, outlastOutage } from './outlast-outage.ts';

/**
 * Works a lane until nothing is due: first the held records that are due, then the next batch, in sequence. The
 * lane is leased: nobody else works it meanwhile, and whoever loses the lease can no longer record anything.
 */
export async function workLane(
  engine: Engine,
  at: { readonly flow: string; readonly lane: number },
  stop: AbortSignal,
): Promise<void> {
  // Asked once more after the release: what was staged before it has woken nobody, since the lane was being worked.
  while (!stop.aborted) {
    const askedAt = momentOf(engine);
    const lease = await acquireLane(engine.db, {
      ...at,
      owner: engine.owner,
      leaseMs: engine.limits.leaseMs,
    });
    if (!lease) return;
    const { worked, lastSeq } = await withRenewal(engine, { lease, askedAt }, (leased) =>
      drain(engine, lease, { stop, leased }),
    );
    if (!worked && (lastSeq === undefined || lastSeq === lease.lastSeq)) return;
  }
}

/**
 * Keeps the lease while the lane is worked, and gives it back. `lastSeq`: what was staged by then.
 *
 * A process that stood still (suspended, swapped out) learns too late from the database that it lost the lane: it would
 * first finish what it was about to write. So it also looks at its own clocks: a lease holds from when it was asked for.
 * At both, since one stands still while the machine sleeps, and the other may be set back.
 */
async function withRenewal(
  engine: Engine,
  { lease, askedAt }: { readonly lease: Lease; readonly askedAt: Moment },
  work: (leased: LeasedLane) => Promise<boolean>,
): Promise<{ readonly worked: boolean; readonly lastSeq: number | undefined }> {
  const lost = new AbortController();
  const { leaseMs } = engine.limits;
  let heldSince = askedAt;
  const checkLease = () => {
    const { wall, steady } = momentOf(engine);
    if (wall >= heldSince.wall + leaseMs || steady >= heldSince.steady + leaseMs) lost.abort();
    if (lost.signal.aborted)
      throw new Fault('TL_LEASE_LOST', `lane ${lease.lane} of ${lease.flow}: the lease ran out`);
  };
  const renew = async () => {
    checkLease();
    const renewedAt = momentOf(engine);
    if (await renewLane(engine.db, lease, leaseMs)) heldSince = renewedAt;
    else lost.abort();
  };
  const renewal = setInterval(() => {
    // A database that is away takes the lane from nobody: the lease holds for its time.
    renew().catch((thrown: unknown) => isOutage(thrown) || lost.abort());
  }, leaseMs / 3);
  const release = () => giveBack(engine, lease);
  try {
    const worked = await work({ lease, signal: lost.signal, checkLease });
    return { worked, lastSeq: await release() };
  } catch (thrown) {
    await release();
    throw thrown;
  } finally {
    clearInterval(renewal);
  }
}

/**
 * Returns what was staged by then. While the database is away that goes on beside: a lease that is not given back
 * keeps the lane until it has run out.
 */
async function giveBack({ db, limits }: Engine, lease: Lease): Promise<number | undefined> {
  try {
    return await releaseLane(db, lease);
  } catch (thrown) {
    const isOver = AbortSignal.timeout(limits.leaseMs);
    if (isOutage(thrown)) outlastOutage(isOver, () => releaseLane(db, lease)).catch(() => {});
    return undefined;
  }
}

/** Milliseconds, by the clock that people set and by the one that nobody can. */
interface Moment {
  readonly wall: number;
  readonly steady: number;
}

function momentOf(engine: Engine): Moment {
  return { wall: engine.clock.now(), steady: performance.now() };
}

/**
 * `true` if there was anything to do. A process that stops takes no further batch but lets the one under way come to
 * its end; one that lost the lane drops everything.
 */
async function drain(
  engine: Engine,
  lease: Lease,
  { stop, leased }: { readonly stop: AbortSignal; readonly leased: LeasedLane },
): Promise<boolean> {
  let worked = false;
  while (!stop.aborted && !leased.signal.aborted) {
    const work = await loadLaneWork(engine.db, lease.flow, lease.lane);
    const { batch, circuit } = work;
    // The sweep comes back to the lane once it may go on.
    if (work.isPaused) return worked;
    // Whoever wants it wakes it when he is done.
    if (work.isWanted) return worked;
    const isProbe = circuit !== undefined && (batch !== undefined || work.isHeldDue);
    if (isProbe && !(await takeProbe(engine, circuit))) {
      await wakeAt(engine, lease, circuit.probeAt);
      return worked;
    }
    if (!batch && !work.isHeldDue) {
      if (work.dueAt) await wakeAt(engine, lease, work.dueAt);
      return worked;
    }
    const goesOn = await workNext(engine, lease, { work, leased: { ...leased, isProbe } });
    if (isProbe && !leased.signal.aborted) await closeCircuitOf(engine, circuit);
    if (!goesOn) return false;
    worked = true;
  }
  return false;
}

async function wakeAt(engine: Engine, lease: Lease, at: Date): Promise<void> {
  await engine.wake.lane(lease, Math.max(0, at.getTime() - engine.clock.now()));
}

type Probing = LeasedLane & { readonly isProbe: boolean };

/** Held records that are due, or the next batch. `false` if the lane has to wait. */
async function workNext(
  engine: Engine,
  lease: Lease,
  { work, leased }: { readonly work: LaneWork; readonly leased: Probing },
): Promise<boolean> {
  const { batch, hasHeld, hasDecisions } = work;
  if (batch) return await workBatch(engine, lease, { batch, known: { hasHeld, hasDecisions }, leased });
  await workHeld(engine, leased, await loadDueHeld(engine.db, lease, 500));
  return true;
}

interface BatchWork {
  readonly batch: Batch;
  readonly known: Pick<LaneWork, 'hasHeld' | 'hasDecisions'>;
  readonly leased: Probing;
}

/** `false` if the batch has to wait, and the lane with it. */
async function workBatch(
  engine: Engine,
  lease: Lease,
  { batch, known, leased }: BatchWork,
): Promise<boolean> {
  const startedAt = engine.clock.now();
  const items = batch.records.map((record) => ({ record, runId: batch.runId, attempts: 0 }));
  let line: Line | undefined;
  try {
    line = await openLine(engine, batch.planHash, leased);
    await throwIfAway(line);
    const ended = await deliverInOrder(line, { items, ...known });
    await afterwards(line, await recordDivided(line, { ended, batch }));
    engine.log.batchDelivered({
      flow: lease.flow,
      lane: lease.lane,
      records: items.length,
      ms: engine.clock.now() - startedAt,
    });
    return true;
  } catch (thrown) {
    // Another worker has the lane by now: the batch is not ours to touch.
    if (leased.signal.aborted || toFault(thrown).code === 'TL_LEASE_LOST') return false;
    // It stays as it is until a person has decided.
    if (toFault(thrown).code === 'TL_GUARD_TRIPPED') return false;
    if (isOfOneRecord(thrown) && batch.attempts + 1 >= maxDefects) {
      await takeOutBatch(engine, lease, { batch, fault: toFault(thrown) });
      return true;
    }
    const ms = line
      ? await batchWaitMs(line, batch.attempts + 1, thrown)
      : postponeMs(engine, batch.attempts + 1, toFault(thrown));
    await postpone(engine, lease, { batch, thrown, ms });
    return false;
  }
}

/** What no halving has found the cause of may pass by itself a few times; then a person has to see it. */
const maxDefects = 4;

/** A probe asks first whether the target answers at all, before it is given a batch. */
async function throwIfAway(line: Line): Promise<void> {
  const outage = line.isProbe ? await askTarget(line) : undefined;
  if (outage) throw outage;
}

async function postpone(
  engine: Engine,
  lease: Lease,
  { batch, thrown, ms }: { readonly batch: Batch; readonly thrown: unknown; readonly ms: number },
): Promise<void> {
  const fault = toFault(thrown);
  engine.log.batchPostponed({ flow: lease.flow, lane: lease.lane, ms }, fault);
  await postponeBatch(engine.db, batch.id, { ms, fault: { code: fault.code, message: fault.message } });
  await engine.wake.lane(lease, ms);
}

async function workHeld(engine: Engine, leased: Probing, held: readonly Held[]): Promise<void> {
  for (const [planHash, group] of Map.groupBy(held, (one) => one.planHash)) {
    const line = await openLine(engine, planHash, leased).catch(async (thrown: unknown) => {
      await postponeAll(engine, leased.lease, { held: group, fault: toFault(thrown) });
    });
    if (!line) continue;
    // A guard speaks of one run.
    const groups = line.plan.guards ? Map.groupBy(group, (one) => one.runId).values() : [group];
    for (const some of groups) await workHeldOf({ ...line, tally: createBatchTally() }, some);
  }
}

/** Not even their line could be opened. */
async function postponeAll(
  engine: Engine,
  lease: Lease,
  { held, fault }: { readonly held: readonly Held[]; readonly fault: Fault },
): Promise<void> {
  const isTried = isOfOneRecord(fault);
  const [over, again] = isTried ? split(held, ({ attempts }) => attempts + 1 >= maxDefects) : [[], held];
  if (over.length > 0) await takeOutHeld(engine, lease, { held: over, fault });
  const { code, message } = fault;
  const waits = again.map(({ id, attempts }) => ({
    id,
    attempts: isTried ? attempts + 1 : attempts,
    waitMs: postponeMs(engine, attempts + 1, fault),
    fault: { code, message },
  }));
  await engine.db.transaction().execute(async (tx) => {
    await fenceLane(tx, lease);
    await postponeHeld(tx, waits);
  });
}

function split<Each>(
  all: readonly Each[],
  isFirst: (each: Each) => boolean,
): [readonly Each[], readonly Each[]] {
  return [all.filter(isFirst), all.filter((each) => !isFirst(each))];
}

async function workHeldOf(line: Line, held: readonly Held[]): Promise<void> {
  const items = held.map(
    ({ id, runId, attempts, heldForMs, isBlocked, record }): Item => ({
      ...{ record, runId, attempts, heldForMs },
      heldId: id,
      ...(isBlocked && { isBlocked }),
    }),
  );
  const ended = await throwIfAway(line)
    .then(() => deliverHeld(line, items))
    .catch((thrown: unknown) => {
      if (line.signal.aborted) throw thrown;
      return holdAll(line, items, thrown);
    });
  await afterwards(line, await recordDivided(line, { ended }));
}

/** Somebody may have decided about a record while it was held. */
async function deliverHeld(line: Line, held: readonly Item[]): Promise<readonly ItemEnd[]> {
  const { items, ended } = await heedOn(line, held);
  if (items.length === 0) return ended;
  return [...ended, ...(await deliverDivided(line, items, (some) => deliverBatch(line, some)))];
}

async function afterwards(line: Line, { ended, over, held, counted }: RecordingResult): Promise<void> {
  const { engine, lease, plan } = line;
  for (const counts of counted) engine.log.recordsCounted(plan, counts);
  // Before the run may be over: whoever waits for its end reads them then.
  await noteBatch(line);
  engine.tell.recorded([...new Set(ended.map(({ item }) => item.runId))]);
  for (const { run, note } of held) reportStop(engine, { run, flow: plan.flow }, note);
  if (plan.guards) await stopForErrors(engine, plan, runsWithFailures(ended));
  for (const ms of new Set(ended.flatMap((end) => (end.outcome === 'held' ? [end.waitMs] : [])))) {
    await engine.wake.lane(lease, ms);
  }
  for (const runId of over) await settleRun(engine, runId);
}

function runsWithFailures(ended: readonly ItemEnd[]): readonly number[] {
  return [...new Set(ended.filter(({ outcome }) => outcome === 'failed').map(({ item }) => item.runId))];
}
