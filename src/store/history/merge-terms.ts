import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { type Bucket, maxBlocks, type TermsOfBlock, toBuckets } from './segment.ts';

/** So many terms make a segment: 4 MB of them are searched one by one until then. */
export const termsOfSegment = 1_000_000;

/** What of a part is not in a segment yet. */
export interface FreshTerms {
  readonly part: number;
  readonly terms: number;
  /** Nothing new comes to the part. */
  readonly isOver: boolean;
}

/** The oldest part first; of a part that has none, nothing. */
export async function listFreshTerms(tx: Database): Promise<readonly FreshTerms[]> {
  await byIndex(tx);
  const { rows } = await sql<FreshTerms>`
    select part, coalesce(sum(octet_length(terms)), 0) / 4 as terms,
           part < (select max(part) from history_parts) as "isOver"
    from history where terms is not null group by part order by part`.execute(tx);
  return rows;
}

/** The index over what is fresh says where it lies; how much of a table that is, its statistics seldom know. */
async function byIndex(tx: Database): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true)`.execute(tx);
}

/**
 * Makes a segment of the oldest blocks of a part that are in none, as far as they fit into one. All of it or nothing: a
 * block is found either way. Between buckets, whatever else the process has to do goes on.
 */
export async function mergeTerms(tx: Database, part: number): Promise<void> {
  await byIndex(tx);
  const { rows: blocks } = await sql<TermsOfBlock>`
    select id, terms from (
      select id, terms, sum(octet_length(terms)) over (order by id) - octet_length(terms) as before
      from history where part = ${part} and terms is not null order by id limit ${maxBlocks}
    ) as fresh where before < ${4 * termsOfSegment} order by id`.execute(tx);
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (first === undefined || last === undefined) return;
  const { rows } = await sql<{ segment: number }>`
    select coalesce(max(segment), 0) + 1 as segment from history_terms where part = ${part}`.execute(tx);
  const segment = { part, segment: rows[0]?.segment ?? 1, firstId: first.id, lastId: last.id };
  await insertBuckets(tx, segment, toBuckets(blocks));
  await sql`
    update history set terms = null
    where part = ${part} and id = any(${blocks.map(({ id }) => id)}::bigint[])`.execute(tx);
}

interface SegmentRef {
  readonly part: number;
  readonly segment: number;
  readonly firstId: number;
  readonly lastId: number;
}

async function insertBuckets(tx: Database, segment: SegmentRef, buckets: Iterable<Bucket>): Promise<void> {
  let some: Bucket[] = [];
  for (const bucket of buckets) {
    some.push(bucket);
    if (some.length < bucketsAtOnce) continue;
    await insertSome(tx, segment, some);
    some = [];
    await setImmediate();
  }
  if (some.length > 0) await insertSome(tx, segment, some);
}

const bucketsAtOnce = 256;

async function insertSome(
  tx: Database,
  { part, segment, firstId, lastId }: SegmentRef,
  some: readonly Bucket[],
): Promise<void> {
  await sql`
    insert into history_terms (part, segment, bucket, first_id, last_id, entries)
    select ${part}::integer, ${segment}::integer, bucket, ${firstId}::bigint, ${lastId}::bigint, entries
    from unnest(
      ${some.map(({ bucket }) => bucket)}::integer[], ${some.map(({ entries }) => Buffer.from(entries))}::bytea[]
    ) as t (bucket, entries)`.execute(tx);
}
