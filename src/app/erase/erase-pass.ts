import type { Engine } from '../../engine/engine.ts';
import {
  eraseDecisions,
  eraseErrors,
  findDecisionsAbout,
  findErrorsAbout,
} from '../../engine/erase/erase-errors.ts';
import { eraseInBlocks } from '../../engine/erase/erase-history.ts';
import { eraseKnownOf, findKnownOf } from '../../engine/erase/erase-known.ts';
import { eraseWaiting } from '../../engine/erase/erase-lanes.ts';
import { erasePatched, eraseTexts } from '../../engine/erase/erase-texts.ts';
import { findHistoryOf, walkHistory } from '../../engine/erase/history-of.ts';
import type { Person, PersonMatcher } from '../../engine/erase/meant.ts';
import type { LaneRef } from '../../store/erase/waiting.ts';
import type { Database } from '../../store/postgres/database.ts';
import { type EraseCounts, nothingErased } from './counts.ts';

/** What one pass has to know of those before. */
export interface PassWish {
  readonly person: Person;
  readonly meant: PersonMatcher;
  readonly by: string;
  readonly isThorough: boolean;
  /** Errors that were touched before were looked through by an earlier pass. */
  readonly since: Date | undefined;
  /** Ids of errors that are erased, to which each pass adds. */
  readonly errors: Set<number>;
}

export interface Pass {
  readonly counts: EraseCounts;
  readonly kept: number;
  readonly busy: readonly LaneRef[];
}

/**
 * Erases along the way of records: what waits first, since what is under way ends up among the errors or in history. What
 * was at another place in the moment in which that one was looked through is found by the next pass.
 */
export async function erasePass(engine: Engine, wish: PassWish): Promise<Pass> {
  const { db } = engine;
  const { person, meant, errors } = wish;
  const waiting = await eraseWaiting(engine, { meant, errors });
  const failed = await eraseFailed(db, wish);
  const patches = await erasePatched(db, meant, 'erase');
  const decisions = await eraseDecided(db, meant);
  const texts = await eraseTexts(db, meant, 'erase');
  const history = await eraseHistory(db, wish);
  const known = await findKnownOf(db, person, meant);
  const ids = await eraseKnownOf(db, known, person.texts);
  const { staged, held, busy } = waiting;
  const counts = { ...nothingErased, staged, held, ...failed, patches, decisions, texts, history, ids };
  return { counts, kept: known.kept, busy };
}

async function eraseFailed(db: Database, { meant, by, since, errors }: PassWish) {
  let [whole, errorTexts] = [0, 0];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const found = await findErrorsAbout(db, { after, since }, meant);
    await eraseErrors(db, { found, by, meant });
    for (const { id } of found.whole) errors.add(id);
    whole += found.whole.length;
    errorTexts += found.told.length;
    after = found.last;
  }
  return { errors: whole, errorTexts };
}

async function eraseDecided(db: Database, meant: PersonMatcher): Promise<number> {
  let count = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const found = await findDecisionsAbout(db, after, meant);
    await eraseDecisions(db, found);
    count += found.gone.length + found.emptied.length;
    after = found.last;
  }
  return count;
}

async function eraseHistory(db: Database, { person, meant, isThorough, since }: PassWish): Promise<number> {
  let count = 0;
  for await (const refs of findHistoryOf(db, person)) count += await eraseInBlocks(db, refs, meant);
  // Once: what came to history since is of records that have the values as values.
  if (!isThorough || since !== undefined) return count;
  for await (const refs of walkHistory(db)) count += await eraseInBlocks(db, refs, meant);
  return count;
}
