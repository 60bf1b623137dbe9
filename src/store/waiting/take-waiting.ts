import { type RawBuilder, sql } from 'kysely';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';
import type { FaultNote } from '../runs/runs.ts';

/** What of the records that wait is meant: the next batch of a lane, all records of a key, or all of a run. */
export type WaitingSelection =
  | { readonly flow: string; readonly lane: number }
  | { readonly flow: string; readonly key: string }
  | { readonly flow: string; readonly runId: number };

/** Lanes in which something of it may wait, in their order. */
export async function lanesOf(db: Database, waiting: WaitingSelection): Promise<readonly number[]> {
  if ('lane' in waiting) return [waiting.lane];
  // A batch does not say which keys it has.
  const batches =
    'key' in waiting
      ? sql`flow = ${waiting.flow}`
      : sql`flow = ${waiting.flow} and run_id = ${waiting.runId}`;
  const { rows } = await sql<{ lane: number }>`
    select lane from batches where ${batches} union select lane from held where ${ofHeld(waiting)}
    order by lane`.execute(db);
  return rows.map(({ lane }) => lane);
}

export interface WaitingBatch {
  readonly id: number;
  readonly runId: number;
  readonly attempts: number;
  readonly fault: FaultNote | null;
  readonly records: readonly StagedRecord[];
}

/** Batches with something of it, one after the other in the order of their lanes. */
export async function* loadBatches(tx: Database, waiting: WaitingSelection): AsyncGenerator<WaitingBatch> {
  const of = 'runId' in waiting ? sql`run_id = ${waiting.runId}` : sql`true`;
  const next =
    'lane' in waiting ? sql`lane = ${waiting.lane} order by seq limit 1` : sql`${of} order by lane, seq`;
  const { rows } = await sql<{ id: number }>`
    select id from batches where flow = ${waiting.flow} and ${next}`.execute(tx);
  for (const { id } of rows) {
    const found = await sql<Omit<WaitingBatch, 'records'> & { payload: Buffer }>`
      select id, run_id as "runId", attempts, fault, payload from batches where id = ${id}`.execute(tx);
    for (const { payload, ...batch } of found.rows) {
      // As when they are delivered: of what is left, each says where it was staged.
      const staged = unpack('records', payload) as readonly StagedRecord[];
      yield { ...batch, records: staged.map((record, nth) => ({ stagedAs: `${id}.${nth}`, ...record })) };
    }
  }
}

export interface WaitingHeld {
  readonly id: number;
  readonly runId: number;
  readonly attempts: number;
  readonly fault: FaultNote | null;
  readonly record: StagedRecord;
}

export async function loadHeldOf(tx: Database, waiting: WaitingSelection): Promise<readonly WaitingHeld[]> {
  const { rows } = await sql<Omit<WaitingHeld, 'record'> & { payload: Buffer }>`
    select id, run_id as "runId", attempts, fault, payload from held where ${ofHeld(waiting)} order by id`.execute(
    tx,
  );
  return rows.map(({ payload, ...held }) => ({ ...held, record: unpack('held', payload) as StagedRecord }));
}

function ofHeld(waiting: WaitingSelection): RawBuilder<unknown> {
  if ('lane' in waiting) return sql`false`;
  return 'key' in waiting
    ? sql`flow = ${waiting.flow} and key = ${waiting.key}`
    : sql`flow = ${waiting.flow} and run_id = ${waiting.runId}`;
}
