import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** The longest page of each list of a connection. */
export async function loadPageLengths(
  db: Database,
  connection: string,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ list: string; longest: number }>`
    select list, longest from page_lengths where connection = ${connection}`.execute(db);
  return new Map(rows.map(({ list, longest }) => [list, longest]));
}

export async function raisePageLength(
  db: Database,
  page: { readonly connection: string; readonly list: string; readonly length: number },
): Promise<void> {
  await sql`
    insert into page_lengths (connection, list, longest) values (${page.connection}, ${page.list}, ${page.length})
    on conflict (connection, list) do update set longest = greatest(page_lengths.longest, excluded.longest)`.execute(
    db,
  );
}
