import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { BlockRef } from './block.ts';
import { toTermBytes } from './block-terms.ts';

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
 */
export async function findBlocks(db: Database, search: BlockSearch): Promise<readonly BlockRef[]> {
  const { terms, before, limit } = search;
  if (terms.length === 0) return [];
  const { rows } = await sql<BlockRef>`
    select part, id from history
    where terms is not null and (${before?.id ?? null}::bigint is null or id < ${before?.id ?? null}::bigint) and exists (
      select 1 from unnest(${terms.map(toTermBytes)}::bytea[]) as wanted (term) where position(term in terms) > 0
    )
    order by id desc limit ${limit}`.execute(db);
  return rows;
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
