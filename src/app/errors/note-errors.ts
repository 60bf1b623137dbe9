import { Fault } from '../../contract/fault.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { type ErrorNote, lockNoted, saveNote } from '../../store/errors/note-errors.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { whyNoCause, whyUnknown } from './error-filter.ts';

/** Of what something is noted. */
export interface NoteSubjects {
  readonly errors: readonly number[];
  readonly causes: readonly number[];
}

/**
 * Notes something of errors and causes, with who has done so. Throws a Fault, and notes nothing: TL_NOT_FOUND where one of
 * them is not there, TL_ARGUMENT_INVALID where the note says nothing, or is about nothing.
 */
export async function noteErrors(
  open: OpenDatabase,
  { errors, causes }: NoteSubjects,
  { note, by }: { readonly note: ErrorNote; readonly by: string },
): Promise<void> {
  requireSense(note, open.clock.now());
  if (errors.length + causes.length === 0)
    throw new Fault('TL_ARGUMENT_INVALID', 'expected errors or causes to note it of, got none');
  await open.db.transaction().execute(async (tx) => {
    const knownCauses = await lockNoted(tx, { table: 'causes', ids: causes });
    const lacking = causes.filter((id) => !knownCauses.includes(id));
    if (lacking.length > 0) throw new Fault('TL_NOT_FOUND', whyNoCause(lacking));
    const knownErrors = await lockNoted(tx, { table: 'errors', ids: errors });
    const unknown = errors.filter((id) => !knownErrors.includes(id));
    if (unknown.length > 0) throw new Fault('TL_NOT_FOUND', await whyUnknown(tx, unknown));
    await saveNote(tx, { table: 'causes', ids: causes }, note, by);
    await saveNote(tx, { table: 'errors', ids: errors }, note, by);
    const about = { ...(errors.length > 0 && { errors }), ...(causes.length > 0 && { causes }) };
    await keepAuditEntry(tx, { deed: note.do, by, reason: tellNote(note), about });
  });
}

const maxComment = 4_000;
const maxName = 100;

function requireSense(note: ErrorNote, now: number): void {
  const refuse = (message: string): never => {
    throw new Fault('TL_ARGUMENT_INVALID', message);
  };
  const requireName = (what: string, name: string) => {
    if (name.trim() === '') refuse(`${what}: expected a name, got nothing`);
    if (name.length > maxName) refuse(`${what}: at most ${maxName} characters, got ${name.length}`);
  };
  if (note.do === 'assign' && note.to !== undefined) requireName('to', note.to);
  if (note.do === 'comment') {
    if (note.text.trim() === '') refuse('comment: expected some text, got nothing');
    if (note.text.length > maxComment)
      refuse(`comment: at most ${maxComment} characters, got ${note.text.length}`);
  }
  if (note.do === 'mute' && note.until.getTime() <= now)
    refuse('until: expected a time to come, got one that is over');
  if (note.do !== 'tag') return;
  if (note.add.length + note.remove.length === 0) refuse('tag: expected tags to add or to remove, got none');
  for (const tag of note.add) requireName('tag', tag);
}

/** As the audit says it. */
function tellNote(note: ErrorNote): string | undefined {
  switch (note.do) {
    case 'assign':
      return note.to === undefined ? 'to nobody' : `to ${note.to}`;
    case 'tag':
      return [...note.add.map((tag) => `+${tag}`), ...note.remove.map((tag) => `-${tag}`)].join(' ');
    case 'comment':
      return note.text;
    case 'mute':
      return `until ${note.until.toISOString()}`;
    case 'unmute':
      return undefined;
  }
}
