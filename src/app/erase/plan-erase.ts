import { pageEntries } from '../../store/audit/page-entries.ts';
import { keyringOf } from '../../store/postgres/database.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import type { EraseCounts } from './counts.ts';
import { type Left, tellKept, tellOutOfReach, tellWeak } from './left.ts';
import { lookForPerson } from './look-for-person.ts';
import {
  describePerson,
  type EraseWish,
  findWished,
  hashesOf,
  isThorough,
  type PersonDocument,
} from './person-wish.ts';

export interface ErasePlan extends PersonDocument {
  readonly would: EraseCounts;
  /** Earlier erasures of one of the values, the newest first. */
  readonly before: readonly { readonly at: Date; readonly by: string | null }[];
  readonly left: readonly Left[];
}

/** What there is of a person. Changes nothing. Throws as `findWished`. */
export async function planErase(open: OpenDatabase, wish: EraseWish): Promise<ErasePlan> {
  const person = await findWished(open, wish);
  const { counts, kept } = await lookForPerson(open.db, person, isThorough(wish));
  return {
    ...describePerson(person),
    would: counts,
    before: await findBefore(open, wish),
    left: [
      ...tellKept(kept),
      ...tellWeak(person.aliases),
      ...tellOutOfReach(keyringOf(open.db) ? 'kept' : 'none'),
    ],
  };
}

/** More are not told. */
const mostBefore = 10;

async function findBefore({ db }: OpenDatabase, { texts }: EraseWish): Promise<ErasePlan['before']> {
  const hashes = await hashesOf(db, texts);
  const found = await Promise.all(
    hashes.map((hash) =>
      pageEntries(db, { deed: 'erase', about: { details: { state: 'done', values: [hash] } } }, mostBefore),
    ),
  );
  const entries = new Map(found.flat().map((entry) => [entry.id, entry]));
  return [...entries.values()]
    .map(({ at, by }) => ({ at, by }))
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
}
