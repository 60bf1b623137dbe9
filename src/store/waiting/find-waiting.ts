import { sql } from 'kysely';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';

/** The records of a key that wait for another attempt, for references, or behind one that does. */
export interface WaitingKey {
  readonly key: string;
  readonly count: number;
  /** Does the first of them wait for references? */
  readonly isBlocked: boolean;
  /** The run of the first. */
  readonly runId: number;
  readonly first: StagedRecord;
}

export async function findWaiting(
  db: Database,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, WaitingKey>> {
  const { rows } = await sql<{
    key: string;
    count: number;
    is_blocked: boolean;
    run_id: number;
    payload: Buffer;
  }>`
    select distinct on (key) key, count(*) over (partition by key) as count, blocked_at is not null as is_blocked,
           run_id, payload
    from held where flow = ${flow} and key = any(${keys}::text[]) order by key, id`.execute(db);
  return new Map(
    rows.map(({ key, count, is_blocked: isBlocked, run_id: runId, payload }) => {
      const first = unpack('held', payload) as StagedRecord;
      return [key, { key, count, isBlocked, runId, first }];
    }),
  );
}

/** Keys of the records of a flow that are staged and have not come through the line yet. */
export async function findStagedKeys(db: Database, flow: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: number }>`select id from batches where flow = ${flow} order by id`.execute(
    db,
  );
  const keys = new Set<string>();
  // One by one: all of them together may be as large as a reader is allowed to run ahead.
  for (const { id } of rows) {
    const found = await sql<{ payload: Buffer }>`select payload from batches where id = ${id}`.execute(db);
    for (const { payload } of found.rows) {
      for (const { key } of unpack('records', payload) as readonly StagedRecord[]) keys.add(key);
    }
  }
  return keys;
}
