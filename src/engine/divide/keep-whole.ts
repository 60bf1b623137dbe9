import type { StagedRecord } from '../../store/batches.ts';
import type { Database } from '../../store/database.ts';
import { deleteHeld, hurryHeads } from '../../store/held.ts';
import { keepErrors, reopenErrors } from '../../store/keep-errors.ts';
import { addCounts, resettleRun } from '../../store/runs.ts';

/** A record that is to leave its lane although nothing has come of it. */
export interface Leaving {
  readonly runId: number;
  readonly attempts: number;
  readonly record: StagedRecord;
  /** Set where it is on hold. */
  readonly heldId?: number;
}

/** What its error says of it. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/**
 * Moves records to the errors whole, and counts them as failed. One that is the replay of an error is that error again.
 * Whoever calls it has fenced the lanes, and removes the batches that the records were staged in.
 */
export async function keepWhole(
  tx: Database,
  flow: string,
  { leaving, reason }: { readonly leaving: readonly Leaving[]; readonly reason: Reason },
): Promise<void> {
  const letters = leaving.map(({ runId, attempts, record: { errorId, stagedAs: _place, ...record } }) => ({
    ...reason,
    id: errorId,
    runId,
    record,
    stage: 'write' as const,
    at: undefined,
    answer: undefined,
    attempts,
    replaces: false,
  }));
  await keepErrors(
    tx,
    flow,
    letters.filter(({ id }) => id === undefined),
  );
  await reopenErrors(
    tx,
    letters.flatMap(({ id, ...letter }) => (id === undefined ? [] : [{ ...letter, id }])),
  );
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
  await count(tx, leaving, wereBlocked);
}

async function count(
  tx: Database,
  leaving: readonly Leaving[],
  wereBlocked: readonly number[],
): Promise<void> {
  // Always in the order of the runs: two lanes cannot lock each other out.
  for (const [runId, of] of [...Map.groupBy(leaving, (each) => each.runId)].sort(([a], [b]) => a - b)) {
    const blocked = wereBlocked.filter((id) => id === runId).length;
    await addCounts(tx, runId, { failed: of.length, blocked: -blocked });
    if (blocked > 0) await resettleRun(tx, runId);
  }
}
