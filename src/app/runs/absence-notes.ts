import { counted } from '../../contract/text/counted.ts';
import { maxMembers } from '../../engine/absent/members-of.ts';
import { maxSets } from '../../store/line/member-sets.ts';
import type { RunAbsence } from '../../store/runs/absences.ts';

/** `contactMail vanished from 3 records; erp keeps what it has (target.absent: keep)`, each once over several runs. */
export function tellAbsences(absences: readonly RunAbsence[]): readonly string[] {
  return [...new Set(sumUp(absences).map(toNote))];
}

/** Over several runs. */
function sumUp(absences: readonly RunAbsence[]): readonly RunAbsence[] {
  const idOf = ({ connection, fate, member }: RunAbsence) => `${connection} ${fate} ${member}`;
  return [...Map.groupBy(absences, idOf).values()].flatMap((same) => {
    const [first] = same;
    return first ? { ...first, records: same.reduce((sum, { records }) => sum + records, 0) } : [];
  });
}

function toNote({ fate, member, records, connection }: RunAbsence): string {
  const from = `${member} vanished from ${counted(records, 'record')}`;
  switch (fate) {
    case 'kept':
      return `${from}; ${connection} keeps what it has (target.absent: keep)`;
    case 'cleared':
      return `${from} and was cleared at ${connection} (target.absent: clear)`;
    case 'unwatched': {
      const why = `more than ${maxMembers} members, or more than ${maxSets} different sets of them`;
      return `what vanishes from ${counted(records, 'record')} would not be noticed: ${why}`;
    }
  }
}
