import {
  eraseKnown,
  findKnownPlaces,
  findPlacesOfFlow,
  type KeyPlace,
} from '../../store/erase/erased-keys.ts';
import { renameGuarded } from '../../store/erase/texts.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Person, PersonMatcher } from './meant.ts';

/** What is known of keys at targets. */
export interface FoundKnown {
  /** They name the person, as a key or as an id. */
  readonly gone: readonly KeyPlace[];
  /** Of other records of his, such as an order by its number: kept, so that it is not created a second time. */
  readonly kept: number;
}

/** Keys of a flow at once. */
const keysAtOnce = 1_000;

export async function findKnownOf(
  db: Database,
  { texts, records }: Person,
  meant: PersonMatcher,
): Promise<FoundKnown> {
  const gone = new Map((await findKnownPlaces(db, texts)).map((place) => [nameOf(place), place]));
  let kept = 0;
  for (const [flow, all] of records) {
    const keys = [...all];
    for (let from = 0; from < keys.length; from += keysAtOnce) {
      for (const place of await findPlacesOfFlow(db, flow, keys.slice(from, from + keysAtOnce))) {
        if (gone.has(nameOf(place))) continue;
        if (meant.redact(place.key) === undefined) kept += 1;
        else gone.set(nameOf(place), place);
      }
    }
  }
  return { gone: [...gone.values()], kept };
}

function nameOf({ space, key }: KeyPlace): string {
  return `${space}\n${key}`;
}

/** Returns how many it was. */
export async function eraseKnownOf(
  db: Database,
  { gone }: FoundKnown,
  texts: readonly string[],
): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    await renameGuarded(tx, texts);
    return await eraseKnown(tx, gone);
  });
}
