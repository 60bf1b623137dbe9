import type { AbsenceCount, Absences } from '../../store/runs/absences.ts';
import type { ItemEnd } from '../line/item.ts';

/** What is reported of the members that vanished from what was delivered: how many records of each run. */
export function countAbsences(ended: readonly ItemEnd[]): Absences {
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
