import { sql } from 'kysely';
import { keyedTermsOf } from '../crypto/keyed-terms.ts';
import type { Database } from '../postgres/database.ts';
import type { BlockRef } from './block.ts';
import { toTermBytes } from './block-terms.ts';
import { bucketsOf, searchBucket } from './segment.ts';

export interface BlockSearch {
  /** Hashes (`termOf`): blocks that have any of them. */
  readonly terms: readonly number[];
  /** Only blocks before this one. */
  readonly before?: BlockRef;
  readonly limit: number;
}

/**
 * Blocks that may have records with one of these terms, the newest first: two values may have one hash, so whoever asks
 * compares the records themselves (`hasText`). The same block never twice.
 *
 * What is fresh is looked through first: what goes into a segment meanwhile is found there once more, and never missed.
 * Segments come by their newest block, until no other can have one that is newer than those that were found.
 */
export async function findBlocks(db: Database, asked: BlockSearch): Promise<readonly BlockRef[]> {
  if (asked.terms.length === 0) return [];
  const search = { ...asked, terms: await keyedTermsOf(db, asked.terms) };
  const { limit } = search;
  const found = new Map((await findFresh(db, search)).map((ref) => [ref.id, ref]));
  let newest = sorted(found).slice(0, limit);
  let rows: readonly BucketRow[] = [];
  for (let most = fewestRows; ; most = Math.min(most * 4, mostRows)) {
    rows = await loadBuckets(db, search, { most, after: rows.at(-1) });
    for (const row of rows) for (const ref of searchRow(row, search)) found.set(ref.id, ref);
    newest = sorted(found).slice(0, limit);
    const [last, oldest] = [rows.at(-1), newest.at(-1)];
    if (last === undefined || rows.length < most) return newest;
    if (newest.length === limit && oldest !== undefined && oldest.id >= last.lastId) return newest;
  }
}

/** A text that every record has is found in the first few; of one that hardly any has, all segments are asked. */
const fewestRows = 16;
const mostRows = 256;

function sorted(found: ReadonlyMap<number, BlockRef>): readonly BlockRef[] {
  return [...found.values()].sort((a, b) => b.id - a.id);
}

/** Four bytes of two terms beside each other may look like the wanted one: so rare that the records themselves show it. */
async function findFresh(db: Database, { terms, before, limit }: BlockSearch): Promise<readonly BlockRef[]> {
  const { rows } = await sql<BlockRef>`
    select part, id from history
    where terms is not null and (${before?.id ?? null}::bigint is null or id < ${before?.id ?? null}::bigint) and exists (
      select 1 from unnest(${terms.map(toTermBytes)}::bytea[]) as wanted (term) where position(term in terms) > 0
    )
    order by id desc limit ${limit}`.execute(db);
  return rows;
}

interface BucketRow {
  readonly part: number;
  readonly segment: number;
  readonly bucket: number;
  readonly lastId: number;
  readonly entries: Buffer;
}

interface BucketPage {
  readonly most: number;
  readonly after: BucketRow | undefined;
}

async function loadBuckets(
  db: Database,
  { terms, before }: BlockSearch,
  { most, after }: BucketPage,
): Promise<readonly BucketRow[]> {
  const isEarlier = after
    ? sql`(last_id, part, segment, bucket) < (${after.lastId}, ${after.part}, ${after.segment}, ${after.bucket})`
    : sql`true`;
  const { rows } = await sql<BucketRow>`
    select part, segment, bucket, last_id as "lastId", entries from history_terms
    where bucket = any(${[...new Set(terms.flatMap(bucketsOf))]}::integer[]) and ${isEarlier}
      and (${before?.id ?? null}::bigint is null or first_id < ${before?.id ?? null}::bigint)
    order by last_id desc, part desc, segment desc, bucket desc limit ${most}`.execute(db);
  return rows;
}

function searchRow(row: BucketRow, { terms, before, limit }: BlockSearch): readonly BlockRef[] {
  const { part, lastId } = row;
  const within = { lastId, before: before?.id ?? Number.POSITIVE_INFINITY, limit };
  return terms.flatMap((term) => searchBucket(row, { term, ...within })).map((id) => ({ part, id }));
}

/** What came of the records of a run, the newest first. */
export async function findBlocksOfRun(
  db: Database,
  { runId, before, limit }: Omit<BlockSearch, 'terms'> & { readonly runId: number },
): Promise<readonly BlockRef[]> {
  const { rows } = await sql<BlockRef>`
    select part, id from history
    where run_id = ${runId} and (${before?.id ?? null}::bigint is null or id < ${before?.id ?? null}::bigint)
    order by id desc limit ${limit}`.execute(db);
  return rows;
}
