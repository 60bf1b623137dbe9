import { listFreshTerms, mergeTerms, termsOfSegment } from '../../store/history/merge-terms.ts';
import {
  beginPart,
  dropPart,
  type Hindrance,
  type HistoryPart,
  listParts,
  tidying,
} from '../../store/history/parts.ts';
import type { Database } from '../../store/postgres/database.ts';

/** How long history is kept, and how much of it. */
export interface HistoryLimits {
  readonly maxAgeMs: number;
  /** In the database, with indexes. */
  readonly maxBytes: number;
}

/** What was done to history. */
export interface TidyDeeds {
  /** The part that was begun. */
  readonly begun?: number;
  /** Parts that were dropped with everything in them. */
  readonly dropped: readonly number[];
  /** Segments that were made of terms. */
  readonly segments: number;
  /** Somebody used history for longer than others may be held up: parts stay as they are until another time. */
  readonly isInUse: boolean;
}

/**
 * Begins a new part of history when it is time, drops those that are too old or too much, and makes segments of what
 * blocks are found by. Of several processes one does it at a time. Each deed is a transaction of its own: ended in between, all
 * that was done stays, and the next time goes on from there.
 */
export async function tidyHistory(
  db: Database,
  limits: HistoryLimits,
  stop: AbortSignal,
): Promise<TidyDeeds> {
  const decide = async (tx: Database) => decideParts(await listParts(tx), limits);
  const begun = await tidying(db, async (tx) => {
    const { begin } = await decide(tx);
    if (begin !== undefined) await beginPart(tx, begin);
    return begin;
  });
  const dropped = await repeat(stop, () =>
    tidying(db, async (tx) => {
      const oldest = (await decide(tx)).drop[0];
      if (oldest !== undefined) await dropPart(tx, oldest);
      return oldest;
    }),
  );
  const merged = await repeat(stop, () => tidying(db, mergeNext));
  return {
    ...(typeof begun === 'number' && { begun }),
    dropped: dropped.done,
    segments: merged.done.length,
    isInUse: [begun, dropped.end, merged.end].includes('inUse'),
  };
}

/** Until there is nothing more to do, or something hinders it. */
async function repeat(
  stop: AbortSignal,
  work: () => Promise<number | undefined | Hindrance>,
): Promise<{ readonly done: readonly number[]; readonly end?: Hindrance }> {
  const done: number[] = [];
  while (!stop.aborted) {
    const one = await work();
    if (one === undefined) break;
    if (typeof one === 'string') return { done, end: one };
    done.push(one);
  }
  return { done };
}

export interface PartDecision {
  /** The number of the part to begin. */
  readonly begin?: number;
  /** Parts to drop, the oldest first. */
  readonly drop: readonly number[];
}

/**
 * A part lasts for a day, or until it has a sixteenth of what history may have: so much more than asked for is kept, or
 * so much less. What nothing has come to goes on. What a part holds is as old as the beginning of the next, at least.
 *
 * @param parts - the oldest first; what is new goes into the last.
 */
export function decideParts(
  parts: readonly HistoryPart[],
  { maxAgeMs, maxBytes }: HistoryLimits,
): PartDecision {
  const current = parts.at(-1);
  if (current === undefined) return { drop: [] };
  const isOld = current.ageMs >= Math.min(dayMs, maxAgeMs);
  const isOver = !current.isEmpty && (isOld || current.bytes >= maxBytes / partsOfSize);
  const bytesFrom = (index: number) => parts.slice(index).reduce((sum, { bytes }) => sum + bytes, 0);
  const drop = parts.filter(
    (_part, index) =>
      index < parts.length - 1 && ((parts[index + 1]?.ageMs ?? 0) >= maxAgeMs || bytesFrom(index) > maxBytes),
  );
  return { ...(isOver && { begin: current.part + 1 }), drop: drop.map(({ part }) => part) };
}

const dayMs = 86_400_000;
const partsOfSize = 16;

/** Returns the part that has one segment more; `undefined`: there are not enough terms for one. */
async function mergeNext(tx: Database): Promise<number | undefined> {
  const fresh = await listFreshTerms(tx);
  const next = fresh.find(({ isOver, terms }) => isOver || terms >= termsOfSegment);
  if (next !== undefined) await mergeTerms(tx, next.part);
  return next?.part;
}
