import type { Page, ReadRequest } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { loadReaderRoom } from '../../store/line/batches.ts';
import {
  claimReading,
  endReading,
  type FaultNote,
  findQueuedRuns,
  putBack,
  type Run,
  renewRun,
} from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { watchSource } from '../drift/watch-shape.ts';
import type { Engine } from '../engine.ts';
import { isOutage, outlastOutage } from '../lanes/outlast-outage.ts';
import { keepReadingNotes, watchReading } from '../notes/watch-reading.ts';
import { PageGatherer } from './gather-pages.ts';
import { cutPage, readerOf, toReadRequest } from './read-request.ts';
import { settleRun } from './settle-run.ts';

/**
 * Reads a run's source to its end and stages what comes, each chunk in one transaction with the cursor that stands
 * for it. Delivery goes on beside it; a target slower than the source makes the reader wait. A pause of the flow or of a
 * connection of it puts the run back: it reads on when that is over, whoever reads it then.
 */
export async function readRun(engine: Engine, runId: number, stop: AbortSignal): Promise<void> {
  // Whoever stops leaves it queued: the sweep of another process, or of the next start, finds it.
  if (stop.aborted) return;
  const run = await claimReading(engine.db, runId, engine.limits.leaseMs);
  if (!run?.planHash) return;
  const at = { run: run.id, flow: run.flow };
  engine.log.runStarted(at);
  engine.tell.turned(run.id);
  const lease = renewWhileReading(engine, run);
  const signal = AbortSignal.any([stop, lease.lost]);
  // Longer than that, and another process has ended the reading: what it then says of it is left.
  const end = (fault: FaultNote | undefined) =>
    outlastOutage(lease.lost, () => endReading(engine.db, run.id, fault));
  try {
    const planHash = present(run.planHash, 'the plan of a run that reads');
    const plan = await outlastOutage(signal, () => engine.loadPlan(planHash));
    const { records, isPaused, cursor } = await readAndStage(engine, plan, { run, signal });
    if (isPaused && (await outlastOutage(lease.lost, () => putBack(engine.db, run.id, cursor)))) {
      engine.log.runPutBack({ ...at, records });
      engine.tell.turned(run.id);
      return;
    }
    await end(undefined);
    engine.log.runRead({ ...at, records });
  } catch (thrown) {
    const fault = signal.aborted && !isOutage(thrown) ? stopped() : toFault(thrown);
    engine.log.runStopped(at, fault);
    await end({ code: fault.code, message: fault.message });
  } finally {
    lease.close();
  }
  await settleRun(engine, run.id);
  for (const { id, flow } of await findQueuedRuns(engine.db))
    if (flow === run.flow) await engine.wake.run(id);
}

function stopped(): Fault {
  const message = 'stopped before everything was read; the next run goes on from the cursor';
  return new Fault('TL_RUN_STOPPED', message);
}

/** Keeps a run this reader's. A database that is away for a moment takes it from nobody: the lease holds that long. */
function renewWhileReading({ db, clock, limits: { leaseMs } }: Engine, { id }: Run) {
  const lost = new AbortController();
  let heldSince = clock.now();
  const renew = async () => {
    const askedAt = clock.now();
    try {
      if (await renewRun(db, id, leaseMs)) heldSince = askedAt;
      else lost.abort();
    } catch {
      // A clock that was set back has lost the time: then it is long enough as well.
      if (Math.abs(clock.now() - heldSince) >= leaseMs) lost.abort();
    }
  };
  const renewal = setInterval(() => void renew(), leaseMs / 3);
  return { lost: lost.signal, close: () => clearInterval(renewal) };
}

interface Reading {
  readonly records: number;
  /** It was given up before the end of the source. */
  readonly isPaused: boolean;
  /** Of the last page that was staged. */
  readonly cursor: string | undefined;
}

async function readAndStage(
  engine: Engine,
  plan: Plan,
  { run, signal }: { readonly run: Run; readonly signal: AbortSignal },
): Promise<Reading> {
  const read = readerOf(plan);
  const request = await outlastOutage(signal, () => toReadRequest(engine.db, plan, { run, signal }));
  const watch = await outlastOutage(signal, () => watchSource(engine, plan));
  const reading = watchReading(plan);
  const gatherer = new PageGatherer(engine, { plan, run, watch, reading, signal });
  const { limit } = run.options;
  let left = leftToRead(run);
  let isPaused = false;
  // Of a sample, no page is asked for that is not wanted.
  const pages = limit === undefined ? readAhead(read, request, () => isPaused) : read(request);
  for await (const page of pages) {
    signal.throwIfAborted();
    await gatherer.add(left < page.records.length ? cutPage(page, left) : page);
    left -= page.records.length;
    if (left <= 0) break;
    if (gatherer.isFull()) {
      await gatherer.flush();
      engine.tell.recorded([run.id]);
      // Once it is to stand still, the pages end, even if the pause is over by the last one.
      if ((await waitForRoom(engine, run, signal)) === 'paused') isPaused = true;
      if (isPaused && limit !== undefined) break;
    }
  }
  // A source that is stopped may just end. From here on all of it is read, whoever is stopped meanwhile.
  signal.throwIfAborted();
  await gatherer.flush();
  await keepReadingNotes(engine, run, reading);
  return { records: gatherer.records, isPaused: isPaused && left > 0, cursor: gatherer.cursor };
}

/** A sample that was put back reads what is left of it; without a cursor to read on from, it begins again. */
function leftToRead({ options: { limit }, readOn, counts }: Run): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return readOn === null ? limit : Math.max(1, limit - counts.read);
}

/**
 * The next page is on its way while one is looked at. What becomes of it is met when its turn comes; it is called off
 * where that never comes. Once it `isEnding`, the page that is on its way is the last one.
 */
async function* readAhead(
  read: ReturnType<typeof readerOf>,
  request: ReadRequest,
  isEnding: () => boolean,
): AsyncGenerator<Page, void, undefined> {
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, over.signal]);
  const iterator = read({ ...request, signal })[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let page = await next; !page.done; page = await next) {
      if (isEnding()) {
        yield page.value;
        return;
      }
      next = iterator.next();
      next.catch(() => {});
      yield page.value;
    }
  } finally {
    over.abort();
    await iterator.return?.();
  }
}

async function waitForRoom(engine: Engine, run: Run, signal: AbortSignal): Promise<'room' | 'paused'> {
  for (;;) {
    const { bytes, isPaused } = await outlastOutage(signal, () => loadReaderRoom(engine.db, run));
    if (isPaused) return 'paused';
    if (bytes <= engine.limits.maxStagedBytes) return 'room';
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
