import { wordsInText } from '../../contract/text/search-terms.ts';

/** What may be values in the text of something that could not be read as a record; of anything else, that itself. */
export function valuesOf(native: unknown): unknown {
  return typeof native === 'string' ? wordsInText(native) : native;
}
