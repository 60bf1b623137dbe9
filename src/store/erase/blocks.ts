import { sql } from 'kysely';
import { keyedTermsOf } from '../crypto/keyed-terms.ts';
import type { Sealable } from '../crypto/sealable.ts';
import type { BlockRef } from '../history/block.ts';
import type { BlockEnds } from '../history/keep-blocks.ts';
import { bucketsOf, withoutEntries } from '../history/segment.ts';
import { takeTexts } from '../history/text-places.ts';
import type { Database } from '../postgres/database.ts';
import { unpackText } from '../postgres/packed.ts';

/** A block as it lies in the database. */
export interface PackedBlock extends BlockRef {
  readonly flow: string;
  readonly payload: Buffer;
  readonly ends: Buffer;
  readonly sent: Buffer | null;
  /** Its terms lie with it still: they are in no segment. */
  readonly isFresh: boolean;
}

/** Locked, where blocks are to be changed. Those that were dropped meanwhile are not among them. */
export async function loadPacked(
  db: Database,
  refs: readonly BlockRef[],
  how: 'locked' | 'as they are',
): Promise<readonly PackedBlock[]> {
  const found: PackedBlock[] = [];
  for (const [part, some] of Map.groupBy(refs, (ref) => ref.part)) {
    const { rows } = await sql<PackedBlock>`
      select part, id, flow, payload, ends, sent, terms is not null as "isFresh" from history
      where part = ${part} and id = any(${some.map(({ id }) => id)}::bigint[])
      order by id ${how === 'locked' ? sql`for update` : sql``}`.execute(db);
    found.push(...rows);
  }
  return found;
}

/** The records of a block as texts, and what the target was given of each, as it lies there. */
export function textsOfBlock({ payload, sent }: PackedBlock, count: number) {
  const places = new Set(Array.from({ length: count }, (_none, place) => place));
  const given = sent === null ? new Map<number, string>() : takeTexts(unpackText('sent', sent), places);
  return { staged: takeTexts(unpackText('records', payload), places), given };
}

/** Blocks in the order of their ids, the oldest first, behind one of them. */
export async function listBlocks(
  db: Database,
  after: BlockRef | undefined,
  limit: number,
): Promise<readonly BlockRef[]> {
  const { part = 0, id = 0 } = after ?? {};
  const { rows } = await sql<BlockRef>`
    select part, id from history where (part, id) > (${part}, ${id}) order by part, id limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** What is left of a block. Its terms stay in segments, if they are there; see `forgetTerms`. */
export async function replaceBlock(
  tx: Database,
  { part, id, isFresh }: PackedBlock,
  left: BlockEnds & { readonly payload: Sealable },
): Promise<void> {
  await sql`
    update history
    set records = ${left.records}, payload = ${left.payload}, ends = ${left.ends}, sent = ${left.sent ?? null},
        terms = case when ${isFresh} then ${left.terms}::bytea end
    where part = ${part} and id = ${id}`.execute(tx);
}

export async function deleteBlock(tx: Database, { part, id }: BlockRef): Promise<void> {
  await sql`delete from history where part = ${part} and id = ${id}`.execute(tx);
}

/** Takes out of segments what says that a block has a term. @param gone - ids of blocks, by term. */
export async function forgetTerms(
  tx: Database,
  part: number,
  gone: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<void> {
  const kept = await asKept(tx, gone);
  const terms = [...kept.keys()];
  for (let from = 0; from < terms.length; from += termsAtOnce)
    await forgetSome(tx, { part, gone: kept, terms: terms.slice(from, from + termsAtOnce) });
}

/** As they lie there: with the key of the database, and as they were kept before there was one. */
async function asKept(
  tx: Database,
  gone: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const entries = [...gone];
  const terms = await keyedTermsOf(
    tx,
    entries.map(([term]) => term),
  );
  const kept = new Map<number, Set<number>>();
  terms.forEach((term, nth) => {
    const ids = entries[nth % entries.length]?.[1] ?? [];
    kept.set(term, new Set([...(kept.get(term) ?? []), ...ids]));
  });
  return kept;
}

/** Each may lie in a bucket of every segment: so many rows are in memory at once. */
const termsAtOnce = 100;

interface TermsToForget {
  readonly part: number;
  readonly gone: ReadonlyMap<number, ReadonlySet<number>>;
  readonly terms: readonly number[];
}

async function forgetSome(tx: Database, { part, gone, terms }: TermsToForget): Promise<void> {
  const ids = terms.flatMap((term) => [...(gone.get(term) ?? [])]);
  const { rows } = await sql<{ segment: number; bucket: number; lastId: number; entries: Buffer }>`
    select segment, bucket, last_id as "lastId", entries from history_terms
    where part = ${part} and bucket = any(${[...new Set(terms.flatMap(bucketsOf))]}::integer[])
      and last_id >= ${ids.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER)}
      and first_id <= ${ids.reduce((a, b) => Math.max(a, b), 0)}
    order by segment, bucket for update`.execute(tx);
  for (const row of rows) {
    const left = withoutEntries(row, row.lastId, (term, id) => gone.get(term)?.has(id) === true);
    if (left === undefined) continue;
    const isMeant = sql`part = ${part} and segment = ${row.segment} and bucket = ${row.bucket}`;
    if (left.length === 0) await sql`delete from history_terms where ${isMeant}`.execute(tx);
    else await sql`update history_terms set entries = ${Buffer.from(left)} where ${isMeant}`.execute(tx);
  }
}
