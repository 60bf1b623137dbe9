import type { Sealable } from '../../store/crypto/sealable.ts';
import type { KeptEnd } from '../../store/history/block.ts';
import type { BlockEnds, NewBlock } from '../../store/history/keep-blocks.ts';
import { packTexts, type StagedRecord } from '../../store/line/batches.ts';
import type { ItemEnd } from '../line/item.ts';
import type { RecordedBatch, Recording } from '../record/recording.ts';
import { BlockPacking } from './block-packing.ts';

/** What is kept of records that have come out of a step. */
export interface RecordedHistory {
  /** Of the batch as it lies in the database, all of it; absent: it is deleted. */
  readonly batch?: BlockEnds;
  /** Of records that are packed for it. */
  readonly blocks: readonly NewBlock[];
}

/** A record that left the line without having come along it now: a newer one took its place. */
export interface PassingStep {
  readonly runId: number;
  readonly record: StagedRecord;
  readonly end: KeptEnd;
}

export interface StepsBeside {
  /** What failed as it had before. */
  readonly again: ReadonlySet<ItemEnd>;
  readonly passing: readonly PassingStep[];
}

/**
 * What is kept of a recording, as its flow wants it. The records of a batch stay packed as they were staged; what a person
 * has patched, what was held, and a batch that is recorded in pieces is packed for it.
 */
export function toHistory(recording: Recording, { again, passing }: StepsBeside): RecordedHistory {
  const { plan, batch, ended } = recording;
  const isKept = keptAt[plan.history];
  const blocks = plan.history === 'none' ? [] : toBlocks(passing);
  if (batch && isKept.isWhole && isWhole(batch, ended)) {
    const isWorth = plan.history === 'full' || ended.some((end) => !isQuiet(end, again));
    return isWorth ? { batch: toBlock(inOrderOf(batch, ended), again), blocks } : { blocks };
  }
  const ends = ended.filter((end) => isStep(end) && isKept.each(end, again));
  const isWorth = plan.history === 'full' || ends.some((end) => !isQuiet(end, again));
  return isWorth ? { blocks: [...toOwnBlocks(ends, again), ...blocks] } : { blocks };
}

interface Keeping {
  /** Are the blocks of batches kept as they are? */
  readonly isWhole: boolean;
  readonly each: (end: ItemEnd, again: ReadonlySet<ItemEnd>) => boolean;
}

const keptAt: Readonly<Record<Recording['plan']['history'], Keeping>> = {
  full: { isWhole: true, each: () => true },
  changes: { isWhole: true, each: () => true },
  failures: { isWhole: false, each: isTrouble },
  none: { isWhole: false, each: () => false },
};

/** Did anything happen to it? To what was held and is held as it was before, nothing has. */
function isStep(end: ItemEnd): boolean {
  if (end.item.heldId === undefined) return true;
  if (end.outcome === 'held') return end.countsAs === 1;
  return end.outcome !== 'queued' && !(end.outcome === 'blocked' && end.item.isBlocked === true);
}

/** Nothing was changed by it, and nobody is to see to it. */
function isQuiet(end: ItemEnd, again: ReadonlySet<ItemEnd>): boolean {
  const { heldId, record, decided } = end.item;
  if (heldId !== undefined || record.errorId !== undefined || decided?.patch !== undefined) return false;
  return end.outcome === 'unchanged' || end.outcome === 'filtered' || again.has(end);
}

/** It failed, waits or has waited, or is what a person has replayed or patched. */
function isTrouble(end: ItemEnd, again: ReadonlySet<ItemEnd>): boolean {
  return (
    !isQuiet(end, again) && (end.outcome !== 'delivered' || isOfPerson(end)) && end.outcome !== 'superseded'
  );
}

function isOfPerson({ item: { heldId, record, decided } }: ItemEnd): boolean {
  return heldId !== undefined || record.errorId !== undefined || decided?.patch !== undefined;
}

/** Is all that the batch holds over with this, as it was staged? */
function isWhole({ staged, rest }: RecordedBatch, ended: readonly ItemEnd[]): boolean {
  const isAsStaged = ({ item: { decided } }: ItemEnd) => decided?.patch === undefined;
  return rest.length === 0 && staged.length === ended.length && ended.every(isAsStaged);
}

function inOrderOf({ staged }: RecordedBatch, ended: readonly ItemEnd[]): readonly ItemEnd[] {
  if (ended.every(({ item }, index) => item.record === staged[index])) return ended;
  const places = new Map(staged.map(({ stagedAs }, index) => [stagedAs, index]));
  const placeOf = ({ item }: ItemEnd) => places.get(item.record.stagedAs) ?? 0;
  return ended.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function toBlock(ends: readonly ItemEnd[], again: ReadonlySet<ItemEnd>): BlockEnds {
  const block = new BlockPacking();
  for (const end of ends) block.addEnd(end, again);
  return block.pack();
}

/** One for each run. */
function toOwnBlocks(ends: readonly ItemEnd[], again: ReadonlySet<ItemEnd>): readonly NewBlock[] {
  return [...Map.groupBy(ends, ({ item }) => item.runId)].map(([runId, some]) => ({
    runId,
    payload: packRecords(some.map(({ item }) => item.record)),
    ...toBlock(some, again),
  }));
}

/** The same of what did not come along the line. */
export function toBlocks(steps: readonly PassingStep[]): readonly NewBlock[] {
  return [...Map.groupBy(steps, ({ runId }) => runId)].map(([runId, some]) => {
    const block = new BlockPacking();
    for (const { record, end } of some) block.add(record, end);
    return { runId, payload: packRecords(some.map(({ record }) => record)), ...block.pack() };
  });
}

function packRecords(records: readonly StagedRecord[]): Sealable {
  return packTexts(
    'records',
    records.map((record) => JSON.stringify(record)),
  );
}
