import { zstdDecompressSync } from 'node:zlib';
import { sql } from 'kysely';
import type { Database } from '../../../src/store/postgres/database.ts';

/** Where a value stands that should not: `errors.message`. */
export interface ClearPlace {
  readonly place: string;
  readonly value: string;
}

/**
 * Every column of every table of a database in which one of these values can be read without a key: as text, within JSON,
 * within bytes, and within bytes that are only compressed, in whatever case.
 *
 * @param db - opened without keys: what it gives is what lies there.
 */
export async function findInClear(db: Database, values: readonly string[]): Promise<readonly ClearPlace[]> {
  const tables = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
    order by 1, 2`.execute(db);
  const found = new Map<string, ClearPlace>();
  for (const { schema, name } of tables.rows) {
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from ${sql.table(`${schema}.${name}`)}`.execute(db);
    for (const [column, said] of rows.flatMap((row) => Object.entries(row).map(textsOf))) {
      for (const value of values) {
        if (!said.some((text) => text.includes(value.toLowerCase()))) continue;
        const place = `${name}.${column}`;
        found.set(`${place} ${value}`, { place, value });
      }
    }
  }
  return [...found.values()];
}

function textsOf([column, value]: [string, unknown]): readonly [string, readonly string[]] {
  const texts =
    value instanceof Buffer
      ? textsOfBytes(value)
      : [typeof value === 'string' ? value : (JSON.stringify(value) ?? '')];
  return [column, texts.map((text) => text.toLowerCase())];
}

function textsOfBytes(bytes: Buffer): readonly string[] {
  const isCompressed = bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  return [
    bytes.toString('latin1'),
    bytes.toString('utf8'),
    ...(isCompressed ? [zstdDecompressSync(bytes).toString()] : []),
  ];
}
