import { Fault } from '../../../contract/fault.ts';
import { rowOf } from '../../../contract/fault-table.ts';
import type { Engine } from '../../../engine/engine.ts';
import { isOutage } from '../../../engine/lanes/outlast-outage.ts';
import { findRunWait } from '../../../store/line/batches.ts';
import { findRunAhead } from '../../../store/runs/approvals.ts';
import { loadRun, type Run } from '../../../store/runs/runs.ts';
import { findPauseOver } from '../../../store/waiting/pauses.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { type RunDocument, toRunDocument } from '../run-document.ts';
import { countReleased } from './follow-released.ts';
import type { RunStanding, RunView, SeenRun } from './run-view.ts';

/** An engine, and who hears of what it records. */
export type Followable = Pick<Runtime, 'engine' | 'notices'>;

/** Records that are retried are waited for as long as some of them still get through, and so long after that. */
const patienceMs = 20_000;
/** What is in doubt is found within seconds, or not before a person has read about it. */
const doubtMs = 12_000;
/** After so long without progress it can be told what a run waits for. */
export const standstillMs = 1_050;
/** A target that is away for no longer than this, as while it restarts, does not end the following. */
export const blipMs = 4_000;

export function viewOf({ engine, notices }: Followable): RunView {
  return {
    now: () => engine.clock.now(),
    look: (run, seen) => lookAtRun(engine, run, seen),
    countReleased: (flow) => countReleased(engine.db, flow),
    follow: (runs) => notices.follow(runs),
    isOutage,
  };
}

/** Throws a Fault TL_NOT_FOUND for a run that is not there. */
export async function lookAtRun(
  engine: Pick<Engine, 'db' | 'clock'>,
  id: number,
  seen: SeenRun,
): Promise<RunStanding> {
  const run = await loadRun(engine.db, id);
  if (!run) throw new Fault('TL_NOT_FOUND', `there is no run ${id}`);
  const mark = Object.values(run.counts).join(' ');
  const idleMs = mark === seen.mark ? seen.idleMs : 0;
  // Costs more than all else here: nobody asks what a run waits for that has just got on.
  const mayWait = run.status === 'running' && (idleMs > 0 || seen.isLast);
  const waiting = mayWait ? await findRunWait(engine.db, id) : undefined;
  const behind = (await findPause(engine, run, idleMs)) ?? (await findBehind(engine, run, idleMs));
  const now = engine.clock.now();
  const isStuck =
    behind !== undefined ||
    (waiting !== undefined && isStuckFor(waiting, { idleMs, now, most: seen.patienceMs }));
  const document = toRunDocument(run, now, isStuck || seen.isLast ? (behind ?? waiting?.fault) : undefined);
  const isEnded = run.status !== 'running' && run.status !== 'queued';
  return { document, isOver: isEnded || isStuck, mark };
}

/** Nobody waits for a pause to be over. */
async function findPause(
  { db }: Pick<Engine, 'db'>,
  run: Run,
  idleMs: number,
): Promise<RunDocument['fault'] | undefined> {
  const isOpen = run.status === 'running' || run.status === 'queued';
  return isOpen && idleMs >= standstillMs ? await findPauseOver(db, run) : undefined;
}

/** Stands all that is left of a run behind one that is held for approval? Then only a person can let it go on. */
async function findBehind(
  { db }: Pick<Engine, 'db'>,
  run: Run,
  idleMs: number,
): Promise<RunDocument['fault'] | undefined> {
  if (run.status !== 'running' || idleMs < 1_000) return undefined;
  const ahead = await findRunAhead(db, run.id);
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
