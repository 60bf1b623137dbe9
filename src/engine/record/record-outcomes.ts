import type { FaultCode } from '../../contract/fault-table.ts';
import { present } from '../../contract/present.ts';
import { markDecisions } from '../../store/errors/decisions.ts';
import { forgetDeleted } from '../../store/line/forget-gone.ts';
import { fenceLane, leaseLost } from '../../store/line/lanes.ts';
import { recordEnds } from '../../store/line/record-ends.ts';
import { isTakenId, isTakenKey } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import { stopForApproval } from '../../store/runs/guards.ts';
import type { ItemEnd } from '../line/item.ts';
import { hasNewId, refuseTakenIds } from '../reference/taken-ids.ts';
import { recordFailed } from './record-failed.ts';
import { recordHeld } from './record-held.ts';
import type { Recording, RecordingResult } from './recording.ts';
import { type Beside, changesDecisions, isAll, toEnds } from './to-ends.ts';

/**
 * Everything that is known after a batch, in one transaction: outcomes, references, errors, holds, counts. It is
 * refused as a whole if the lane has gone to another worker meanwhile.
 */
export async function recordOutcomes(db: Database, recording: Recording): Promise<RecordingResult> {
  // Something of a key has come to be known since it was asked about, as by a person.
  let isFirstKnown = false;
  for (let tries = 0; ; tries++) {
    // Another lane may bring one of the ids in this very moment: only one of them can be recorded, the other looks again.
    const ended = recording.ended.some(hasNewId)
      ? await refuseTakenIds(db, recording.scope, recording.ended)
      : recording.ended;
    try {
      return await recordAll(db, { ...recording, ended: isFirstKnown ? ended.map(withoutFirst) : ended });
    } catch (thrown) {
      if (isTakenKey(thrown) && !isFirstKnown) isFirstKnown = true;
      else if (!isTakenId(thrown) || tries === maxTries) throw thrown;
    }
  }
}

const maxTries = 10;

function withoutFirst(end: ItemEnd): ItemEnd {
  if (end.outcome !== 'delivered') return end;
  const { isFirst: _not, ...rest } = end;
  return rest;
}

/** What only some batches have comes before what all of them have, which is one statement, and often all there is. */
async function recordAll(db: Database, recording: Recording): Promise<RecordingResult> {
  const { ended } = recording;
  if (isAll(recording)) {
    return { ...(await finish(db, recording, nothingBeside)), ended, held: [] };
  }
  return await db.transaction().execute(async (tx) => {
    await fenceLane(tx, recording.lease);
    await forgetWhatIsDeleted(tx, recording);
    const again = await recordFailed(tx, recording);
    await recordDecided(tx, ended);
    const finished = await finish(tx, recording, { again, ...(await recordHeld(tx, recording)) });
    return { ...finished, ended, held: await stopForTakenIds(tx, ended) };
  });
}

const nothingBeside: Beside = { again: new Set(), moved: [], passing: [] };

type Finished = Pick<RecordingResult, 'over' | 'counted'>;

async function finish(tx: Database, recording: Recording, beside: Beside): Promise<Finished> {
  const ends = toEnds(recording, beside);
  const over = await recordEnds(tx, ends);
  if (over === undefined) throw leaseLost(recording.lease);
  return { over, counted: [...ends.counts.values()] };
}

async function forgetWhatIsDeleted(tx: Database, { plan, scope, ended }: Recording): Promise<void> {
  if (plan.target.write !== 'delete') return;
  const records = ended.flatMap((end) =>
    end.outcome === 'delivered' ? [{ key: end.item.record.key, id: end.targetId }] : [],
  );
  await forgetDeleted(tx, { flow: plan.flow, scope, resource: plan.target.resource.name, records });
}

/** Decisions that the source has overridden, or that stand once more. */
async function recordDecided(tx: Database, ended: readonly ItemEnd[]): Promise<void> {
  for (const [runId, ends] of Map.groupBy(ended.filter(changesDecisions), ({ item }) => item.runId)) {
    await markDecisions(tx, runId, {
      overridden: ends.flatMap(({ item }) => item.decided?.overrides ?? []),
      standing: ends.flatMap(({ item }) => item.decided?.stands ?? []),
    });
  }
}

const taken: FaultCode = 'TL_TARGET_ID_TAKEN';

async function stopForTakenIds(tx: Database, ended: readonly ItemEnd[]): Promise<RecordingResult['held']> {
  const faults = ended.flatMap((end) =>
    end.outcome === 'failed' && end.fault.code === taken ? [{ run: end.item.runId, fault: end.fault }] : [],
  );
  const held = [...Map.groupBy(faults, ({ run }) => run)].map(async ([run, [first]]) => {
    const note = { code: taken, message: present(first, 'a fault of a group').fault.message };
    return (await stopForApproval(tx, run, note)) ? [{ run, note }] : [];
  });
  return (await Promise.all(held)).flat();
}
