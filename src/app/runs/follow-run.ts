import { rowOf } from '../../contract/fault-table.ts';
import type { Engine } from '../../engine/engine.ts';
import { isOutage } from '../../engine/lanes/outlast-outage.ts';
import { findRunWait } from '../../store/line/batches.ts';
import { findRunAhead } from '../../store/runs/approvals.ts';
import { listCurrentRuns, loadRun, type Run } from '../../store/runs/runs.ts';
import { findPauseOver } from '../../store/waiting/pauses.ts';
import type { Runtime } from '../engine/runtime.ts';
import { slowLookMs } from '../notices/run-notices.ts';
import { type RunDocument, toRunDocument } from './run-document.ts';

export interface FollowedRun {
  readonly run: Run;
  readonly document: RunDocument;
}

/** An engine, and who hears of what it records. */
export type Followable = Pick<Runtime, 'engine' | 'notices'>;

export interface Watch {
  readonly show: (run: RunDocument) => void;
  readonly stop: AbortSignal;
  /** How long at the most; absent: as long as it may help. */
  readonly patienceMs?: number;
}

/** Records that are retried are waited for as long as some of them still get through, and so long after that. */
const patienceMs = 20_000;
/** What is in doubt is found within seconds, or not before a person has read about it. */
const doubtMs = 12_000;
/** After so long without progress it can be told what a run waits for. */
const standstillMs = 1_050;
/** A target that is away for no longer than this, as while it restarts, does not end the following. */
const blipMs = 4_000;

/**
 * Follows a run to its end, or to where nothing more happens for now: it is held for approval, its target is away or
 * its connection is misconfigured, its flow is paused, or the next retry is far off. `stop` ends the watching, not the run.
 */
export async function followRun(
  { engine, notices }: Followable,
  id: number,
  watch: Watch,
): Promise<FollowedRun> {
  const progress = createProgressWatch(engine);
  const following = notices.follow([id]);
  try {
    for (;;) {
      let againMs = slowLookMs;
      try {
        const { isOver, idleMs, ...followed } = await look(engine, id, { progress, watch });
        if (isOver || watch.stop.aborted) return followed;
        if (idleMs < standstillMs) againMs = standstillMs;
      } catch (thrown) {
        // The engine waits for its database, and so does who watches it, as long as anybody thinks that it comes back.
        if (!isOutage(thrown) || watch.stop.aborted) throw thrown;
      }
      await following.next(againMs, watch.stop);
    }
  } finally {
    following.close();
  }
}

async function look(
  engine: Engine,
  id: number,
  { progress, watch }: { readonly progress: ReturnType<typeof createProgressWatch>; readonly watch: Watch },
): Promise<FollowedRun & { readonly isOver: boolean; readonly idleMs: number }> {
  const run = await loadRun(engine.db, id);
  if (!run) throw new Error(`run ${id} is gone`);
  const idleMs = progress.idleMs(run);
  // Costs more than all else here: nobody asks what a run waits for that has just got on.
  const mayWait = run.status === 'running' && (idleMs > 0 || watch.stop.aborted);
  const waiting = mayWait ? await findRunWait(engine.db, id) : undefined;
  const behind = (await findPause(engine, run, idleMs)) ?? (await findBehind(engine, run, idleMs));
  const isStuck =
    behind !== undefined ||
    (waiting !== undefined &&
      isStuckFor(waiting, { idleMs, now: engine.clock.now(), most: watch.patienceMs }));
  const document = toRunDocument(
    run,
    engine.clock.now(),
    isStuck || watch.stop.aborted ? (behind ?? waiting?.fault) : undefined,
  );
  watch.show(document);
  const isEnded = run.status !== 'running' && run.status !== 'queued';
  return { run, document, isOver: isEnded || isStuck, idleMs };
}

/** Runs of a flow that have been read and not yet delivered to the last record, are held, or that another process reads. */
export async function findOpenRuns(engine: Engine, flow: string): Promise<readonly number[]> {
  const runs = await listCurrentRuns(engine.db);
  // A replay that is still being staged is its set's: with nobody at work on that, it would never end.
  const isStaged = ({ trigger, readAt }: Run) => trigger !== 'replay' || readAt !== null;
  const isOpen = (run: Run) => (run.status === 'running' && isStaged(run)) || run.status === 'held';
  return runs.filter((run) => run.flow === flow && isOpen(run)).map(({ id }) => id);
}

/** Runs of a flow that were asked for so long ago that whoever did so has ended before they were read, most likely. */
export async function findForgottenRuns(
  { db, clock, limits }: Engine,
  flow: string,
): Promise<readonly number[]> {
  const runs = await listCurrentRuns(db);
  const isForgotten = ({ status, createdAt }: Run) =>
    status === 'queued' && clock.now() - createdAt.getTime() > limits.leaseMs;
  return runs.filter((run) => run.flow === flow && isForgotten(run)).map(({ id }) => id);
}

export async function followAll(
  at: Followable,
  ids: readonly number[],
  watch: Watch,
): Promise<readonly RunDocument[]> {
  const documents: RunDocument[] = [];
  // What they had left was tried again while the run itself was followed.
  for (const id of ids) documents.push((await followRun(at, id, { ...watch, patienceMs: blipMs })).document);
  return documents;
}

/** Nobody waits for a pause to be over. */
async function findPause(
  { db }: Engine,
  run: Run,
  idleMs: number,
): Promise<RunDocument['fault'] | undefined> {
  const isOpen = run.status === 'running' || run.status === 'queued';
  return isOpen && idleMs >= standstillMs ? await findPauseOver(db, run) : undefined;
}

/** Stands all that is left of a run behind one that is held for approval? Then only a person can let it go on. */
async function findBehind(
  engine: Engine,
  run: Run,
  idleMs: number,
): Promise<RunDocument['fault'] | undefined> {
  if (run.status !== 'running' || idleMs < 1_000) return undefined;
  const ahead = await findRunAhead(engine.db, run.id);
  if (!ahead || !(ahead.isRead || idleMs > patienceMs)) return undefined;
  const { code, message } = ahead.note;
  return { code, message: `it stands behind run ${ahead.runId}, which is held for approval: ${message}` };
}

interface Standstill {
  readonly idleMs: number;
  readonly now: number;
  readonly most: number | undefined;
}

function isStuckFor(
  waiting: NonNullable<Awaited<ReturnType<typeof findRunWait>>>,
  { idleMs, now, most = patienceMs }: Standstill,
): boolean {
  if (waiting.moving > 0) return false;
  const { code } = waiting.fault;
  // Waiting does not mend a configuration.
  const isConfig = rowOf(code).kind === 'config';
  // Nor is a target away whose batch only met our own database while that was.
  const isAway = waiting.batches > 0 && code !== 'TL_STORE_UNAVAILABLE';
  if (isConfig || isAway) return isConfig || idleMs > blipMs;
  const patience = Math.min(most, code === 'TL_TARGET_UNKNOWN' ? doubtMs : patienceMs);
  // Nobody waits for an attempt that comes only after the waiting is over.
  const nextMs = waiting.dueAt.getTime() - now;
  return idleMs > patience || (idleMs > 1_000 && idleMs + nextMs > patience);
}

/** How long a run's counts have stood still. */
function createProgressWatch({ clock }: Engine) {
  let seen = '';
  let since = clock.now();
  return {
    idleMs: ({ counts }: Run): number => {
      const now = JSON.stringify(counts);
      if (now !== seen) since = clock.now();
      seen = now;
      return clock.now() - since;
    },
  };
}
