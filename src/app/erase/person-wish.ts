import { Fault } from '../../contract/fault.ts';
import { whyNoName } from '../../contract/text/record-bounds.ts';
import { fold } from '../../engine/erase/meant.ts';
import { loadEraseHash } from '../../store/erase/erased-keys.ts';
import { isSearchable } from '../../store/history/find-steps.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { type Alias, type FoundPerson, findPerson } from './find-person.ts';

/** Who is to be erased. */
export interface EraseWish {
  /** Values that name a person: customer numbers, e-mail addresses, ids at a target. Each is meant as a whole value. */
  readonly texts: readonly string[];
  /** Only records that say one of them; without it, also those that say by what else the person is known. */
  readonly isOnly?: boolean | undefined;
  /** All of history is looked through, also for values that stand inside of longer ones. */
  readonly isThorough?: boolean | undefined;
  /** Entities whose records are people; absent: `customer`. */
  readonly entities?: readonly string[] | undefined;
}

/** By what a person was found, and how many records of each flow are about him. */
export interface PersonDocument {
  readonly aliases: readonly Alias[];
  readonly flows: readonly { readonly flow: string; readonly records: number }[];
}

/** Throws a Fault TL_ARGUMENT_INVALID for values that can name nobody. */
export async function findWished(open: OpenDatabase, wish: EraseWish): Promise<FoundPerson> {
  const { texts, isOnly = false, entities = ['customer'] } = wish;
  if (texts.length === 0)
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      'who is meant? a customer number, an e-mail address or another value says so',
    );
  for (const text of texts) {
    const why = text.trim().length < 2 ? 'is too short: it would be found everywhere' : whyNoName(text);
    if (why !== undefined)
      throw new Fault('TL_ARGUMENT_INVALID', `the value of ${text.length} characters ${why}`);
  }
  return await findPerson(open, { texts: texts.map((text) => text.trim()), isOnly, entities });
}

/** Some values are no terms: an address of a page, what is very long. They are found by looking at all there is. */
export function isThorough({ texts, isThorough: isWished = false }: EraseWish): boolean {
  return isWished || texts.some((text) => !isSearchable(text.trim()));
}

export function describePerson({ aliases, records }: FoundPerson): PersonDocument {
  const flows = [...records].map(([flow, keys]) => ({ flow, records: keys.size }));
  return { aliases, flows: flows.toSorted((a, b) => (a.flow < b.flow ? -1 : 1)) };
}

/** By these, an erasure is known again by whoever knows the value. */
export async function hashesOf(db: Database, texts: readonly string[]): Promise<readonly string[]> {
  const hash = await loadEraseHash(db);
  return texts.map((text) => hash(fold(text)).toString('hex'));
}
