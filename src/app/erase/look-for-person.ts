import { countAudited } from '../../engine/erase/erase-audit.ts';
import { findDecisionsAbout, findErrorsAbout } from '../../engine/erase/erase-errors.ts';
import { countInBlocks } from '../../engine/erase/erase-history.ts';
import { findKnownOf } from '../../engine/erase/erase-known.ts';
import { countWaitingAbout } from '../../engine/erase/erase-lanes.ts';
import { erasePatched, eraseTexts } from '../../engine/erase/erase-texts.ts';
import { findHistoryOf, walkHistory } from '../../engine/erase/history-of.ts';
import { compileMeant, type Person, type PersonMatcher } from '../../engine/erase/meant.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { EraseCounts } from './counts.ts';

export interface PersonLook {
  readonly counts: EraseCounts;
  /** What is known of his records by keys that do not name him: kept, so that nothing is created twice. */
  readonly kept: number;
}

/** How much of a person there is. Changes nothing. */
export async function lookForPerson(db: Database, person: Person, isThorough: boolean): Promise<PersonLook> {
  const meant = compileMeant(person);
  const { errors, errorTexts } = await countErrors(db, meant);
  const waiting = await countWaitingAbout(db, { meant, errors });
  const known = await findKnownOf(db, person, meant);
  const counts = {
    history: await countHistory(db, { person, meant, isThorough }),
    ...{ staged: waiting.staged, held: waiting.held },
    ...{ errors: errors.size, errorTexts },
    decisions: await countDecisions(db, meant),
    patches: await erasePatched(db, meant, 'count'),
    ids: known.gone.length,
    texts: await eraseTexts(db, meant, 'count'),
    audit: await countAudited(db, { meant, errors }),
  };
  return { counts, kept: known.kept };
}

async function countErrors(db: Database, meant: PersonMatcher) {
  const errors = new Set<number>();
  let errorTexts = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const found = await findErrorsAbout(db, { after, since: undefined }, meant);
    for (const { id } of found.whole) errors.add(id);
    errorTexts += found.told.length;
    after = found.last;
  }
  return { errors, errorTexts };
}

async function countDecisions(db: Database, meant: PersonMatcher): Promise<number> {
  let count = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const found = await findDecisionsAbout(db, after, meant);
    count += found.gone.length + found.emptied.length;
    after = found.last;
  }
  return count;
}

interface HistoryWish {
  readonly person: Person;
  readonly meant: PersonMatcher;
  readonly isThorough: boolean;
}

/** A block may have several of the values that are looked for: each is counted once. */
async function countHistory(db: Database, { person, meant, isThorough }: HistoryWish): Promise<number> {
  const counted = new Set<number>();
  let count = 0;
  for await (const refs of isThorough ? walkHistory(db) : findHistoryOf(db, person)) {
    const fresh = refs.filter(({ id }) => !counted.has(id));
    for (const { id } of fresh) counted.add(id);
    count += await countInBlocks(db, fresh, meant);
  }
  return count;
}
