import { sql } from 'kysely';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack, unpackText } from '../postgres/packed.ts';

/** Lanes in which something waits, in their order. */
export async function listBusyLanes(
  db: Database,
): Promise<readonly { readonly flow: string; readonly lane: number }[]> {
  const { rows } = await sql<{ flow: string; lane: number }>`
    select flow, lane from batches union select flow, lane from held order by flow, lane`.execute(db);
  return rows;
}

export interface LaneRef {
  readonly flow: string;
  readonly lane: number;
}

export interface StagedBatch {
  readonly id: number;
  readonly runId: number;
  readonly records: readonly StagedRecord[];
}

/** One after the other, in their order: of all that a lane has, one is in memory. */
export async function* loadStaged(db: Database, { flow, lane }: LaneRef): AsyncGenerator<StagedBatch> {
  for (let after = 0; ; ) {
    const { rows } = await sql<{ id: number; seq: number; run_id: number; payload: Buffer }>`
      select id, seq, run_id, payload from batches
      where flow = ${flow} and lane = ${lane} and seq > ${after} order by seq limit 1`.execute(db);
    const [row] = rows;
    if (row === undefined) return;
    after = row.seq;
    // As when they are delivered: of what is left, each says where it was staged.
    const staged = JSON.parse(unpackText('records', row.payload)) as readonly StagedRecord[];
    const records = staged.map((record, nth) => ({ stagedAs: `${row.id}.${nth}`, ...record }));
    yield { id: row.id, runId: row.run_id, records };
  }
}

export interface WaitingRecord {
  readonly id: number;
  readonly runId: number;
  readonly record: StagedRecord;
  readonly awaited: readonly string[];
}

/** What is held of a lane, some at a time. */
export async function* loadWaiting(
  db: Database,
  { flow, lane }: LaneRef,
): AsyncGenerator<readonly WaitingRecord[]> {
  for (let after = 0; ; ) {
    const { rows } = await sql<WaitingRow>`
      select id, run_id, payload, array(select key from awaited_xrefs where held_id = held.id) as awaited
      from held where flow = ${flow} and lane = ${lane} and id > ${after} order by id limit ${atOnce}`.execute(
      db,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    yield rows.map(({ id, run_id: runId, payload, awaited }) => ({
      ...{ id, runId, awaited },
      record: unpack('held', payload) as StagedRecord,
    }));
  }
}

const atOnce = 500;

interface WaitingRow {
  readonly id: number;
  readonly run_id: number;
  readonly payload: Buffer;
  readonly awaited: readonly string[];
}
