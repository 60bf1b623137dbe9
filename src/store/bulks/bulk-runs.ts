import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** The run that records of this flow and plan are still being staged in. */
export async function findOpenBulkRun(
  tx: Database,
  { bulkId, flow, planHash }: { readonly bulkId: number; readonly flow: string; readonly planHash: string },
): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    select runs.id from bulk_runs join runs on runs.id = run_id
    where bulk_id = ${bulkId} and runs.flow = ${flow} and bulk_runs.plan_hash = ${planHash}
      and runs.read_at is null and runs.status = 'running' order by runs.id desc limit 1`.execute(tx);
  return rows[0]?.id;
}

export async function insertBulkRun(
  tx: Database,
  { bulkId, runId, planHash }: { readonly bulkId: number; readonly runId: number; readonly planHash: string },
): Promise<void> {
  await sql`
    insert into bulk_runs (run_id, bulk_id, plan_hash) values (${runId}, ${bulkId}, ${planHash})`.execute(tx);
}

export async function listBulkRuns(db: Database, bulkId: number): Promise<readonly number[]> {
  const { rows } = await sql<{ run_id: number }>`
    select run_id from bulk_runs where bulk_id = ${bulkId} order by run_id`.execute(db);
  return rows.map((row) => row.run_id);
}

/** Nothing more is staged in the runs of a set; returns those that were open. */
export async function closeBulkRuns(tx: Database, bulkId: number): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    update runs set read_at = now() from bulk_runs
    where bulk_runs.run_id = runs.id and bulk_id = ${bulkId} and read_at is null returning runs.id`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

/** Records of a set that are staged and that no lane has come to yet. */
export async function countStaged(db: Database, bulkId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(records), 0)::bigint as count
    from batches join bulk_runs using (run_id) where bulk_id = ${bulkId}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** Lanes that hold records of a set. */
export async function listStagedLanes(
  db: Database,
  bulkId: number,
): Promise<readonly { readonly flow: string; readonly lane: number }[]> {
  const { rows } = await sql<{ flow: string; lane: number }>`
    select distinct flow, lane from batches join bulk_runs using (run_id)
    where bulk_id = ${bulkId} order by flow, lane`.execute(db);
  return rows;
}
