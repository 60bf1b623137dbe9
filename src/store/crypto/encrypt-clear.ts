import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';
import { encryptPart } from './encrypt-history.ts';
import { resealRows } from './reseal.ts';
import { isInClear, type SealedTable, sealedTables } from './sealed-columns.ts';

/** Rows of a table that hold values, and how many of them hold something in clear. */
export interface ClearCount {
  readonly table: string;
  readonly rows: number;
  readonly inClear: number;
}

/** Looks at each row of these tables. */
export async function countInClear(db: Database): Promise<readonly ClearCount[]> {
  const counts: ClearCount[] = [];
  for (const table of sealedTables) {
    const { rows } = await sql<Omit<ClearCount, 'table'>>`
      select count(*) as rows, count(*) filter (where ${hasClear(table)}) as "inClear"
      from ${sql.table(table.name)} where ${hasValue(table)}`.execute(db);
    counts.push({ table: table.name, ...present(rows[0], 'the row of a count') });
  }
  return counts;
}

/** So many rows are one transaction. */
const atOnce = 200;

/**
 * Seals what is still in clear, until there is nothing more or it is told to stop: history a part at a time, everything
 * else some rows at a time. What was done stays; the next time goes on from there. Told of the rows of each step.
 *
 * @returns `inUse`: somebody was at a part of history, which stays as it is until another time.
 */
export async function encryptClear(
  db: Database,
  stop: AbortSignal,
  tell: (rows: number) => void,
): Promise<'done' | 'stopped' | 'inUse'> {
  for (const table of sealedTables) {
    if (table.name === 'history') continue;
    for (let rows = atOnce; rows === atOnce; ) {
      if (stop.aborted) return 'stopped';
      rows = await resealRows(db, { table, where: hasClear(table), limit: atOnce });
      tell(rows);
    }
  }
  const history = present(
    sealedTables.find(({ name }) => name === 'history'),
    'the table of history',
  );
  while (!stop.aborted) {
    const blocks = await encryptPart(db, history);
    if (blocks === undefined) return 'done';
    if (typeof blocks === 'string') return 'inUse';
    tell(blocks);
  }
  return 'stopped';
}

function hasClear({ columns }: SealedTable) {
  return sql<boolean>`(${sql.join(
    Object.entries(columns).map(([name, column]) => isInClear(name, column)),
    sql` or `,
  )})`;
}

function hasValue({ columns }: SealedTable) {
  return sql<boolean>`(${sql.join(
    Object.keys(columns).map((name) => sql`${sql.ref(name)} is not null`),
    sql` or `,
  )})`;
}
