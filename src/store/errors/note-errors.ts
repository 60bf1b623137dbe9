import { type RawBuilder, sql } from 'kysely';
import { toPlainText } from '../../contract/text/plain-text.ts';
import type { Database } from '../postgres/database.ts';

/** What people note of errors and causes, beside what they decide about the records. */
export type ErrorNote =
  /** Who sees to it; `undefined`: nobody. */
  | { readonly do: 'assign'; readonly to: string | undefined }
  | { readonly do: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly do: 'comment'; readonly text: string }
  | { readonly do: 'mute'; readonly until: Date }
  | { readonly do: 'unmute' };

export interface Noted {
  readonly table: 'errors' | 'causes';
  readonly ids: readonly number[];
}

/** Which of these there are; locked, so that what is noted of them is noted of all. */
export async function lockNoted(tx: Database, { table, ids }: Noted): Promise<readonly number[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    select id from ${sql.table(table)} where id = any(${ids}::bigint[]) order by id for update`.execute(tx);
  return rows.map(({ id }) => id);
}

/** The flows of these errors and causes, as far as they are there. */
export async function listFlowsOf(
  db: Database,
  { errors = [], causes = [] }: { readonly errors?: readonly number[]; readonly causes?: readonly number[] },
): Promise<readonly string[]> {
  const { rows } = await sql<{ flow: string }>`
    select flow from errors where id = any(${errors}::bigint[])
    union select flow from causes where id = any(${causes}::bigint[])`.execute(db);
  return rows.map(({ flow }) => flow);
}

/** A comment is in the audit alone: there it has its time and its author, and nobody changes it. */
export async function saveNote(
  tx: Database,
  { table, ids }: Noted,
  note: ErrorNote,
  by: string,
): Promise<void> {
  if (ids.length === 0 || note.do === 'comment') return;
  await sql`update ${sql.table(table)} set ${changes(note, by)} where id = any(${ids}::bigint[])`.execute(tx);
}

function changes(note: Exclude<ErrorNote, { do: 'comment' }>, by: string): RawBuilder<unknown> {
  switch (note.do) {
    case 'assign':
      return sql`assignee = ${note.to === undefined ? null : toPlainText(note.to)}`;
    case 'tag':
      return sql`tags = array(
        select distinct tag from unnest(tags || ${note.add.map((tag) => toPlainText(tag))}::text[]) as tag
        where tag <> all(${note.remove}::text[]) order by tag)`;
    case 'mute':
      return sql`muted_until = ${note.until}, muted_by = ${toPlainText(by)}`;
    case 'unmute':
      return sql`muted_until = null, muted_by = null`;
  }
}
