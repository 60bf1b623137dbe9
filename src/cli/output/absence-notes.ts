import { counted } from '../../contract/text/counted.ts';
import { maxMembers } from '../../engine/absent/members-of.ts';
import { maxSets } from '../../store/line/member-sets.ts';
import type { RunAbsence } from '../../store/runs/absences.ts';
import type { Context } from '../context.ts';
import { printNote } from './print.ts';

const mostShown = 20;

/** `contactMail vanished from 3 records; erp keeps what it has (target.absent: keep)`, after runs. */
export function noteAbsences(context: Context, absences: readonly RunAbsence[]): void {
  const notes = [...new Set(sumUp(absences).map(toNote))];
  for (const note of notes.slice(0, mostShown)) printNote(context, note);
  const more = notes.length - mostShown;
  if (more > 0) printNote(context, `… and ${counted(more, 'more member')}; --json has all`);
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
