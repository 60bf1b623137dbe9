import { addTerms, holdsText, termOf, wordsInText } from '../../contract/text/search-terms.ts';
import { keyedTermsOf } from '../crypto/keyed-terms.ts';
import { Sealable } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';

/** What is kept of an error: a record, or the text of what could not be read. */
export type FailedRecord = { readonly key: string; readonly native: unknown } | { readonly raw: string };

/** By what an error is found, as a literal of `integer[]`: the values of its record and its key, or words of its text. */
export function toTermsColumn(record: FailedRecord): Sealable {
  const terms = new Set<number>();
  if ('raw' in record) addTerms(wordsInText(record.raw), terms);
  else addTerms([record.key, record.native], terms);
  const bytes = Buffer.alloc(4 * terms.size);
  [...terms].forEach((term, nth) => {
    bytes.writeUInt32BE(term, 4 * nth);
  });
  return new Sealable((seal) => toLiteral(seal.terms(bytes)));
}

/** A column of 32 bits has a sign. */
function toLiteral(terms: Buffer): string {
  return `{${Array.from({ length: terms.length / 4 }, (_none, nth) => terms.readInt32BE(4 * nth)).join(',')}}`;
}

/** The term of a text as the column may have it: with a key, and from before there was one. Empty for a text that is none. */
export async function toTermColumns(db: Database, text: string): Promise<readonly number[]> {
  const term = termOf(text);
  return term === undefined ? [] : (await keyedTermsOf(db, [term])).map((each) => each | 0);
}

/** Does it say just this? Two texts may have one term. */
export function saysText(record: FailedRecord, text: string): boolean {
  return holdsText('raw' in record ? wordsInText(record.raw) : [record.key, record.native], text);
}
