/** What may be values in the text of something that could not be read as a record; of anything else, that itself. */
export function valuesOf(native: unknown): unknown {
  return typeof native === 'string' ? native.split(separators).slice(0, maxWords) : native;
}

const separators = /[\s"',;:|<>=(){}[\]\\]+/;
const maxWords = 2_000;
