import { Fault } from '../../contract/fault.ts';
import { addMeasures, type Delivery } from '../../store/line/deliveries.ts';
import { fenceLane } from '../../store/line/lanes.ts';
import {
  countGuarded,
  insertGuarded,
  loadGuardState,
  lockGuardState,
  stopForApproval,
} from '../../store/runs/guards.ts';
import { type FaultNote, loadRun } from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Engine } from '../engine.ts';
import type { MappedItem } from '../line/item.ts';
import type { Line } from '../line/open-line.ts';
import { type Allowance, allowanceExceeded, computeAllowances, errorRateExceeded } from './guards.ts';

/** A batch between compare and write. */
export interface ComparedBatch {
  readonly payloads: readonly MappedItem[];
  /** Those of them that are to be written. */
  readonly changed: readonly MappedItem[];
  readonly earlier: ReadonlyMap<string, Delivery>;
  readonly recorded: ReadonlyMap<string, Delivery>;
}

/**
 * Lets a batch of one run through to the write, or throws TL_GUARD_TRIPPED: the run is held then, by this batch or by
 * one of another lane before it, and nothing of the batch has been written.
 */
export async function passGuards(line: Line, batch: ComparedBatch): Promise<void> {
  const { engine, plan } = line;
  await rememberMeasures(line, batch);
  const runId = batch.changed[0]?.item.runId;
  if (runId === undefined) return;
  const lastMeasureOf = (key: string) => batch.earlier.get(key)?.measure ?? batch.recorded.get(key)?.measure;
  const allowances = computeAllowances(plan, batch.changed, lastMeasureOf);
  const { stop, isNew } =
    allowances.length === 0
      ? { ...(await loadGuardState(engine.db, runId)), isNew: false }
      : await count(line, runId, allowances);
  if (!stop) return;
  if (isNew) reportStop(engine, { run: runId, flow: plan.flow }, stop);
  throw new Fault('TL_GUARD_TRIPPED', `run ${runId} is held for approval: ${stop.message}`);
}

/**
 * Counted before anything is written, under the lane's lease and a lock on the run: lanes and processes that come to
 * it at the same time count one after the other, and one of them stops the run.
 */
async function count(
  { engine, plan, lease }: Line,
  runId: number,
  allowances: readonly Allowance[],
): Promise<{ readonly stop: FaultNote | undefined; readonly isNew: boolean }> {
  return await engine.db.transaction().execute(async (tx) => {
    await fenceLane(tx, lease);
    const { isExempt, stop } = await lockGuardState(tx, runId);
    if (isExempt || stop) return { stop, isNew: false };
    for (const allowance of allowances) {
      const { total } = await countGuarded(tx, runId, allowance);
      const message = allowanceExceeded(plan.guards ?? {}, allowance, total);
      if (message !== undefined) {
        const note = { code: 'TL_GUARD_TRIPPED', message };
        return { stop: note, isNew: await stopForApproval(tx, runId, note) };
      }
      await insertGuarded(tx, runId, allowance);
    }
    return { stop: undefined, isNew: false };
  });
}

/** Stops for approval those of the runs of which too large a share has failed by now, and of which there is more to come. */
export async function stopForErrors(engine: Engine, plan: Plan, runIds: readonly number[]): Promise<void> {
  if (plan.guards?.maxErrorRatePercent === undefined) return;
  for (const id of runIds) {
    const run = await loadRun(engine.db, id);
    const message = run && errorRateExceeded(plan.guards, run.counts);
    if (message === undefined) continue;
    const note = { code: 'TL_GUARD_TRIPPED', message };
    if (await stopForApproval(engine.db, id, note)) reportStop(engine, { run: id, flow: plan.flow }, note);
  }
}

/** That a run is held from now on. */
export function reportStop(
  engine: Engine,
  at: { readonly run: number; readonly flow: string },
  note: FaultNote,
): void {
  engine.log.runAwaitsApproval(at, note);
  engine.tell.turned(at.run);
}

/** What was delivered before the flow had its `maxChange` is known as soon as it is read again, unchanged. */
async function rememberMeasures(
  { engine, plan }: Line,
  { payloads, recorded }: ComparedBatch,
): Promise<void> {
  const fresh = payloads.flatMap(({ item, fingerprint, measure }) => {
    const { key } = item.record;
    const before = recorded.get(key);
    if (measure === undefined || before?.fingerprint !== fingerprint || before.measure !== undefined)
      return [];
    return [{ key, fingerprint, measure }];
  });
  await addMeasures(engine.db, plan.flow, fresh);
}
