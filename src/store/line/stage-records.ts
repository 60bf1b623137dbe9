import { sql } from 'kysely';
import { sealText } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { plannedOnce } from '../postgres/planned-once.ts';
import type { CountDelta } from '../runs/counts.ts';
import { type IdleLane, type NewBatch, packBatch } from './batches.ts';

/** What was read for a run, and is to go down the line. */
export interface StagedRead {
  readonly flow: string;
  readonly runId: number;
  /** The run stays its reader's for so long. */
  readonly leaseMs: number;
  /** What the counts of the run change by: `read`, and how it ended for what could not be read. */
  readonly counts: CountDelta;
  readonly batches: readonly NewBatch[];
  readonly cursor: string | undefined;
}

/**
 * Batches at the end of their lanes, counts and cursor in one statement: a transaction of its own, or a part of one. In
 * several, every lane of the flow had to wait for the reader's round trips. Returns the lanes that nobody is working (who
 * works the others finds the new batches before leaving); `undefined`, with nothing done, if the run was given up
 * meanwhile. Lanes are locked before the run, as everywhere, and in their order; they stay locked until the transaction
 * ends, so that a lane's sequence has no gaps that could fill up later.
 */
export async function stageRecords(
  db: Database,
  staged: StagedRead,
): Promise<readonly IdleLane[] | undefined> {
  const { flow, runId, leaseMs, cursor } = staged;
  const { read = 0, failed = 0, filtered = 0, unchanged = 0, stillOpen = 0 } = staged.counts;
  const batches = staged.batches.toSorted((a, b) => a.lane - b.lane);
  const lanes = batches.map((batch) => batch.lane);
  const { rows } = await sql<{ idle: IdleLane[] }>`
    ${plannedOnce} with locked as (
      select lane from lanes where flow = ${flow} and lane = any(${lanes}::int[]) order by lane for update
    ), claimed as (
      update runs
      set read = read + ${read}, failed = failed + ${failed}, filtered = filtered + ${filtered},
          unchanged = unchanged + ${unchanged}, still_open = still_open + ${stillOpen},
          read_until = now() + ${leaseMs} * interval '1 millisecond'
      where id = ${runId} and status = 'running' and read_at is null and (select count(*) from locked) >= 0
      returning id
    ), counted as (
      select lane, row_number() over (partition by lane order by ordinal) as nth, records, bytes, payload
      from unnest(
        ${lanes}::int[], ${batches.map((b) => b.records.length)}::int[], ${batches.map((b) => b.bytes)}::int[],
        ${batches.map(packBatch)}::bytea[]
      ) with ordinality as t (lane, records, bytes, payload, ordinal)
      where exists (select 1 from claimed)
    ), advanced as (
      insert into lanes (flow, lane, last_seq)
      select ${flow}, lane, count(*) from counted group by lane order by lane
      on conflict (flow, lane) do update set last_seq = lanes.last_seq + excluded.last_seq
      returning lane, last_seq, epoch, owner is null or lease_until < now() as is_idle
    ), staged as (
      insert into batches (run_id, flow, lane, seq, records, bytes, payload)
      select ${runId}, ${flow}, lane,
             last_seq - (select count(*) from counted as all_of_lane where all_of_lane.lane = counted.lane) + nth,
             records, bytes, payload
      from counted join advanced using (lane)
    ), moved as (
      insert into cursors (flow, cursor, run_id)
      select ${flow}, ${cursor === undefined ? null : sealText(cursor)}::text, id from claimed
      where ${cursor !== undefined}
      on conflict (flow) do update set cursor = excluded.cursor, run_id = excluded.run_id, updated_at = now()
    )
    select array(
      select jsonb_build_object('lane', lane, 'epoch', epoch) from advanced where is_idle order by lane
    ) as idle from claimed`.execute(db);
  return rows[0]?.idle;
}

/** Before anything else of a transaction that stages into these lanes. */
export async function lockLanes(tx: Database, flow: string, lanes: readonly number[]): Promise<void> {
  await sql`
    select lane from lanes where flow = ${flow} and lane = any(${lanes}::int[]) order by lane for update`.execute(
    tx,
  );
}
