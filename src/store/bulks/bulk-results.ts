import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** `waiting`: nothing has been done; `staged`: its record is under way; `ended`; `left`: it left the set. */
export type BulkItemState = 'waiting' | 'staged' | 'ended' | 'left';

/** How many items of a set have come to the same. */
export interface BulkTally {
  readonly state: BulkItemState;
  /** Of one that has ended: what became of it; of one that was left: why. */
  readonly result: string | undefined;
  /** Of those that failed again. */
  readonly code: string | undefined;
  readonly count: number;
}

/** The tallies of these sets, by set. */
export async function tallyItems(
  db: Database,
  bulkIds: readonly number[],
): Promise<ReadonlyMap<number, readonly BulkTally[]>> {
  const { rows } = await sql<TallyRow>`
    select bulk_id, ${stateNow} as state, ${resultNow} as result, item.code, count(*) as count
    from bulk_items as item join errors on errors.id = item.error_id
    where bulk_id = any(${bulkIds}::bigint[])
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`.execute(db);
  const byBulk = Map.groupBy(rows, (row) => row.bulk_id);
  return new Map(
    [...byBulk].map(([id, some]) => [
      id,
      some.map(({ state, result, code, count }) => ({
        ...{ state, count: Number(count) },
        ...{ result: result ?? undefined, code: code ?? undefined },
      })),
    ]),
  );
}

/** What became of one error of a set. */
export interface BulkItem {
  readonly error: number;
  readonly flow: string;
  readonly key: string | undefined;
  readonly state: BulkItemState;
  readonly result: string | undefined;
  readonly code: string | undefined;
  readonly run: number | undefined;
  readonly at: Date | undefined;
}

export interface BulkItemRange {
  readonly states: readonly BulkItemState[];
  /** Only those with a larger id of their error. */
  readonly after: number | undefined;
  readonly limit: number;
}

/** In the order of the ids of their errors. */
export async function listBulkItems(
  db: Database,
  bulkId: number,
  { states, after, limit }: BulkItemRange,
): Promise<readonly BulkItem[]> {
  const { rows } = await sql<ItemRow>`
    select error_id, item.flow, errors.key, ${stateNow} as state, ${resultNow} as result, item.code,
           item.run_id, item.turned_at
    from bulk_items as item join errors on errors.id = item.error_id
    where bulk_id = ${bulkId} and error_id > ${after ?? 0} and ${stateNow} = any(${states}::text[])
    order by error_id limit ${limit}`.execute(db);
  return rows.map((row) => ({
    error: row.error_id,
    flow: row.flow,
    key: row.key ?? undefined,
    state: row.state,
    result: row.result ?? undefined,
    code: row.code ?? undefined,
    run: row.run_id ?? undefined,
    at: row.turned_at ?? undefined,
  }));
}

/** A newer version of the record took its place in the line, and has said what becomes of its error. */
const isOvertaken = sql`item.state = 'staged' and errors.state <> 'replaying'`;
const stateNow = sql`case when ${isOvertaken} then 'ended' else item.state end`;
const resultNow = sql`case when ${isOvertaken} then 'superseded' else item.result end`;

interface TallyRow {
  readonly bulk_id: number;
  readonly state: BulkItemState;
  readonly result: string | null;
  readonly code: string | null;
  readonly count: number | string;
}

interface ItemRow {
  readonly error_id: number;
  readonly flow: string;
  readonly key: string | null;
  readonly state: BulkItemState;
  readonly result: string | null;
  readonly code: string | null;
  readonly run_id: number | null;
  readonly turned_at: Date | null;
}
