import { Fault, toFault } from '../contract/fault.ts';
import { stagedSize } from '../store/batches.ts';
import { claimReading, endReading, findQueuedRuns, type Run, renewRun } from '../store/runs.ts';
import type { Plan } from '../workspace/plan.ts';
import { watchSource } from './drift/watch-shape.ts';
import type { Engine } from './engine.ts';
import { cutPage, readerOf, toReadRequest } from './read-request.ts';
import { settleRun } from './settle-run.ts';
import { Stage } from './stage-records.ts';

/**
 * Reads a run's source to its end and stages what comes, each chunk in one transaction with the cursor that stands
 * for it. Delivery goes on beside it; a target slower than the source makes the reader wait.
 */
export async function readRun(engine: Engine, runId: number, stop: AbortSignal): Promise<void> {
  // Whoever stops leaves it queued: the sweep of another process, or of the next start, finds it.
  if (stop.aborted) return;
  const run = await claimReading(engine.db, runId, engine.limits.leaseMs);
  if (!run?.planHash) return;
  const at = { run: run.id, flow: run.flow };
  engine.log.runStarted(at);
  const lost = new AbortController();
  const renewal = setInterval(() => {
    renewRun(engine.db, run.id, engine.limits.leaseMs).then(
      (kept) => kept || lost.abort(),
      () => lost.abort(),
    );
  }, engine.limits.leaseMs / 3);
  const signal = AbortSignal.any([stop, lost.signal]);
  try {
    const records = await readAndStage(engine, await engine.loadPlan(run.planHash), run, signal);
    signal.throwIfAborted();
    await endReading(engine.db, run.id, undefined);
    engine.log.runRead({ ...at, records });
  } catch (thrown) {
    const fault = signal.aborted
      ? new Fault(
          'TL_RUN_STOPPED',
          'stopped before everything was read; the next run goes on from the cursor',
        )
      : toFault(thrown);
    engine.log.runStopped(at, fault);
    await endReading(engine.db, run.id, { code: fault.code, message: fault.message });
  } finally {
    clearInterval(renewal);
  }
  await settleRun(engine, run.id);
  for (const { id, flow } of await findQueuedRuns(engine.db))
    if (flow === run.flow) await engine.wake.run(id);
}

async function readAndStage(engine: Engine, plan: Plan, run: Run, signal: AbortSignal): Promise<number> {
  const read = readerOf(plan);
  const request = await toReadRequest(engine.db, plan, { options: run.options, signal });
  const stage = new Stage(engine, plan, run, await watchSource(engine, plan));
  let left = run.options.limit ?? Number.POSITIVE_INFINITY;
  for await (const page of read(request)) {
    signal.throwIfAborted();
    await stage.add(left < page.records.length ? cutPage(page, left) : page);
    left -= page.records.length;
    if (left <= 0) break;
    if (stage.isFull()) {
      await stage.flush();
      await waitForRoom(engine, plan.flow, signal);
    }
  }
  await stage.flush();
  return stage.records;
}

async function waitForRoom(engine: Engine, flow: string, signal: AbortSignal): Promise<void> {
  while ((await stagedSize(engine.db, flow)).bytes > engine.limits.maxStagedBytes) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
