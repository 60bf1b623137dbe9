import { sql } from 'kysely';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';
import type { BlockRef, KeptEnd } from './block.ts';
import { unpackEnds } from './pack-ends.ts';

/** What became of a record, and where in history that stands: the part, the block and the place in it. */
export interface EndOfRun {
  readonly key: string;
  readonly at: Date;
  readonly end: KeptEnd;
  readonly place: readonly [part: number, block: number, place: number];
}

interface EndsWish {
  readonly run: number;
  readonly outcomes?: readonly KeptEnd['outcome'][] | undefined;
  /** Only what stands behind this. */
  readonly after?: EndOfRun['place'] | undefined;
  /** Records that are wanted, and blocks that are looked into for them at most. */
  readonly limit: number;
  readonly maxBlocks: number;
}

interface FoundEnds {
  readonly ends: readonly EndOfRun[];
  /** Where it goes on if not all has been looked at; absent: there is no more. */
  readonly next?: EndOfRun['place'];
}

/** What became of the records of a run, in the order in which it was written down. */
export async function findEndsOfRun(db: Database, wish: EndsWish): Promise<FoundEnds> {
  const ends: EndOfRun[] = [];
  let [part, id, place] = wish.after ?? [0, 0, -1];
  for (let looked = 0; looked < wish.maxBlocks; looked += 1) {
    const block = await loadBlockAt(db, wish.run, { part, id });
    if (block === undefined) return { ends };
    if (block.id !== id || block.part !== part) place = -1;
    ({ part, id } = block);
    const found = endsOf(block, wish.outcomes).filter((end) => end.place[2] > place);
    ends.push(...found.slice(0, wish.limit - ends.length));
    if (ends.length === wish.limit) {
      const last = ends.at(-1)?.place;
      return last === undefined ? { ends } : { ends, next: last };
    }
    // All of this block has been looked at: the next one is the first behind it.
    place = -1;
    id += 1;
  }
  return { ends, next: [part, id, -1] };
}

interface BlockRow extends BlockRef {
  readonly at: Date;
  readonly payload: Buffer;
  readonly ends: Buffer;
}

/** The block of a run at this place, or the first behind it. */
async function loadBlockAt(db: Database, run: number, { part, id }: BlockRef): Promise<BlockRow | undefined> {
  const { rows } = await sql<BlockRow>`
    select part, id, at, payload, ends from history
    where run_id = ${run} and (part, id) >= (${part}, ${id}) order by part, id limit 1`.execute(db);
  return rows[0];
}

function endsOf(
  { part, id, at, payload, ends }: BlockRow,
  outcomes: EndsWish['outcomes'],
): readonly EndOfRun[] {
  const isWanted = ({ outcome }: KeptEnd) => outcomes === undefined || outcomes.includes(outcome);
  // Records are opened only where there is something to be said of them.
  if (!unpackEnds(ends, []).some(isWanted)) return [];
  const records = unpack('records', payload) as readonly StagedRecord[];
  const keys = records.map(({ key }) => key);
  return unpackEnds(ends, keys).flatMap((end, place) =>
    isWanted(end) ? [{ key: keys[place] ?? '', at, end, place: [part, id, place] as const }] : [],
  );
}

/** What is kept of the records of a run: all, what has changed something, what has failed, or nothing. */
export async function loadKeeping(db: Database, run: number): Promise<string | undefined> {
  const { rows } = await sql<{ history: string }>`
    select history from runs join plans on plan_hash = hash where runs.id = ${run}`.execute(db);
  return rows[0]?.history;
}

/** Since when history is kept: what is older has been dropped. */
export async function loadHistoryStart(db: Database): Promise<Date | undefined> {
  const { rows } = await sql<{ from_at: Date }>`
    select from_at from history_parts order by part limit 1`.execute(db);
  return rows[0]?.from_at;
}
