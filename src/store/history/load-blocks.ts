import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { holdsText } from '../../contract/text/search-terms.ts';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';
import type { BlockRef, KeptBlock, KeptRecord } from './block.ts';
import { unpackEnds } from './pack-ends.ts';
import { valuesOf } from './values-of.ts';

/** Blocks as they were kept, in the order in which they are asked for; without those that have been dropped meanwhile. */
export async function loadBlocks(db: Database, refs: readonly BlockRef[]): Promise<readonly KeptBlock[]> {
  const byPart = [...Map.groupBy(refs, ({ part }) => part)];
  const loaded = await Promise.all(byPart.map(([part, some]) => loadOfPart(db, part, some)));
  const blocks = new Map(loaded.flat().map((block) => [block.id, block]));
  return refs.flatMap(({ id }) => blocks.get(id) ?? []);
}

interface Row {
  readonly part: number;
  readonly id: number;
  readonly flow: string;
  readonly lane: number | null;
  readonly run_id: number;
  readonly read_at: Date | null;
  readonly at: Date;
  readonly payload: Buffer;
  readonly ends: Buffer;
  readonly sent: Buffer | null;
}

/** By its part, which says at once where to look. */
async function loadOfPart(
  db: Database,
  part: number,
  refs: readonly BlockRef[],
): Promise<readonly KeptBlock[]> {
  const { rows } = await sql<Row>`
    select part, id, flow, lane, run_id, read_at, at, payload, ends, sent from history
    where part = ${part} and id = any(${refs.map(({ id }) => id)}::bigint[])`.execute(db);
  return rows.map(toBlock);
}

function toBlock({ part, id, flow, lane, run_id: runId, read_at: readAt, at, ...packed }: Row): KeptBlock {
  return {
    ...{ part, id, flow, runId, at },
    ...(lane !== null && { lane }),
    ...(readAt !== null && { readAt }),
    records: toRecords(packed),
  };
}

function toRecords({ payload, ends, sent }: Pick<Row, 'payload' | 'ends' | 'sent'>): readonly KeptRecord[] {
  const records = unpack(payload) as readonly StagedRecord[];
  const kept = unpackEnds(
    ends,
    records.map(({ key }) => key),
  );
  const given = sent === null ? [] : (unpack(sent) as readonly unknown[]);
  return records.map((record, place) => ({
    record,
    end: present(kept[place], 'what became of a kept record'),
    ...(given[place] !== undefined && given[place] !== null && { sent: given[place] }),
  }));
}

/** Does the record, or what became of it, say just this: its key, a value of it, or its id at the target? */
export function hasText({ record, end, sent }: KeptRecord, text: string): boolean {
  const native = end.stage === 'read' ? valuesOf(record.native) : record.native;
  return [record.key, end.targetId, native, sent].some((value) => holdsText(value, text));
}
