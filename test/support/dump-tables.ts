import { sql } from 'kysely';
import type { Database } from '../../src/store/postgres/database.ts';

/** Every row of every table, as text: what has not been touched stays the same to the byte. */
export async function dumpTables(db: Database): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'tradelane' and table_type = 'BASE TABLE' order by table_name`.execute(db);
  const rows = tables.rows.map(async ({ name }) => {
    const found = await sql<{ row: string }>`
      select (xmin::text || ' ' || t::text) as row from ${sql.table(name)} as t order by 1`.execute(db);
    return [name, found.rows.map(({ row }) => row)] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}
