import { tellAbsences } from '../../app/runs/absence-notes.ts';
import { counted } from '../../contract/text/counted.ts';
import type { RunAbsence } from '../../store/runs/absences.ts';
import type { Context } from '../context.ts';
import { printNote } from './print.ts';

const mostShown = 20;

/** Members that have vanished from records, after runs. */
export function noteAbsences(context: Context, absences: readonly RunAbsence[]): void {
  const notes = tellAbsences(absences);
  for (const note of notes.slice(0, mostShown)) printNote(context, note);
  const more = notes.length - mostShown;
  if (more > 0) printNote(context, `… and ${counted(more, 'more member')}; --json has all`);
}
