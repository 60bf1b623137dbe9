import { sql } from 'kysely';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';
import type { FaultNote } from './runs.ts';

/** The run goes on, with its guards off, and its held records are due; `false` if it does not await approval. */
export async function releaseRun(tx: Database, runId: number): Promise<boolean> {
  const { rows } = await sql`
    update runs set status = 'running', approved_at = now() where id = ${runId} and status = 'held'
    returning id`.execute(tx);
  if (rows.length === 0) return false;
  await sql`update held set due_at = now() where run_id = ${runId} and due_at > now()`.execute(tx);
  return true;
}

/** Ends the wait without letting anything go on; returns what the guard had said, or nothing if none was awaited. */
export async function endApproval(tx: Database, runId: number): Promise<FaultNote | undefined> {
  const { rows } = await sql<{ guard: FaultNote }>`
    update runs set status = 'running' where id = ${runId} and status = 'held' returning guard`.execute(tx);
  return rows[0]?.guard;
}

/** Lanes in which something of a run waits, in their order. */
export async function lanesOfRun(db: Database, runId: number): Promise<readonly number[]> {
  const { rows } = await sql<{ lane: number }>`
    select lane from batches where run_id = ${runId} union select lane from held where run_id = ${runId}
    order by lane`.execute(db);
  return rows.map(({ lane }) => lane);
}

/** The batch of a run that was staged first of those that are left. */
export async function findFirstBatch(tx: Database, runId: number): Promise<number | undefined> {
  const { rows } = await sql<{ id: number | null }>`
    select min(id) as id from batches where run_id = ${runId}`.execute(tx);
  return rows[0]?.id ?? undefined;
}

/** The held records of a run, in the order of the keys' records. */
export async function loadHeldOfRun(
  tx: Database,
  runId: number,
): Promise<readonly { readonly id: number; readonly attempts: number; readonly record: StagedRecord }[]> {
  const { rows } = await sql<{ id: number; attempts: number; payload: Buffer }>`
    select id, attempts, payload from held where run_id = ${runId} order by id`.execute(tx);
  return rows.map(({ id, attempts, payload }) => ({
    id,
    attempts,
    record: unpack('held', payload) as StagedRecord,
  }));
}

/** Whoever wants some examples does not open everything that waits for them. */
const mostBatches = 5;

/** Keys of some of what waits of a run: of what is tried again, then of the batches that were staged first. */
export async function listWaitingKeys(db: Database, runId: number, most: number): Promise<readonly string[]> {
  const { rows: held } = await sql<{ key: string }>`
    select key from held where run_id = ${runId} order by id limit ${most}`.execute(db);
  const { rows: batches } = await sql<{ payload: Buffer }>`
    select payload from batches where run_id = ${runId} order by id limit ${mostBatches}`.execute(db);
  const staged = batches.flatMap(({ payload }) => unpack('records', payload) as readonly StagedRecord[]);
  return [...held, ...staged].map(({ key }) => key).slice(0, most);
}

/** The run of the same flow that is held and that all of what is left of a run stands behind. */
export interface RunAhead {
  readonly runId: number;
  readonly note: FaultNote;
  /** Has the run that stands behind it been read to its end? */
  readonly isRead: boolean;
}

export async function findRunAhead(db: Database, runId: number): Promise<RunAhead | undefined> {
  const { rows } = await sql<{ id: number; guard: FaultNote; is_read: boolean }>`
    select ahead.id, ahead.guard, own.read_at is not null as is_read
    from runs as own join runs as ahead on ahead.flow = own.flow and ahead.status = 'held' and ahead.id <> own.id
    where own.id = ${runId} and (
      select bool_and(is_behind) from (
        select exists (
          select 1 from batches as first join runs on runs.id = first.run_id
          where first.flow = mine.flow and first.lane = mine.lane and first.seq < mine.seq and runs.status = 'held'
        ) as is_behind from batches as mine where mine.run_id = ${runId}
        union all
        select exists (
          select 1 from held as first join runs on runs.id = first.run_id
          where first.flow = mine.flow and first.key = mine.key and first.id < mine.id and runs.status = 'held'
        ) from held as mine where mine.run_id = ${runId}
      ) as rest
    ) order by ahead.id limit 1`.execute(db);
  const row = rows[0];
  return row && { runId: row.id, note: row.guard, isRead: row.is_read };
}
