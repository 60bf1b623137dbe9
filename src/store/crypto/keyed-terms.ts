import { type Database, keyringOf } from '../postgres/database.ts';

/**
 * The terms (hashes, 0 to 2³² - 1) that a search asks for: as they are kept with a key, and as they were kept before there
 * was one. What has one of them is compared itself afterwards.
 */
export async function keyedTermsOf(db: Database, terms: readonly number[]): Promise<readonly number[]> {
  const keyring = keyringOf(db);
  if (keyring === undefined) return terms;
  const bytes = Buffer.alloc(4 * terms.length);
  terms.forEach((term, nth) => {
    bytes.writeUInt32BE(term, 4 * nth);
  });
  const keyed = await keyring.keyTerms(bytes);
  return [...terms, ...terms.map((_term, nth) => keyed.readUInt32BE(4 * nth))];
}
