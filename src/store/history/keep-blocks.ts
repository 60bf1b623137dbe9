import { type RawBuilder, sql } from 'kysely';
import type { Sealable } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';

/** What is kept of records beside the records themselves. */
export interface BlockEnds {
  readonly records: number;
  readonly ends: Sealable;
  readonly terms: Sealable;
  readonly sent?: Sealable;
}

/** Records that are packed anew for it. */
export interface NewBlock extends BlockEnds {
  readonly runId: number;
  readonly payload: Sealable;
}

/** Never a default partition: what is new goes into the part that was begun last. */
const currentPart = sql`(select max(part) from history_parts)`;

/** A part of a statement that keeps what `done`, which deletes the batch, gives. */
export function moveBatch(flow: string, { records, ends, terms, sent }: BlockEnds): RawBuilder<unknown> {
  return sql`
    insert into history (part, lane, run_id, read_at, records, flow, payload, ends, terms, sent)
    select ${currentPart}, lane, run_id, staged_at, ${records}::integer, ${flow}::text, payload, ${ends}::bytea,
           ${terms}::bytea, ${sent ?? null}::bytea
    from done returning 1`;
}

/** Of which lane records are, and since when they were staged, as far as it is known. */
export interface BlockOrigin {
  readonly flow: string;
  readonly lane?: number;
  readonly batchId?: number;
}

/** A part of a statement. @param condition - nothing is kept unless it holds. */
export function insertBlocks(
  { flow, lane, batchId }: BlockOrigin,
  blocks: readonly NewBlock[],
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    insert into history (part, lane, run_id, read_at, records, flow, payload, ends, terms, sent)
    select ${currentPart}, ${lane ?? null}::integer, run_id,
           (select staged_at from batches where id = ${batchId ?? null}::bigint), records, ${flow}::text, payload, ends,
           terms, sent
    from unnest(
      ${blocks.map((b) => b.runId)}::bigint[], ${blocks.map((b) => b.records)}::integer[],
      ${blocks.map((b) => b.payload)}::bytea[], ${blocks.map((b) => b.ends)}::bytea[],
      ${blocks.map((b) => b.terms)}::bytea[], ${blocks.map((b) => b.sent ?? null)}::bytea[]
    ) as t (run_id, records, payload, ends, terms, sent)
    where ${condition} returning 1`;
}

/** Of records that leave by another door than the line's: kept unless their flow, as its run has it, keeps nothing. */
export async function keepBlocks(tx: Database, flow: string, blocks: readonly NewBlock[]): Promise<void> {
  if (blocks.length === 0) return;
  const isKept = sql`exists (
    select 1 from runs join plans on plan_hash = hash where runs.id = t.run_id and history <> 'none'
  )`;
  await sql`${insertBlocks({ flow }, blocks, isKept)}`.execute(tx);
}
