import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesOf, takeTexts } from '../../../../src/store/history/text-places.ts';

const records = [
  {
    key: 'SO-1',
    native: { note: 'a "quoted" \\ text, with [brackets] and {braces}', lines: [{ sku: 'A-1' }] },
  },
  { key: 'SO-2', native: { email: 'Anna.Müller@Example.com', lines: [[], {}, [{ sku: 'B-2' }]] } },
  { key: 'SO-3', native: { number: 4711, empty: {}, text: '},{"key":"no"' } },
];
const json = JSON.stringify(records);

describe('placesOf', () => {
  it.each([
    ['so-2', [1]],
    [' A-1 ', [0]],
    ['anna.müller@example.com', [1]],
    ['"quoted" \\', [0]],
    ['4711', [2]],
    ['SO-', [0, 1, 2]],
    ['},{"key":"no"', [2]],
    ['nowhere', []],
  ])('knows in which records %j stands', (text, places) => {
    expect([...(placesOf(json, text) ?? [])]).toEqual(places);
  });

  it('gives up where letters have another length in the other case', () => {
    expect(placesOf(JSON.stringify([{ key: 'İİ' }, { key: 'x' }]), 'x')).toBeUndefined();
  });

  it('finds every record that holds a text, and takes it out whole', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 6 }), fc.nat(), (values, pick) => {
        const wrapped = values.map((native, nth) => ({ key: `K-${nth}`, native }));
        const text = JSON.stringify(wrapped);
        const place = pick % wrapped.length;
        const found = placesOf(text, `K-${place}`);
        if (found !== undefined) expect(found.has(place)).toBe(true);
        const all = new Set(wrapped.keys());
        const taken = takeTexts(text, all);
        expect([...all].map((nth) => JSON.parse(taken.get(nth) ?? ''))).toEqual(JSON.parse(text));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
