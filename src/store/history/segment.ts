/**
 * A segment says which blocks have which terms, in a little more than four bytes for each: pairs of a term and a block,
 * sorted, as the differences between them. It lies in buckets, each of which has the terms that begin with the same bits,
 * so that whoever looks for one reads one bucket of each segment.
 */

/** A block and its terms, four bytes each, the first the highest, in any order. */
export interface TermsOfBlock {
  readonly id: number;
  readonly terms: Uint8Array;
}

export interface Bucket {
  /** A one, and after it the bits that its terms begin with: their number differs from segment to segment. */
  readonly bucket: number;
  readonly entries: Uint8Array;
}

/** Blocks of one segment: their place and a part of a term have to fit into a number that is exact. */
export const maxBlocks = 2 ** 20;

/**
 * The buckets of a segment, one after the other, without those that would be empty. The first comes only once all terms
 * have been sorted into buckets; each takes some tens of microseconds.
 *
 * @param blocks - at most `maxBlocks`, those with smaller ids first.
 */
export function* toBuckets(blocks: readonly TermsOfBlock[]): Generator<Bucket> {
  const bits = bitsFor(blocks.reduce((sum, { terms }) => sum + terms.length / 4, 0));
  const { pairs, starts } = toPairs(blocks, bits);
  const distances = Float64Array.from(blocks.toReversed(), ({ id }) => (blocks.at(-1)?.id ?? 0) - id);
  for (let bucket = 0; bucket < 2 ** bits; bucket++) {
    const own = pairs.subarray(starts[bucket], starts[bucket + 1]);
    if (own.length > 0) yield { bucket: 2 ** bits + bucket, entries: encode(own.sort(), distances) };
  }
}

/** All buckets that may have it, of whatever segment. */
export function bucketsOf(term: number): readonly number[] {
  return Array.from({ length: maxBits + 1 }, (_none, bits) => 2 ** bits + firstBits(term, bits));
}

export interface BucketSearch {
  readonly term: number;
  /** The largest id of a block of the segment. */
  readonly lastId: number;
  /** Only blocks with a smaller id. */
  readonly before: number;
  readonly limit: number;
}

/** Ids of the blocks that have the term, the largest first. */
export function searchBucket(
  { bucket, entries }: Bucket,
  { term, lastId, before, limit }: BucketSearch,
): readonly number[] {
  const bits = 31 - Math.clz32(bucket);
  if (bucket !== 2 ** bits + firstBits(term, bits)) return [];
  const wanted = term % 2 ** (32 - bits);
  const reader = new NumberReader(entries);
  const ids: number[] = [];
  let [rest, distance] = [0, 0];
  while (!reader.isOver && ids.length < limit) {
    const step = reader.next();
    rest += step;
    distance = step === 0 ? distance + reader.next() : reader.next();
    if (rest > wanted) break;
    if (rest === wanted && lastId - distance < before) ids.push(lastId - distance);
  }
  return ids;
}

/**
 * The entries of a bucket without those that are gone; `undefined`: it has none of these.
 *
 * @param lastId - the largest id of a block of the segment.
 */
export function withoutEntries(
  { bucket, entries }: Bucket,
  lastId: number,
  isGone: (term: number, id: number) => boolean,
): Uint8Array | undefined {
  const bits = 31 - Math.clz32(bucket);
  const first = (bucket - 2 ** bits) * 2 ** (32 - bits);
  const reader = new NumberReader(entries);
  const writer = new EntryWriter(entries.length);
  let [rest, distance, isLess] = [0, 0, false];
  while (!reader.isOver) {
    const step = reader.next();
    rest += step;
    distance = step === 0 ? distance + reader.next() : reader.next();
    if (isGone(first + rest, lastId - distance)) isLess = true;
    else writer.add(rest, distance);
  }
  return isLess ? writer.toBytes() : undefined;
}

/** So many terms a bucket at most, on average: a row of its table then holds them itself, without pages beside. */
const termsOfBucket = 400;
const maxBits = 16;

/** Of a pair, so many values say which block. */
const places = maxBlocks * 2;

function bitsFor(terms: number): number {
  return Math.min(maxBits, Math.max(0, Math.ceil(Math.log2(terms / termsOfBucket))));
}

function firstBits(term: number, bits: number): number {
  return Math.floor(term / 2 ** (32 - bits));
}

interface Pairs {
  /** The rest of a term, and the place of its block when counted from the last, in one number. */
  readonly pairs: Float64Array;
  /** Where the pairs of each bucket begin, and after them where the last one ends. */
  readonly starts: Uint32Array;
}

/** Counted first, so that each pair is written once, to where it belongs. */
function toPairs(blocks: readonly TermsOfBlock[], bits: number): Pairs {
  const starts = new Uint32Array(2 ** bits + 1);
  for (const { terms } of blocks) {
    for (let at = 0; at < terms.length; at += 4) {
      const bucket = bucketAt(terms, at, bits);
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
    }
  }
  for (let bucket = 0; bucket < 2 ** bits; bucket++) {
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
  }
  const pairs = new Float64Array(starts[2 ** bits] ?? 0);
  const next = starts.slice();
  const restOf = 2 ** (32 - bits);
  blocks.forEach(({ terms }, index) => {
    const place = blocks.length - 1 - index;
    for (let at = 0; at < terms.length; at += 4) {
      const bucket = bucketAt(terms, at, bits);
      const free = next[bucket] ?? 0;
      next[bucket] = free + 1;
      pairs[free] = (termAt(terms, at) % restOf) * places + place;
    }
  });
  return { pairs, starts };
}

function bucketAt(terms: Uint8Array, at: number, bits: number): number {
  return (((terms[at] ?? 0) << 8) | (terms[at + 1] ?? 0)) >>> (16 - bits);
}

function termAt(terms: Uint8Array, at: number): number {
  const high = ((terms[at] ?? 0) << 8) | (terms[at + 1] ?? 0);
  const low = ((terms[at + 2] ?? 0) << 8) | (terms[at + 3] ?? 0);
  return high * 65_536 + low;
}

/**
 * For each pair, how much larger the rest of its term is than that of the one before, and how far its block is from the
 * last: of the same term, from the block before.
 */
function encode(pairs: Float64Array, distances: Float64Array): Uint8Array {
  const writer = new EntryWriter(pairs.length * maxPairBytes);
  let before = -1;
  for (const pair of pairs) {
    if (pair === before) continue;
    const own = Math.floor(pair / places);
    writer.add(own, distances[pair - own * places] ?? 0);
    before = pair;
  }
  return writer.toBytes();
}

class EntryWriter {
  readonly #bytes: Uint8Array;
  #length = 0;
  #rest = 0;
  #distance = 0;

  /** @param room - bytes that there are at most. */
  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  add(rest: number, distance: number): void {
    const step = rest - this.#rest;
    this.#write(step);
    this.#write(step === 0 ? distance - this.#distance : distance);
    [this.#rest, this.#distance] = [rest, distance];
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #write(value: number): void {
    let left = value;
    while (left >= 128) {
      this.#bytes[this.#length++] = 128 | (left % 128);
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#length++] = left;
  }
}

/** 32 bits and 53 bits, seven a byte. */
const maxPairBytes = 5 + 8;

class NumberReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    let [value, scale, byte] = [0, 1, 128];
    while (byte >= 128) {
      byte = this.#bytes[this.#at++] ?? 0;
      value += (byte % 128) * scale;
      scale *= 128;
    }
    return value;
  }
}
