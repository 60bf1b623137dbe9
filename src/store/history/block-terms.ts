import type { TermSink } from '../../contract/text/search-terms.ts';
import { Sealable } from '../crypto/sealable.ts';

/** The terms of a block, in no order; of those that occur again soon, most are left out. */
export class BlockTerms implements TermSink {
  readonly #recent: Uint32Array = new Uint32Array(recentTerms);
  #terms: Uint32Array = new Uint32Array(1_024);
  #count = 0;

  add(term: number): void {
    const place = term & (recentTerms - 1);
    // Empty places are 0: that one term is added each time.
    if (this.#recent[place] === term && term !== 0) return;
    this.#recent[place] = term;
    if (this.#count === this.#terms.length) {
      const larger = new Uint32Array(2 * this.#count);
      larger.set(this.#terms);
      this.#terms = larger;
    }
    this.#terms[this.#count++] = term;
  }

  /** Four bytes each, the first the highest. */
  pack(): Sealable {
    const bytes = this.#toBytes();
    return new Sealable((seal) => seal.terms(bytes));
  }

  #toBytes(): Buffer {
    const bytes = Buffer.allocUnsafe(4 * this.#count);
    for (let index = 0; index < this.#count; index++) {
      const term = this.#terms[index] ?? 0;
      bytes.writeUInt32BE(term, 4 * index);
    }
    return bytes;
  }
}

/** A power of two. */
const recentTerms = 4_096;

/** A term as it stands in the bytes of a block. */
export function toTermBytes(term: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(term);
  return bytes;
}
