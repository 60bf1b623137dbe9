import { toFault } from '../../contract/fault.ts';
import { type LaneRef, listBusyLanes, loadStaged, loadWaiting } from '../../store/erase/waiting.ts';
import { deleteBatch, keepRest, type StagedRecord } from '../../store/line/batches.ts';
import { fenceLane } from '../../store/line/lanes.ts';
import type { Database } from '../../store/postgres/database.ts';
import { addCounts, type CountDelta } from '../../store/runs/counts.ts';
import { deleteHeld, hurryHeads } from '../../store/waiting/held.ts';
import { withLanes } from '../divide/with-lanes.ts';
import type { Engine } from '../engine.ts';
import { settleRun } from '../runs/settle-run.ts';
import type { PersonMatcher } from './meant.ts';
import { valuesOfStaged } from './values-of-staged.ts';

/** What of the records that wait is meant. */
export interface WaitingToErase {
  readonly meant: PersonMatcher;
  /** Errors that are erased: of these, whatever is sent again is as well, also where a person has made something else of it. */
  readonly errors: ReadonlySet<number>;
}

export interface ErasedWaiting {
  readonly staged: number;
  readonly held: number;
  /** Lanes that whoever works them did not give back in time. */
  readonly busy: readonly LaneRef[];
}

/** How many records that wait are meant. Changes nothing. */
export async function countWaitingAbout(db: Database, wish: WaitingToErase): Promise<ErasedWaiting> {
  let [staged, held] = [0, 0];
  for (const lane of await listBusyLanes(db)) {
    const found = await findInLane(db, lane, wish);
    staged += found.staged;
    held += found.held;
  }
  return { staged, held, busy: [] };
}

/**
 * Takes records out of their lanes for good: they are counted as filtered, as those that a person does not want, and what
 * stood behind them goes on. Whoever is at work on such a lane ends his batch first, and writes down what became of it:
 * what is there afterwards is in history or among the errors, and is erased there. Other lanes are left alone.
 */
export async function eraseWaiting(engine: Engine, wish: WaitingToErase): Promise<ErasedWaiting> {
  let [staged, held] = [0, 0];
  const busy: LaneRef[] = [];
  for (const lane of await listBusyLanes(engine.db)) {
    const found = await findInLane(engine.db, lane, wish);
    if (found.staged + found.held === 0) continue;
    const erased = await eraseInLane(engine, lane, wish).catch((thrown: unknown) => {
      if (toFault(thrown).code !== 'TL_LEASE_LOST') throw thrown;
      busy.push(lane);
      return { staged: 0, held: 0 };
    });
    staged += erased.staged;
    held += erased.held;
  }
  return { staged, held, busy };
}

async function findInLane(db: Database, lane: LaneRef, wish: WaitingToErase) {
  let [staged, held] = [0, 0];
  for await (const { records } of loadStaged(db, lane))
    staged += records.filter((record) => isMeant(lane, record, wish)).length;
  for await (const some of loadWaiting(db, lane))
    held += some.filter(({ record, awaited }) => isMeant(lane, record, wish, awaited)).length;
  return { staged, held };
}

function isMeant(
  { flow }: LaneRef,
  record: StagedRecord,
  { meant, errors }: WaitingToErase,
  ...beside: readonly unknown[]
): boolean {
  const isReplay = record.errorId !== undefined && errors.has(record.errorId);
  return isReplay || meant.isRecord(flow, record.key, ...valuesOfStaged(record), ...beside);
}

async function eraseInLane(engine: Engine, lane: LaneRef, wish: WaitingToErase) {
  const { flow } = lane;
  const erased = await withLanes(engine, { flow, lanes: [lane.lane] }, (leases) =>
    engine.db.transaction().execute(async (tx) => {
      for (const lease of leases) await fenceLane(tx, lease);
      const staged = await eraseStaged(tx, lane, wish);
      const { runs: held, wereBlocked } = await eraseHeld(tx, lane, wish);
      await addCounts(tx, toCounts([...staged, ...held], wereBlocked));
      return { staged, held };
    }),
  );
  await engine.wake.lane(lane);
  const runs = new Set([...erased.staged, ...erased.held]);
  engine.tell.recorded([...runs]);
  for (const runId of runs) await settleRun(engine, runId);
  return { staged: erased.staged.length, held: erased.held.length };
}

/** Returns the run of each. */
async function eraseStaged(tx: Database, lane: LaneRef, wish: WaitingToErase): Promise<readonly number[]> {
  const runs: number[] = [];
  for await (const { id, runId, records } of loadStaged(tx, lane)) {
    const rest = records.filter((record) => !isMeant(lane, record, wish));
    if (rest.length === records.length) continue;
    if (rest.length === 0) await deleteBatch(tx, id);
    else await keepRest(tx, id, rest);
    for (let nth = rest.length; nth < records.length; nth++) runs.push(runId);
  }
  return runs;
}

async function eraseHeld(tx: Database, lane: LaneRef, wish: WaitingToErase) {
  const runs: number[] = [];
  const wereBlocked: number[] = [];
  for await (const some of loadWaiting(tx, lane)) {
    const gone = some.filter(({ record, awaited }) => isMeant(lane, record, wish, awaited));
    wereBlocked.push(
      ...(await deleteHeld(
        tx,
        gone.map(({ id }) => id),
      )),
    );
    await hurryHeads(
      tx,
      lane.flow,
      gone.map(({ record }) => record.key),
    );
    runs.push(...gone.map(({ runId }) => runId));
  }
  return { runs, wereBlocked };
}

function toCounts(runs: readonly number[], wereBlocked: readonly number[]): ReadonlyMap<number, CountDelta> {
  const count = (some: readonly number[], runId: number) => some.filter((each) => each === runId).length;
  return new Map(
    [...new Set(runs)].map((runId) => [
      runId,
      { filtered: count(runs, runId), blocked: -count(wereBlocked, runId) },
    ]),
  );
}
