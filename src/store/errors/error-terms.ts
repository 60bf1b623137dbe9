import { addTerms, holdsText, termOf, wordsInText } from '../../contract/text/search-terms.ts';

/** What is kept of an error: a record, or the text of what could not be read. */
export type FailedRecord = { readonly key: string; readonly native: unknown } | { readonly raw: string };

/** By what an error is found, as a literal of `integer[]`: the values of its record and its key, or words of its text. */
export function toTermsColumn(record: FailedRecord): string {
  const terms = new Set<number>();
  if ('raw' in record) addTerms(wordsInText(record.raw), terms);
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

/** Does it say just this? Two texts may have one term. */
export function saysText(record: FailedRecord, text: string): boolean {
  return holdsText('raw' in record ? wordsInText(record.raw) : [record.key, record.native], text);
}
