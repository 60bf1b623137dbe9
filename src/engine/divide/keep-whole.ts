import type { RecordCounts } from '../../contract/outcome.ts';
import { type KeptLetter, keepErrors } from '../../store/errors/keep-errors.ts';
import { reopenErrors } from '../../store/errors/replays.ts';
import { meetCauses } from '../../store/errors/take-causes.ts';
import { keepBlocks } from '../../store/history/keep-blocks.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import { addCounts, type CountDelta } from '../../store/runs/counts.ts';
import { deleteHeld, hurryHeads } from '../../store/waiting/held.ts';
import { findDecided } from '../decisions/find-decided.ts';
import { sourceOf } from '../decisions/source-of.ts';
import { type PassingStep, toBlocks } from '../history/to-history.ts';

/** A record that is to leave its lane although nothing has come of it. */
export interface LeavingRecord {
  readonly runId: number;
  readonly attempts: number;
  readonly record: StagedRecord;
  /** Set where it is held. */
  readonly heldId?: number;
}

/** What its error says of it. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/**
 * Moves records to the errors whole, and counts them as failed, but for those that a person has settled before. One that
 * is the replay of an error is that error again.
 * Whoever calls it has fenced the lanes, and removes the batches that the records were staged in. Returns what the runs
 * count with it, once that is committed.
 */
export async function keepWhole(
  tx: Database,
  flow: string,
  { leaving, reason }: { readonly leaving: readonly LeavingRecord[]; readonly reason: Reason },
): Promise<readonly RecordCounts[]> {
  const { settled, open } = await withoutSettled(tx, flow, leaving);
  const letters = open.map(({ record, ...each }) => ({
    ...toLetter({ record, ...each }, reason),
    id: record.errorId,
  }));
  const first = letters.filter(({ id }) => id === undefined);
  const reopened = letters.flatMap(({ id, ...letter }) => (id === undefined ? [] : [{ ...letter, id }]));
  await meetCauses(tx, flow, first, reopened);
  await keepErrors(tx, flow, first);
  await reopenErrors(tx, flow, reopened);
  const held = leaving.filter(({ heldId }) => heldId !== undefined);
  const wereBlocked = await deleteHeld(
    tx,
    held.flatMap(({ heldId }) => heldId ?? []),
  );
  await hurryHeads(
    tx,
    flow,
    held.map(({ record }) => record.key),
  );
  const tallies = tally({ leaving, settled, wereBlocked });
  await addCounts(tx, new Map(tallies));
  await keepBlocks(tx, flow, toBlocks(leaving.map((each) => toStep(each, settled.get(each), reason))));
  return tallies.map(([, counts]) => counts);
}

function toStep(
  { runId, attempts, record }: LeavingRecord,
  settled: 'filtered' | 'unchanged' | undefined,
  fault: Reason,
): PassingStep {
  if (settled !== undefined) return { runId, record, end: { outcome: settled } };
  return {
    ...{ runId, record },
    end: { outcome: 'failed', stage: 'write', fault, ...(attempts > 1 && { attempt: attempts }) },
  };
}

function toLetter({ runId, attempts, record: left }: LeavingRecord, reason: Reason): KeptLetter {
  // An error holds a record as it was read, or as a person patched it.
  const { errorId: _replayOf, stagedAs: _place, source = sourceOf(left), made, ...record } = left;
  const said = { ...reason, stage: 'write', at: undefined, about: undefined, answer: undefined } as const;
  return { runId, record, ...said, attempts, source, replaces: false, made };
}

type Settled = ReadonlyMap<LeavingRecord, 'filtered' | 'unchanged'>;

/** What a person has settled before, by how it counts, and the rest. */
async function withoutSettled(tx: Database, flow: string, leaving: readonly LeavingRecord[]) {
  const fresh = leaving.filter(({ record }) => record.errorId === undefined);
  const versions = fresh.map(({ record }) => ({ key: record.key, source: sourceOf(record) }));
  const decided = await findDecided(tx, flow, versions);
  const settled: Settled = new Map(
    fresh.flatMap((each, index) => {
      const kind = decided[index]?.kind;
      if (kind === undefined || kind === 'patched') return [];
      return [[each, kind === 'discarded' ? 'filtered' : 'unchanged']];
    }),
  );
  return { settled, open: leaving.filter((each) => !settled.has(each)) };
}

interface Counted {
  readonly leaving: readonly LeavingRecord[];
  readonly settled: Settled;
  readonly wereBlocked: readonly number[];
}

function tally({ leaving, settled, wereBlocked }: Counted): readonly (readonly [number, CountDelta])[] {
  const byRun = [...Map.groupBy(leaving, (each) => each.runId)];
  return byRun.map(([runId, of]): [number, CountDelta] => {
    const counted = (outcome?: 'filtered' | 'unchanged') =>
      of.filter((each) => settled.get(each) === outcome).length;
    return [
      runId,
      {
        failed: counted(),
        filtered: counted('filtered'),
        unchanged: counted('unchanged'),
        blocked: -wereBlocked.filter((id) => id === runId).length,
      },
    ];
  });
}
