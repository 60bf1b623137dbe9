import { formatSize } from '../../../src/contract/quantity.ts';
import { hasBrokenText } from './decode-file.ts';
import { brokenRow, type Entries, type Entry } from './entry.ts';
import { readLines } from './lines.ts';

/** Where a field stands in its line. */
export interface FixedField {
  readonly name: string;
  /** Column of its first character, from 1. */
  readonly start: number;
  /** In characters. */
  readonly length: number;
}

export interface FixedWidthFile {
  readonly file: string;
  readonly encoding: string;
  readonly maxRecordBytes: number;
  /** Lines before the first record. */
  readonly skip: number;
  readonly fields: readonly FixedField[];
}

/** One record a line, its fields by their columns, without the blanks around them. `chunks` is UTF-8. */
export async function* readFixedWidth(chunks: AsyncIterable<Buffer>, file: FixedWidthFile): Entries {
  const ends = file.fields.map(({ start, length }) => start + length - 1);
  const width = Math.max(...ends);
  // Blanks at the end of a line are often cut off: all but the last field have to be there.
  const least = Math.max(...file.fields.map(({ start }) => start));
  for await (const lines of readLines(chunks, file.maxRecordBytes)) {
    yield lines.flatMap(({ raw, bytes, line }): Entry[] => {
      if (line <= file.skip || (bytes <= raw.length + 2 && raw.every((byte) => byte === 32))) return [];
      const place = { file: file.file, line };
      if (bytes - 2 > file.maxRecordBytes) {
        const problem = `the record is larger than ${formatSize(file.maxRecordBytes)}`;
        return [brokenRow(place, problem, raw, 'TL_RECORD_TOO_LARGE')];
      }
      if (hasBrokenText(raw, file.encoding))
        return [brokenRow(place, `the line is not ${file.encoding} text`, raw)];
      const characters = [...raw.toString('utf8')];
      if (characters.length < least || characters.length > width) {
        const expected = least === width ? `${width}` : `${least} to ${width}`;
        return [brokenRow(place, `the line has ${characters.length} characters, expected ${expected}`, raw)];
      }
      const record = Object.fromEntries(
        file.fields.map(({ name, start, length }) => [
          name,
          characters
            .slice(start - 1, start - 1 + length)
            .join('')
            .trim(),
        ]),
      );
      return [{ record, line, bytes: raw.length, raw }];
    });
  }
}
