import { sql } from 'kysely';
import type { Database } from './database.ts';
import { pack, unpack } from './packed.ts';
import type { FaultNote } from './runs.ts';

/** A source record as it was read, with what the line needs to know of it without looking inside. */
export interface StagedRecord {
  readonly key: string;
  readonly version?: string;
  readonly native: unknown;
  /** The error this record is a replay of. */
  readonly errorId?: number;
}

export interface Batch {
  readonly id: number;
  readonly runId: number;
  readonly planHash: string;
  readonly attempts: number;
  readonly records: readonly StagedRecord[];
}

export interface NewBatch {
  readonly lane: number;
  readonly records: readonly StagedRecord[];
  /** Size of the records as JSON, before compression. */
  readonly bytes: number;
}

/**
 * Puts batches at the end of their lanes. The lane rows stay locked until the transaction ends, so a lane's
 * sequence has no gaps that could fill up later.
 */
export async function insertBatches(
  db: Database,
  at: { readonly runId: number; readonly flow: string },
  batches: readonly NewBatch[],
): Promise<void> {
  // Always in the order of the lanes: two readers of one flow cannot lock each other out.
  const ordered = batches.toSorted((a, b) => a.lane - b.lane);
  const lanes = ordered.map((batch) => batch.lane);
  await sql`
    with counted as (
      select lane, row_number() over (partition by lane order by ordinal) as nth, records, bytes, payload
      from unnest(
        ${lanes}::int[], ${ordered.map((b) => b.records.length)}::int[],
        ${ordered.map((b) => b.bytes)}::int[], ${ordered.map((b) => pack(b.records))}::bytea[]
      ) with ordinality as t (lane, records, bytes, payload, ordinal)
    ), advanced as (
      insert into lanes (flow, lane, last_seq)
      select ${at.flow}, lane, count(*) from counted group by lane order by lane
      on conflict (flow, lane) do update set last_seq = lanes.last_seq + excluded.last_seq
      returning lane, last_seq
    )
    insert into batches (run_id, flow, lane, seq, records, bytes, payload)
    select ${at.runId}, ${at.flow}, lane,
           last_seq - (select count(*) from counted as all_of_lane where all_of_lane.lane = counted.lane) + nth,
           records, bytes, payload
    from counted join advanced using (lane)`.execute(db);
}

/** The lane's next batch; `undefined` if there is none or its time has not come. */
export async function loadNextBatch(
  db: Database,
  flow: string,
  lane: number,
): Promise<{ readonly batch?: Batch; readonly dueAt?: Date }> {
  const { rows } = await sql<{
    id: number;
    run_id: number;
    plan_hash: string;
    attempts: number;
    payload: Buffer | null;
    due_at: Date;
  }>`
    select batches.id, run_id, plan_hash, attempts, due_at, case when due_at <= now() then payload end as payload
    from batches join runs on runs.id = run_id
    where batches.flow = ${flow} and lane = ${lane} order by seq limit 1`.execute(db);
  const row = rows[0];
  if (!row) return {};
  if (row.payload === null) return { dueAt: row.due_at };
  const records = unpack(row.payload) as readonly StagedRecord[];
  return {
    batch: { id: row.id, runId: row.run_id, planHash: row.plan_hash, attempts: row.attempts, records },
  };
}

export async function deleteBatch(db: Database, id: number): Promise<void> {
  await sql`delete from batches where id = ${id}`.execute(db);
}

/** The whole batch waits, e.g. because its target is down; the lane waits with it. */
export async function postponeBatch(
  db: Database,
  id: number,
  wait: { readonly ms: number; readonly fault: FaultNote },
): Promise<void> {
  await sql`
    update batches set attempts = attempts + 1, due_at = now() + ${wait.ms} * interval '1 millisecond',
                       fault = ${JSON.stringify(wait.fault)}::jsonb
    where id = ${id}`.execute(db);
}

/** Bytes and records of a flow that are staged and not yet delivered: what the reader waits for. */
export async function stagedSize(db: Database, flow: string): Promise<{ bytes: number; records: number }> {
  const { rows } = await sql<{ bytes: number; records: number }>`
    select coalesce(sum(bytes), 0)::bigint as bytes, coalesce(sum(records), 0)::bigint as records
    from batches where flow = ${flow}`.execute(db);
  return rows[0] ?? { bytes: 0, records: 0 };
}

/** Why a run does not get on: the newest fault its batches wait for, and when the next attempt is due. */
export async function findWaiting(
  db: Database,
  runId: number,
): Promise<{ readonly fault: FaultNote; readonly dueAt: Date; readonly records: number } | undefined> {
  const { rows } = await sql<{ fault: FaultNote; due_at: Date; records: number }>`
    select (array_agg(fault order by due_at desc))[1] as fault, min(due_at) as due_at, sum(records)::bigint as records
    from (
      select fault, due_at, records from batches where run_id = ${runId} and fault is not null
      union all
      select fault, due_at, 1 from held where run_id = ${runId} and fault is not null
    ) as waiting
    having count(*) > 0`.execute(db);
  const row = rows[0];
  return row && { fault: row.fault, dueAt: row.due_at, records: row.records };
}
