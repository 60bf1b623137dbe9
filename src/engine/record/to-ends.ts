import type { Outcome } from '../../contract/outcome.ts';
import type { DeliveredRecord, Ends } from '../../store/line/record-ends.ts';
import type { AbsenceCount, Absences } from '../../store/runs/absences.ts';
import type { CountDelta } from '../../store/runs/counts.ts';
import { type PassingStep, toHistory } from '../history/to-history.ts';
import { type Item, type ItemEnd, isFinal } from '../line/item.ts';
import { settledBy, unsureKeys } from './record-failed.ts';
import type { Recording } from './recording.ts';

/** What a run's counts change by, beside the outcomes themselves. */
export interface CountChange {
  readonly runId: number;
  readonly outcome: Outcome;
  readonly by: 1 | -1;
}

export interface Beside {
  /** What failed as it had before: nothing has changed about it. */
  readonly again: ReadonlySet<ItemEnd>;
  /** By what was held before, or is from now on. */
  readonly moved: readonly CountChange[];
  /** What was superseded beside. */
  readonly passing: readonly PassingStep[];
}

/** What every batch has to be written down, from how its records ended. Nothing is asked or changed by this. */
export function toEnds(recording: Recording, beside: Beside): Ends {
  const { lease, plan, scope, batch, ended } = recording;
  const isDelete = plan.target.write === 'delete';
  return {
    ...{ lease, scope },
    ...(batch && { batch }),
    // What is deleted is forgotten instead.
    delivered: isDelete ? [] : toDelivered(ended),
    absences: isDelete ? [] : countAbsences(ended),
    settles: settledBy(plan, ended).map(({ item }) => ({ key: item.record.key, runId: item.runId })),
    counts: toCounts(ended, beside),
    history: toHistory(recording, beside),
  };
}

/** Of what did not get through, another state may have: what the target has then is not certain, or it has nothing. */
function toDelivered(ended: readonly ItemEnd[]): readonly DeliveredRecord[] {
  const unsure = unsureKeys(ended);
  return ended.flatMap((end) => {
    if (end.outcome !== 'delivered') return [];
    const { item, fingerprint, targetId, measure, absence, isFirst = false } = end;
    const { key, version } = item.record;
    const known = unsure.missing.has(key) ? undefined : unsure.doubtful.has(key) ? '' : fingerprint;
    return [
      {
        ...{ key, runId: item.runId, version, fingerprint: known, targetId, measure, isFirst },
        members: absence?.members,
      },
    ];
  });
}

function toCounts(ended: readonly ItemEnd[], { again, moved }: Beside): ReadonlyMap<number, CountDelta> {
  const counts = new Map<number, Record<string, number>>();
  const count = (runId: number, name: keyof CountDelta, by: number) => {
    const run = counts.get(runId) ?? {};
    counts.set(runId, run);
    run[name] = (run[name] ?? 0) + by;
  };
  for (const end of ended) {
    if (!isFinal(end)) continue;
    const { runId } = end.item;
    count(runId, again.has(end) ? 'unchanged' : end.outcome, 1);
    if (again.has(end)) count(runId, 'stillOpen', 1);
  }
  for (const { runId, outcome, by } of moved) count(runId, outcome, by);
  return counts;
}

/**
 * Is this all there is to write down: nothing failed, waits, is a replay, was held or deleted, or changes what a person
 * decided? Most batches are like that.
 */
export function isAll({ plan, ended }: Pick<Recording, 'plan' | 'ended'>): boolean {
  const isPlain = (end: ItemEnd) =>
    isFinal(end) &&
    end.outcome !== 'failed' &&
    end.item.heldId === undefined &&
    end.item.record.errorId === undefined &&
    !changesDecisions(end);
  return plan.target.write !== 'delete' && ended.every(isPlain);
}

export function changesDecisions({ item: { decided } }: { readonly item: Item }): boolean {
  return decided !== undefined && decided.overrides.length + decided.stands.length > 0;
}

/** What is reported of the members that vanished from what was delivered: how many records of each run. */
function countAbsences(ended: readonly ItemEnd[]): Absences {
  const counts = new Map<string, Absences[number]>();
  const count = (runId: number, fate: AbsenceCount['fate'], member: string) => {
    const id = `${runId} ${fate} ${member}`;
    counts.set(id, { runId, fate, member, records: (counts.get(id)?.records ?? 0) + 1 });
  };
  for (const end of ended) {
    if (end.outcome !== 'delivered' || end.absence === undefined) continue;
    const { runId } = end.item;
    const { paths, fate, isUnwatched } = end.absence;
    for (const path of paths) count(runId, fate, path);
    if (isUnwatched) count(runId, 'unwatched', '');
  }
  return [...counts.values()];
}
