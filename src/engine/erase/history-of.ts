import { termOfKey } from '../../contract/text/search-terms.ts';
import { listBlocks } from '../../store/erase/blocks.ts';
import type { BlockRef } from '../../store/history/block.ts';
import { findBlocks } from '../../store/history/find-blocks.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Person } from './meant.ts';

/** Blocks in memory at once. */
export const blocksAtOnce = 20;

/** Values that are looked for at once. */
const termsAtOnce = 50;

/** Blocks that may have something of a person: by what records are found, however much history there is. */
export async function* findHistoryOf(
  db: Database,
  { texts, records }: Pick<Person, 'texts' | 'records'>,
): AsyncGenerator<readonly BlockRef[]> {
  const keys = [...records.values()].flatMap((some) => [...some]);
  const terms = [...new Set([...texts, ...keys].map(termOfKey))];
  for (let from = 0; from < terms.length; from += termsAtOnce) {
    const some = terms.slice(from, from + termsAtOnce);
    let before: BlockRef | undefined;
    do {
      const refs = await findBlocks(db, { terms: some, limit: blocksAtOnce, ...(before && { before }) });
      yield refs;
      before = refs.length < blocksAtOnce ? undefined : refs.at(-1);
    } while (before);
  }
}

/** All blocks, one after the other: a value that stands inside of a longer one is found by nothing else. */
export async function* walkHistory(db: Database): AsyncGenerator<readonly BlockRef[]> {
  let after: BlockRef | undefined;
  do {
    const refs: readonly BlockRef[] = await listBlocks(db, after, blocksAtOnce);
    yield refs;
    after = refs.length < blocksAtOnce ? undefined : refs.at(-1);
  } while (after);
}
