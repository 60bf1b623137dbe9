import { addTerms, termOf } from '../../contract/text/search-terms.ts';

/** What is kept of an error: a record, or the text of what could not be read. */
export type FailedRecord = { readonly key: string; readonly native: unknown } | { readonly raw: string };

/** By what an error is found, as a literal of `integer[]`: the values of its record and its key, or words of its text. */
export function toTermsColumn(record: FailedRecord): string {
  const terms = new Set<number>();
  if ('raw' in record) addTerms(wordsOfText(record.raw), terms);
  else addTerms([record.key, record.native], terms);
  return `{${[...terms].map(toSigned).join(',')}}`;
}

/** The term of a text as the column has it; `undefined` for a text that is none. */
export function toTermColumn(text: string): number | undefined {
  const term = termOf(text);
  return term === undefined ? undefined : toSigned(term);
}

/** A column of 32 bits has a sign. */
function toSigned(term: number): number {
  return term | 0;
}

/** Words of what is no record: a line of a file that is cut off. */
export function wordsOfText(raw: string): readonly string[] {
  return raw.split(/[^\p{L}\p{N}@._+/-]+/u).slice(0, 10_000);
}
