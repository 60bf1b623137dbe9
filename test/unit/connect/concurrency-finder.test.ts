import { describe, expect, it } from 'vitest';
import { ConcurrencyFinder } from '../../../src/connect/limits/concurrency-finder.ts';

const range = { from: 16, upTo: 64 };

describe('how many requests at once serve a system best', () => {
  it('is as many as there may be at one that takes all of them as quickly', () => {
    expect(concurrencyAfter(500, () => 20)).toBe(64);
  });

  it('is the least at one that works on one after the other', () => {
    expect(concurrencyAfter(2_000, (atOnce) => atOnce * 5)).toBeLessThanOrEqual(20);
  });

  it('is about what a system works on at once', () => {
    const found = concurrencyAfter(5_000, (atOnce) => 20 * Math.max(1, atOnce / 32));
    expect(found).toBeGreaterThanOrEqual(28);
    expect(found).toBeLessThanOrEqual(45);
  });

  it('is not tried out where there is nothing more to send', () => {
    const finder = new ConcurrencyFinder(range);
    for (let nth = 0; nth < 500; nth += 1) finder.noteAnswer('create', 20, false, nth);
    expect(finder.concurrency).toBe(16);
  });

  it('is half as many after a system asked for patience, and stays so for half a minute', () => {
    const finder = grown();
    finder.noteTrouble(10_000);
    expect(finder.concurrency).toBe(32);
    for (let nth = 0; nth < 500; nth += 1) finder.noteAnswer('create', 20, true, 10_000 + nth);
    expect(finder.concurrency).toBe(32);
    for (let nth = 0; nth < 500; nth += 1) finder.noteAnswer('create', 20, true, 40_000 + nth);
    expect(finder.concurrency).toBe(64);
  });

  it('is never less than the least', () => {
    const finder = grown();
    for (let nth = 0; nth < 5; nth += 1) finder.noteTrouble(10_000);
    expect(finder.concurrency).toBe(16);
  });

  it('comes down where a system gets slower, and up again once that is what is usual', () => {
    const finder = grown();
    for (let nth = 0; nth < 240; nth += 1) finder.noteAnswer('create', 60, true, nth);
    expect(finder.concurrency).toBeLessThan(20);
    for (let nth = 0; nth < 2_000; nth += 1) finder.noteAnswer('create', 60, true, nth);
    expect(finder.concurrency).toBe(64);
  });

  it('does not take pages that take long for creates that have become slow', () => {
    const finder = grown();
    for (let nth = 0; nth < 1_000; nth += 1) {
      finder.noteAnswer('create', 20, true, nth);
      if (nth % 3 === 0) finder.noteAnswer('read', 400, true, nth);
    }
    expect(finder.concurrency).toBe(64);
  });

  it('is found over a first answer that took long for its connection to be made', () => {
    const finder = new ConcurrencyFinder(range);
    for (let nth = 0; nth < 16; nth += 1) finder.noteAnswer('create', 300, true, nth);
    expect(concurrencyAfter(3_000, (atOnce) => atOnce * 5, finder)).toBeLessThanOrEqual(25);
  });
});

/** What is found after so many answers of a system that takes so many ms with so many requests at once. */
function concurrencyAfter(
  answers: number,
  msOf: (atOnce: number) => number,
  finder = new ConcurrencyFinder(range),
): number {
  for (let nth = 0; nth < answers; nth += 1) finder.noteAnswer('create', msOf(finder.concurrency), true, nth);
  return finder.concurrency;
}

function grown(): ConcurrencyFinder {
  const finder = new ConcurrencyFinder(range);
  expect(concurrencyAfter(500, () => 20, finder)).toBe(64);
  return finder;
}
