import { zstdDecompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { termOfKey } from '../../../src/contract/text/search-terms.ts';
import { findBlocks } from '../../../src/store/history/find-blocks.ts';
import type { Database } from '../../../src/store/postgres/database.ts';

/** Where in the database a text stands, whatever it is packed into: `table.column`, each once. */
export async function findEverywhere(db: Database, text: string): Promise<readonly string[]> {
  const tables = await sql<{ name: string }>`
    select relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'tradelane' and relkind = 'r' order by relname`.execute(db);
  const found = new Set<string>();
  for (const { name } of tables.rows) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db);
    for (const row of rows) {
      for (const [column, value] of Object.entries(row))
        if (textOf(value).toLowerCase().includes(text.toLowerCase())) found.add(`${name}.${column}`);
    }
  }
  const term = termOfKey(text);
  if ((await findBlocks(db, { terms: [term], limit: 1 })).length > 0) found.add('history terms');
  const errors = await sql`select 1 from errors where terms @> array[${term | 0}]::int[]`.execute(db);
  if (errors.rows.length > 0) found.add('errors.terms');
  return [...found];
}

function textOf(value: unknown): string {
  if (!(value instanceof Uint8Array))
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const isPacked = value.length > 4 && Buffer.from(value).readUInt32LE(0) === 0xfd2fb528;
  return isPacked ? zstdDecompressSync(value).toString() : Buffer.from(value).toString('latin1');
}
