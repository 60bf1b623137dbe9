import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSegments } from '../../../src/schema/deviation.ts';
import { acceptChange, isLearned } from '../../../src/schema/shape/accept-change.ts';
import { learnShape } from '../../../src/schema/shape/learn-shape.ts';
import { mergeShape } from '../../../src/schema/shape/merge-shape.ts';
import {
  createShape,
  type LearnedShape,
  matureAfter,
  maxPaths,
  parseShape,
  teaches,
  toJson,
} from '../../../src/schema/shape/shape.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

/** `new lines[].color: nothing → text` for each thing that a record has not as before. */
function told(learned: LearnedShape, record: unknown): readonly string[] {
  const lines: string[] = [];
  learnShape(learned, record, ({ kind, segments, expected, got }) => {
    lines.push(`${kind} ${formatSegments(segments)}: ${expected} → ${got}`);
  });
  return lines;
}

const order = (more: object = {}) => ({
  id: 'A-1',
  total: { amount: 12.5, currency: 'EUR' },
  lines: [
    { sku: 'S-1', quantity: 1 },
    { sku: 'S-2', quantity: 2, note: 'gift' },
  ],
  tags: ['a'],
  closedAt: null,
  ...more,
});

function taught(records: number, of: (nth: number) => unknown = () => order()): LearnedShape {
  const learned = createShape();
  for (let nth = 0; nth < records; nth++) expect(told(learned, of(nth))).toEqual([]);
  return learned;
}

describe('a learned shape', () => {
  it('says nothing of records that are like those before, and does not change with them', () => {
    const learned = taught(matureAfter);
    learned.isChanged = false;
    const before = JSON.stringify(toJson(learned));
    expect(told(learned, order())).toEqual([]);
    expect(learned.isChanged).toBe(false);
    expect(JSON.stringify(toJson(learned))).toBe(before);
  });

  it.each([
    ['a new member', { color: 'red' }, ['new color: nothing → text']],
    ['a new member that is null', { color: null }, ['new color: nothing → null']],
    ['a new object, and nothing of what is in it', { gift: { from: 'Ada' } }, ['new gift: nothing → object']],
    [
      'a new member of an item, once for each item that has it',
      { lines: [{ sku: 'S', quantity: 1, unit: 'kg' }] },
      ['new lines[].unit: nothing → text'],
    ],
    ['another kind of value', { total: '12.50' }, ['retyped total: object → text']],
    ['another kind of item', { tags: ['a', 1] }, ['retyped tags[]: text → number']],
    ['a member that is gone', { id: undefined }, ['missing id: text → nothing']],
    ['a member that is null now', { id: null }, ['missing id: text → null']],
    [
      'a member of an object that is gone',
      { total: { amount: 1 } },
      ['missing total.currency: text → nothing'],
    ],
  ])('tells %s', (_what, change, expected) => {
    expect(told(taught(matureAfter), order(change))).toEqual(expected);
  });

  it('does not tell what some records never had, or what was only null until now', () => {
    const learned = taught(matureAfter);
    expect(told(learned, order({ lines: [{ sku: 'S', quantity: 1 }], closedAt: '2026-01-01' }))).toEqual([]);
    expect(told(learned, order({ tags: [], lines: [] }))).toEqual([]);
  });

  it('learns from the first records in silence', () => {
    const learned = taught(teaches, (nth) => order(nth === teaches - 1 ? { late: nth, total: 'text' } : {}));
    expect(told(learned, order({ late: 5, total: 'text' }))).toEqual([]);
    expect(told(learned, order({ later: 5 }))).toEqual(['new later: nothing → number']);
  });

  it('asks for 200 records that had a member before its absence means anything', () => {
    const learned = taught(matureAfter - 1);
    expect(told(learned, order({ id: undefined }))).toEqual([]);
    expect(told(learned, order({ id: undefined }))).toEqual([]);
  });

  it('lets the first objects of a place that is seldom filled teach in silence as well', () => {
    const learned = taught(matureAfter, (nth) => order(nth === 0 ? { gift: { from: 'Ada' } } : {}));
    expect(told(learned, order({ gift: { from: 'Ada', to: 'Bo' } }))).toEqual([]);
  });

  it('takes many names of which a record has few for one, and names that are data at once', () => {
    const learned = createShape();
    for (let nth = 0; nth < 300; nth++) {
      told(learned, order({ xp: { [`attribute${nth % 90}`]: 'a' }, prices: { [`${10_000 + nth}`]: 1 } }));
    }
    expect(told(learned, order({ xp: { somethingElse: 'a' }, prices: { 4711: 1 } }))).toEqual([]);
    expect(told(learned, order({ xp: { attribute1: 1 }, prices: { 'ada@lovelace.example': 'x' } }))).toEqual([
      'retyped xp.*: text → number',
      'retyped prices.*: number → text',
    ]);
  });

  it('takes a wide table for a table', () => {
    const wide = (more: object = {}) => ({
      ...Object.fromEntries(Array.from({ length: 90 }, (_, nth) => [`column${nth}`, nth])),
      ...more,
    });
    const learned = taught(matureAfter, () => wide());
    expect(told(learned, wide({ column90: 1, column5: undefined }))).toEqual([
      'new column90: nothing → number',
      'missing column5: number → nothing',
    ]);
  });

  it('stays bounded, however many names and levels there are', () => {
    const learned = createShape();
    for (let nth = 0; nth < 50; nth++) {
      told(
        learned,
        Object.fromEntries(Array.from({ length: 100 }, (_, each) => [`m${nth}x${each}`, { a: 1 }])),
      );
    }
    expect(learned.paths).toBeLessThanOrEqual(maxPaths + 1);
    let deep: unknown = 1;
    for (let level = 0; level < 5_000; level++) deep = { down: deep };
    expect(
      told(
        taught(matureAfter, () => ({ deep })),
        { deep },
      ),
    ).toEqual([]);
  });

  it('takes what a person accepts for right, and tells the next change', () => {
    const learned = taught(matureAfter);
    const changed = order({ color: 'red', total: '12.50', id: undefined });
    const met: { kind: 'new' | 'missing' | 'retyped'; segments: readonly string[]; got: string }[] = [];
    learnShape(learned, changed, ({ kind, segments, got }) =>
      met.push({ kind, segments: [...segments], got }),
    );
    expect(met).toHaveLength(3);
    expect(met.map((change) => isLearned(learned, change))).toEqual([false, false, false]);
    for (const change of met) acceptChange(learned, change);
    expect(met.map((change) => isLearned(learned, change))).toEqual([true, true, true]);
    const kept = parseShape(JSON.parse(JSON.stringify(toJson(learned))));
    expect(told(kept, changed)).toEqual([]);
    expect(told(kept, order())).toEqual([]);
    expect(told(kept, order({ color: 1 }))).toEqual(['retyped color: text → number']);
  });
});

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, 'text', 1, true),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '10001', '__proto__'), tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 2 }),
  ),
})).value;
const records = fc.array(value, { maxLength: 12 });

const learnedFrom = (some: readonly unknown[]) => {
  const learned = createShape();
  for (const each of some) learnShape(learned, each, () => {});
  return learned;
};
const sorted = (learned: LearnedShape) =>
  JSON.stringify(toJson(learned), (_name, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

describe('shapes learned by two processes', () => {
  it('are laid together in any order, once or more often, and know what each of them knew', () => {
    fc.assert(
      fc.property(records, records, (mine, theirs) => {
        const [a, b] = [learnedFrom(mine), learnedFrom(theirs)];
        const [both, reverse] = [learnedFrom(mine), learnedFrom(theirs)];
        mergeShape(both, b);
        mergeShape(reverse, a);
        expect(sorted(both)).toBe(sorted(reverse));
        const once = sorted(both);
        mergeShape(both, b);
        expect(sorted(both)).toBe(once);
        expect(sorted(parseShape(JSON.parse(once)))).toBe(once);
      }),
      propertyRuns(300),
    );
  });
});

it('a number of many digits, read as their text, has not become another kind of value', () => {
  const learned = createShape();
  for (let nth = 0; nth < matureAfter; nth += 1) told(learned, order({ ref: 7_000 + nth }));
  expect(told(learned, order({ ref: '820982911946154508' }))).toEqual([]);
  expect(told(learned, order({ ref: '820982911946154508x' }))).toEqual(['retyped ref: number → text']);
});
