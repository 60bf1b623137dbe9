import { describe, expect, it } from 'vitest';
import { addTerms, holdsText, maxTerms, termOf } from '../../../src/contract/text/search-terms.ts';

const order = {
  ID: 'SO-4711',
  Number: 4711,
  Total: 19.9,
  Open: true,
  Buyer: { Email: ' Anna.Müller@Example.com ', Note: 'x'.repeat(101) },
  Lines: [{ Sku: 'A-1' }, { Sku: 'B-2' }],
  ChangedAt: '2026-11-29T06:00:00Z',
  Picture: 'https://shop.example/a.png',
};

function termsOf(record: unknown): ReadonlySet<number> {
  const terms = new Set<number>();
  addTerms(record, terms);
  return terms;
}

describe('terms that records are found by', () => {
  it.each([
    'SO-4711',
    'so-4711',
    '4711',
    ' 4711 ',
    'anna.müller@example.com',
    'ANNA.MU\u0308LLER@EXAMPLE.COM',
    'B-2',
  ])('have %j', (text) => {
    expect(termsOf(order)).toContain(termOf(text));
    expect(holdsText(order, text)).toBe(true);
  });

  it.each([
    'SO-47',
    '19.9',
    'true',
    'x'.repeat(101),
    '2026-11-29T06:00:00Z',
    'https://shop.example/a.png',
    '',
    'x',
  ])('do not have %j', (text) => {
    const term = termOf(text);
    expect(term === undefined || !termsOf(order).has(term)).toBe(true);
    expect(holdsText(order, text)).toBe(false);
  });

  it('are bounded in a record of many values', () => {
    const many = { values: Array.from({ length: maxTerms + 1 }, (_, nth) => `value ${nth}`) };
    expect(termsOf(many).size).toBe(maxTerms);
  });

  it('end in a record of many levels', () => {
    let deep: unknown = 'SO-4711';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(termsOf(deep).size).toBe(0);
  });
});
