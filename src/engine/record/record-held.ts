import type { Outcome } from '../../contract/outcome.ts';
import { present } from '../../contract/present.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import { insertAwaited, markBlocked } from '../../store/waiting/blocked.ts';
import {
  deleteHeld,
  hurryHeads,
  insertHeld,
  postponeHeld,
  replaceHeld,
  takeOverHeld,
} from '../../store/waiting/held.ts';
import type { PassingStep } from '../history/to-history.ts';
import { type Item, type ItemEnd, isFinal } from '../line/item.ts';
import type { Recording } from './recording.ts';
import type { CountChange } from './to-ends.ts';

const heldAs = 'the id of a held record';

/**
 * Holds the records that wait, and lets go of what is done. What the runs count as blocked is, at every moment, the
 * held records that are marked so: whoever marks a record, or removes a marked one, says whose count changes.
 */
export async function recordHeld(tx: Database, recording: Recording): Promise<HeldChanges> {
  const { plan, ended } = recording;
  const over = ended.filter((end) => isFinal(end) && end.item.heldId !== undefined);
  const done = await deleteHeld(
    tx,
    over.map(({ item }) => present(item.heldId, heldAs)),
  );
  await hurryHeads(tx, plan.flow, keysOf(over));
  const again = ended.filter((end) => end.outcome === 'held' && end.item.heldId !== undefined);
  await postponeHeld(
    tx,
    again.flatMap((end) =>
      end.outcome === 'held' ? [{ id: present(end.item.heldId, heldAs), ...waitOf(end) }] : [],
    ),
  );
  const taken = await holdFresh(tx, recording);
  const replaced = await replaceWaiting(tx, ended);
  const blocked = await recordBlocked(tx, recording);
  return {
    moved: [
      ...done.map((runId) => change(runId, 'blocked', -1)),
      ...taken.moved,
      ...replaced.moved,
      ...blocked,
    ],
    passing: [...taken.passing, ...replaced.passing],
  };
}

/** What became of records beside those that came along the line: how runs count, and what was superseded. */
interface HeldChanges {
  readonly moved: readonly CountChange[];
  readonly passing: readonly PassingStep[];
}

async function holdFresh(tx: Database, { lease, plan, ended }: Recording): Promise<HeldChanges> {
  const fresh = ended.filter(
    (end) => !isFinal(end) && end.outcome !== 'replaces' && end.item.heldId === undefined,
  );
  const queued = fresh.filter(({ outcome }) => outcome === 'queued');
  const same = queued.map(({ item }) => ({ runId: item.runId, record: asRead(item) }));
  const taken = await takeOverHeld(tx, plan.flow, same);
  const takerOf = new Map(taken.map((one) => [one, queued.find(({ item }) => item.record.key === one.key)]));
  const takers = new Set(takerOf.values());
  await insertHeld(
    tx,
    { flow: plan.flow, lane: lease.lane, maxAttempts: plan.retry.attempts },
    fresh
      .filter((end) => !takers.has(end))
      .map((end) => ({
        runId: end.item.runId,
        record: end.outcome === 'held' ? end.item.record : asRead(end.item),
        ...(end.outcome === 'held' ? waitOf(end) : { attempts: end.item.attempts }),
      })),
  );
  return {
    moved: taken.flatMap(({ olderRunId, runId }) => [
      change(olderRunId, 'blocked', -1),
      change(olderRunId, 'superseded', 1),
      change(runId, 'blocked', 1),
    ]),
    passing: [...takerOf].flatMap(([{ olderRunId, runId }, taker]) =>
      taker ? [toSuperseded({ runId: olderRunId, record: asRead(taker.item) }, runId)] : [],
    ),
  };
}

/** @param by - the run that brought the newer one. */
function toSuperseded(older: Pick<PassingStep, 'runId' | 'record'>, by: number): PassingStep {
  return { ...older, end: { outcome: 'superseded', reason: `run ${by} brought it anew while it waited` } };
}

/** Nothing of it has been sent: where it was staged does not matter, and what is read again is the same. */
function asRead({ record: { stagedAs: _place, ...record } }: Item): StagedRecord {
  return record;
}

async function replaceWaiting(tx: Database, ended: readonly ItemEnd[]): Promise<HeldChanges> {
  const replacing = ended.filter((end) => end.outcome === 'replaces');
  const older = await replaceHeld(
    tx,
    replacing.map(({ item, waiting }) => ({ id: waiting.id, runId: item.runId, record: item.record })),
  );
  const newer = new Map(replacing.map(({ item }) => [item.record.key, item.runId]));
  return {
    moved: [
      ...replacing.map(({ waiting }) => change(waiting.runId, 'superseded', 1)),
      ...older.flatMap(({ runId, wasBlocked }) => (wasBlocked ? [change(runId, 'blocked', -1)] : [])),
    ],
    passing: older.map(({ runId, record }) =>
      toSuperseded({ runId, record }, newer.get(record.key) ?? runId),
    ),
  };
}

async function recordBlocked(
  tx: Database,
  { plan, scope, ended }: Recording,
): Promise<readonly CountChange[]> {
  const blocked = ended.filter((end) => end.outcome === 'blocked');
  const awaited = blocked.flatMap(({ item, missing }) =>
    missing.map((reference) => ({ recordKey: item.record.key, ...reference })),
  );
  await insertAwaited(tx, { flow: plan.flow, scope }, awaited);
  const queued = ended.filter(({ outcome }) => outcome === 'queued');
  const marked = await markBlocked(tx, plan.flow, keysOf([...blocked, ...queued]));
  return marked.map((runId) => change(runId, 'blocked', 1));
}

function change(runId: number, outcome: Outcome, by: 1 | -1): CountChange {
  return { runId, outcome, by };
}

function waitOf(end: Extract<ItemEnd, { outcome: 'held' }>) {
  const { code, message } = end.fault;
  return { attempts: end.item.attempts + end.countsAs, waitMs: end.waitMs, fault: { code, message } };
}

function keysOf(ends: readonly ItemEnd[]): readonly string[] {
  return ends.map(({ item }) => item.record.key);
}
