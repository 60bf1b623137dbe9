import { type Fault, toFault } from '../../contract/fault.ts';
import type { KeptLetter } from '../../store/errors/keep-errors.ts';
import type { IdleLane, NewBatch, StagedRecord } from '../../store/line/batches.ts';
import { loadRun, type Run } from '../../store/runs/runs.ts';
import { toUnread } from '../decisions/keep-unread.ts';
import { sourceOf } from '../decisions/source-of.ts';
import type { Engine } from '../engine.ts';
import { outlastOutage } from '../lanes/outlast-outage.ts';
import { type GatheredRecords, type StagedRecords, sizeOf, stage } from '../runs/stage.ts';
import { isOfOneRecord } from '../verdict.ts';
import { halvesOf } from './deliver-divided.ts';

export interface RunToDivide {
  readonly engine: Engine;
  readonly run: Run;
  /** Aborted when the run is not this reader's any more. */
  readonly signal: AbortSignal;
  /** Records of the run that have been staged or kept by now; counted on by whoever stages. */
  readonly staged: { count: number };
}

/**
 * Stages what was gathered, all or nothing. Where the database refuses it because of one record, it is halved until
 * that one is alone: it goes to the errors, and the cursor moves only with the last of the others. Returns the lanes
 * that nobody works.
 */
export async function stageDivided(
  staging: RunToDivide,
  gathered: GatheredRecords,
): Promise<readonly IdleLane[]> {
  try {
    return await stageSurely(staging, gathered);
  } catch (thrown) {
    const { letters, unchanged, cursor } = gathered;
    const pieces = piecesOf(gathered);
    const count = pieces.length + letters.length;
    if (!isOfOneRecord(thrown) || count === 0) throw thrown;
    const [only] = pieces;
    if (count === 1) {
      if (!only) throw thrown;
      const letter = toLetter(staging, only, toFault(thrown));
      return await stageSurely(staging, { batches: [], letters: [letter], unchanged, cursor });
    }
  }
  const [first, second] = halve(gathered);
  return [...(await stageDivided(staging, first)), ...(await stageDivided(staging, second))];
}

/** A database that goes away here may have got it all the same: the run's own count says so. */
async function stageSurely(staging: RunToDivide, gathered: GatheredRecords): Promise<readonly IdleLane[]> {
  const { engine, run, signal, staged } = staging;
  const after = staged.count + sizeOf(gathered);
  const findDone = async () => {
    const kept = await loadRun(engine.db, run.id);
    // Nobody was told which lanes are idle: the sweep finds them.
    const isDone = after > staged.count && kept?.counts.read === after;
    return isDone ? { idle: [], counts: { read: sizeOf(gathered) } } : undefined;
  };
  const { idle, counts } = await outlastOutage(signal, () => commit(staging, gathered), {
    findDone,
    onOutage: (outage) => engine.log.stagingWaits({ run: run.id, flow: run.flow }, outage),
  });
  staged.count = after;
  engine.log.recordsCounted(run, counts);
  return idle;
}

async function commit(
  { engine: { db, limits }, run }: RunToDivide,
  gathered: GatheredRecords,
): Promise<StagedRecords> {
  const reading = { ...run, leaseMs: limits.leaseMs };
  // What could not be read is kept beside it: several statements.
  return gathered.letters.length === 0
    ? await stage(db, reading, gathered)
    : await db.transaction().execute((tx) => stage(tx, reading, gathered));
}

interface Piece {
  readonly lane: number;
  /** The record as a batch holds it. */
  readonly text: string;
}

/** In the order in which each lane is to have them. */
function piecesOf({ batches }: Pick<GatheredRecords, 'batches'>): readonly Piece[] {
  return batches.flatMap(({ lane, records }) => records.map((text) => ({ lane, text })));
}

function halve({
  batches,
  letters,
  unchanged,
  cursor,
}: GatheredRecords): readonly [GatheredRecords, GatheredRecords] {
  const [first = [], second = []] = halvesOf(piecesOf({ batches }));
  const [firstLetters = [], secondLetters = []] = halvesOf(letters.toReversed());
  return [
    { batches: toBatches(first), letters: secondLetters, unchanged: 0, cursor: undefined },
    { batches: toBatches(second), letters: firstLetters, unchanged, cursor },
  ];
}

function toBatches(pieces: readonly Piece[]): readonly NewBatch[] {
  return [...Map.groupBy(pieces, ({ lane }) => lane)].map(([lane, some]) => {
    const records = some.map(({ text }) => text);
    return { lane, records, bytes: records.reduce((sum, text) => sum + text.length, 0) };
  });
}

function toLetter({ engine, run }: RunToDivide, { text }: Piece, fault: Fault): KeptLetter {
  engine.log.defect({ flow: run.flow, stage: 'read' }, fault);
  const record = JSON.parse(text) as StagedRecord;
  return { ...toUnread(run.id, fault, ''), record, source: sourceOf(record) };
}
