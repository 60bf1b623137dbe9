import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketsOf,
  searchBucket,
  type TermsOfBlock,
  toBuckets,
} from '../../../../src/store/history/segment.ts';

/** Few terms, that lie close together, at both ends, and anywhere. */
const term = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 - 1 }),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);

const segment = fc
  .uniqueArray(
    fc.record({
      id: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
      terms: fc.array(term, { maxLength: 60 }),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 40 },
  )
  .map((blocks) => blocks.toSorted((a, b) => a.id - b.id));

type Blocks = readonly { readonly id: number; readonly terms: readonly number[] }[];

function search(blocks: Blocks, wanted: number, { before = Number.POSITIVE_INFINITY, limit = 1_000 } = {}) {
  const lastId = blocks.at(-1)?.id ?? 0;
  return [...toBuckets(blocks.map(toBytes))]
    .filter(({ bucket }) => bucketsOf(wanted).includes(bucket))
    .flatMap((bucket) => searchBucket(bucket, { term: wanted, lastId, before, limit }));
}

function toBytes({ id, terms }: Blocks[number]): TermsOfBlock {
  const bytes = Buffer.alloc(4 * terms.length);
  terms.forEach((each, index) => {
    bytes.writeUInt32BE(each, 4 * index);
  });
  return { id, terms: bytes };
}

const having = (blocks: Blocks, wanted: number) =>
  blocks
    .filter(({ terms }) => terms.includes(wanted))
    .map(({ id }) => id)
    .toReversed();

describe('a segment', () => {
  it('gives each block of each term once, the newest first', () => {
    fc.assert(
      fc.property(segment, term, (blocks, other) => {
        for (const wanted of new Set([other, ...blocks.flatMap(({ terms }) => terms)])) {
          expect(search(blocks, wanted)).toEqual(having(blocks, wanted));
        }
      }),
    );
  });

  it('gives pages of them', () => {
    fc.assert(
      fc.property(segment, fc.integer({ min: 1, max: 4 }), fc.nat(), (blocks, limit, nth) => {
        const all = blocks.flatMap(({ terms }) => terms);
        const wanted = all[nth % Math.max(1, all.length)] ?? 0;
        const before = blocks[nth % blocks.length]?.id ?? 0;
        const expected = having(blocks, wanted).filter((id) => id < before);
        expect(search(blocks, wanted, { before, limit })).toEqual(expected.slice(0, limit));
      }),
    );
  });

  it('takes as many buckets as it has terms for, and few bytes for each', () => {
    // Spread as hashes are, and the same each time.
    const terms = Array.from({ length: 100_000 }, (_none, index) => Math.imul(index + 1, 0x9e3779b1) >>> 0);
    const blocks = Array.from({ length: 100 }, (_none, index) => ({
      id: 1 + 3 * index,
      terms: terms.slice(1_000 * index, 1_000 * (index + 1)),
    }));
    const buckets = [...toBuckets(blocks.map(toBytes))];
    expect(buckets).toHaveLength(256);
    expect(Math.max(...buckets.map(({ entries }) => entries.length))).toBeLessThan(2_000);
    expect(buckets.reduce((sum, { entries }) => sum + entries.length, 0)).toBeLessThan(4.5 * terms.length);
    expect(search(blocks, terms[77_777] ?? 0)).toEqual([1 + 3 * 77]);
  });

  it('of blocks without terms has no buckets', () => {
    expect([...toBuckets([{ id: 7, terms: new Uint8Array() }])]).toEqual([]);
    expect([...toBuckets([])]).toEqual([]);
  });
});
