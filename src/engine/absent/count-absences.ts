import type { AbsenceCount, Absences } from '../../store/runs/absences.ts';
import type { Ended } from '../line/item.ts';

/** What is told of the members that vanished from what was delivered: how many records each. */
export function countAbsences(ended: readonly Ended[]): Absences {
  const counts = new Map<string, AbsenceCount>();
  const count = (fate: AbsenceCount['fate'], member: string) => {
    const id = `${fate} ${member}`;
    counts.set(id, { fate, member, records: (counts.get(id)?.records ?? 0) + 1 });
  };
  for (const end of ended) {
    if (end.outcome !== 'delivered' || end.absence === undefined) continue;
    const { paths, fate, isUnwatched } = end.absence;
    for (const path of paths) count(fate, path);
    if (isUnwatched) count('unwatched', '');
  }
  return [...counts.values()];
}
