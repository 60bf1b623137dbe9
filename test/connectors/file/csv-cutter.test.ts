import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvCutter, type Piece } from '../../../connectors/file/parse/csv/csv-cutter.ts';

async function cut(chunks: readonly Buffer[], maxRecordBytes = 1_000_000): Promise<readonly Piece[]> {
  const cutter = new CsvCutter({ delimiter: ',', quote: '"', newline: 10, maxRecordBytes });
  const pieces: Piece[] = [];
  for (const chunk of chunks) pieces.push(...(await cutter.push(chunk)));
  return [...pieces, ...(await cutter.end())];
}

function split(bytes: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let from = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(from, from + length));
    from += length;
  }
  return [...chunks, bytes.subarray(from)];
}

const dirt = fc
  .array(fc.constantFrom('a', 'ä', ',', '"', '""', '\n', '\r\n', ',"b"', '\n\n'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join('')));
const lengths = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 });

test('cuts the same pieces wherever one chunk ends and the next begins', async () => {
  await fc.assert(
    fc.asyncProperty(dirt, lengths, async (bytes, sizes) => {
      expect(await cut(split(bytes, sizes))).toEqual(await cut([bytes]));
    }),
    { numRuns: 500, seed: 4711 },
  );
});

test('loses nothing: every line that is not empty is in a piece, at its line number', async () => {
  await fc.assert(
    fc.asyncProperty(dirt, lengths, fc.constantFrom(3, 1_000_000), async (bytes, sizes, maxRecordBytes) => {
      const lines = bytes
        .toString()
        .split('\n')
        .map((line) => line.replace(/\r$/, ''));
      const found = new Map<number, string>();
      for (const { line, raw } of await cut(split(bytes, sizes), maxRecordBytes)) {
        for (const [index, text] of raw.toString().split('\n').entries())
          found.set(line + index, text.replace(/\r$/, ''));
      }
      for (const [index, line] of lines.entries()) {
        if (line === '') continue;
        // Of a line that is too large, the beginning is kept.
        const text = found.get(index + 1) ?? '(missing)';
        expect(maxRecordBytes > 3 ? text : line.slice(0, 1)).toBe(
          maxRecordBytes > 3 ? line : text.slice(0, 1),
        );
      }
    }),
    { numRuns: 500, seed: 4711 },
  );
});
