import type { Operation } from '../http/operation.ts';

/** How many requests may be under way at once at a system of which nobody has said that. */
export interface ConcurrencyRange {
  readonly from: number;
  readonly upTo: number;
}

/** Where answers take no longer than so many times what they usually take, the system would take more than it is given. */
const steady = 1.15;
/** Where they take longer than so many times that, requests only wait for each other there. */
const congested = 1.5;
/** Less than this says more about us than about the system. */
const leastMs = 1;
/** How much a round counts for what is usual. */
const weight = 0.3;
/** After a system asked for patience or did not answer, nobody tries for so long whether more is possible. */
const restMs = 30_000;

/**
 * Finds how many requests at once serve a system best, by how long its answers take, in rounds of as many answers as
 * requests may be under way. A quarter more where all places were in use and answers came as soon as with the least; a
 * fifth fewer where they take much longer; half with each sign that a system is in trouble.
 */
export class ConcurrencyFinder {
  readonly #range: ConcurrencyRange;
  /** By what is asked for: a page takes longer than a create. */
  readonly #rounds = new Map<Operation, Round>();
  #concurrency: number;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(range: ConcurrencyRange) {
    this.#range = range;
    this.#concurrency = range.from;
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  /** An answer took `ms`; `isFull`: others had to wait for a place meanwhile. `at`: of the monotonic clock, ms. */
  noteAnswer(operation: Operation, ms: number, isFull: boolean, at: number): void {
    const round = this.#rounds.get(operation) ?? new Round();
    this.#rounds.set(operation, round);
    round.add(ms, isFull);
    if (round.answers < this.#concurrency) return;
    const { slowness, wasFull } = round.end(this.#concurrency === this.#range.from);
    if (slowness > congested) this.#change(this.#concurrency * 0.8);
    else if (wasFull && slowness <= steady && at >= this.#restsUntil) this.#change(this.#concurrency * 1.25);
  }

  /** The system asked for patience, was away, or did not answer in time. */
  noteTrouble(at: number): void {
    this.#change(this.#concurrency / 2);
    this.#restsUntil = at + restMs;
  }

  #change(concurrency: number): void {
    const { from, upTo } = this.#range;
    this.#concurrency = Math.max(from, Math.min(upTo, Math.floor(concurrency)));
    for (const round of this.#rounds.values()) round.startAnew();
  }
}

class Round {
  answers = 0;
  #ms = 0;
  #full = 0;
  #isFirst = true;
  #usualMs: number | undefined;

  add(ms: number, isFull: boolean): void {
    this.answers += 1;
    this.#ms += ms;
    if (isFull) this.#full += 1;
  }

  /** How its answers compare with what is usual with the least under way, or has been even less since. */
  end(isLeast: boolean) {
    const mean = Math.max(leastMs, this.#ms / this.answers);
    const usual = this.#usualMs ?? mean;
    const wasFull = this.#full > this.answers / 2;
    this.startAnew();
    // In the first one connections were made.
    if (this.#isFirst) {
      this.#isFirst = false;
      return { slowness: 1, wasFull: false };
    }
    this.#usualMs = isLeast || mean < usual ? usual + weight * (mean - usual) : usual;
    return { slowness: mean / usual, wasFull };
  }

  startAnew(): void {
    this.answers = 0;
    this.#ms = 0;
    this.#full = 0;
  }
}
