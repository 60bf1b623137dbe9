import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { type IdleLane, type NewBatch, packBatch } from './batches.ts';

/** What a reader has gathered, none of it an error. */
export interface Chunk {
  readonly flow: string;
  readonly runId: number;
  /** The run stays its reader's for so long. */
  readonly leaseMs: number;
  readonly read: number;
  readonly batches: readonly NewBatch[];
  readonly cursor: string | undefined;
}

/**
 * Batches, counts and cursor in one statement, which is a transaction of its own: in several, every lane of the flow
 * had to wait for the reader's round trips. Answers the lanes that nobody is working; `undefined`, with nothing done,
 * if the run was given up meanwhile. Lanes are locked before the run, as everywhere, and in their order.
 */
export async function stageChunk(db: Database, chunk: Chunk): Promise<readonly IdleLane[] | undefined> {
  const { flow, runId, leaseMs, read, cursor } = chunk;
  const batches = chunk.batches.toSorted((a, b) => a.lane - b.lane);
  const lanes = batches.map((batch) => batch.lane);
  const { rows } = await sql<{ idle: IdleLane[] }>`
    with locked as (
      select lane from lanes where flow = ${flow} and lane = any(${lanes}::int[]) order by lane for update
    ), claimed as (
      update runs set read = read + ${read}, read_until = now() + ${leaseMs} * interval '1 millisecond'
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
      select ${flow}, ${cursor ?? null}::text, id from claimed where ${cursor ?? null}::text is not null
      on conflict (flow) do update set cursor = excluded.cursor, run_id = excluded.run_id, updated_at = now()
    )
    select array(
      select jsonb_build_object('lane', lane, 'epoch', epoch) from advanced where is_idle order by lane
    ) as idle from claimed`.execute(db);
  return rows[0]?.idle;
}
