import { sql } from 'kysely';
import { type Database, keyringOf } from '../postgres/database.ts';
import { type ErrorFilter, type ErrorState, matches } from './errors.ts';

type Meant = ErrorFilter & { readonly states: readonly ErrorState[] };

/**
 * The same filter as statements can take it: where messages are sealed, no statement sees what is in them, and the errors
 * whose message says what is asked for are found here, one by one. Some hundred thousand a second.
 */
export async function withoutMessage<Filter extends Meant>(db: Database, filter: Filter): Promise<Filter> {
  const { message, ...rest } = filter;
  if (message === undefined || keyringOf(db) === undefined) return filter;
  return { ...rest, ids: await searchMessages(db, rest, message.toLowerCase()) } as Filter;
}

/** So many messages are in memory at once. */
const atOnce = 1_000;

async function searchMessages(
  db: Database,
  filter: Omit<Meant, 'message'>,
  wanted: string,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (let after = 0; ; ) {
    const { rows } = await sql<{ id: number; message: string }>`
      select id, message from errors
      where ${matches(filter)} and state = any(${filter.states}::text[]) and id > ${after}
      order by id limit ${atOnce}`.execute(db);
    for (const { id, message } of rows) if (message.toLowerCase().includes(wanted)) found.push(id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return found;
    after = last.id;
  }
}
