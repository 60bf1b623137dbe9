import { describe, expect, test } from 'vitest';
import { computeSlots } from '../../../src/connect/limits/compute-slots.ts';
import type { SlotOwner } from '../../../src/contract/shared-limits.ts';

const content = (...slots: number[]): SlotOwner => ({ slots, waits: undefined });
const earlier = (...slots: number[]): SlotOwner => ({ slots, waits: 'before us' });
const later = (...slots: number[]): SlotOwner => ({ slots, waits: 'after us' });
const needs = { concurrency: 6, needed: 6, isTurnOver: false };

describe('slots to take', () => {
  test.each([
    ['all, alone', {}, [], [], [1, 2, 3, 4, 5, 6]],
    ['all, alone, even for one request', { needed: 1 }, [], [], [1, 2, 3, 4, 5, 6]],
    ['none, where nothing more is needed', { needed: 2 }, [1, 2], [], []],
    ['what is needed, where others have enough', { needed: 2 }, [], [content(1)], [2, 3]],
    ['what others do not have', {}, [3], [content(1, 2)], [4, 5, 6]],
    ['the share, where others wait', {}, [], [later()], [1, 2, 3]],
    ['the share, after those who came before', {}, [], [earlier(), earlier(), content(1, 2, 3)], [4]],
    [
      'none, while there are just enough for those who came before',
      {},
      [],
      [earlier(), content(1, 2, 3, 4, 5)],
      [],
    ],
    ['the odd one, where nobody has fewer', { concurrency: 3 }, [1], [later(2)], [3]],
    [
      'none, where the odd one is for those with fewer',
      { concurrency: 5 },
      [1, 2],
      [later(3, 4, 5), later()],
      [],
    ],
  ] as const)('are %s', (_what, own, mine, others, take) => {
    expect(computeSlots({ ...needs, ...own }, { own: mine, others: [...others] }).take).toEqual(take);
  });
});

describe('slots to keep', () => {
  test.each([
    ['all of them, while nobody waits', {}, [1, 2, 3], [content(4)], 3],
    ['a share, once somebody waits', {}, [1, 2, 3, 4, 5, 6], [later()], 3],
    ['one more than the one who waits, where that is fair', {}, [1, 2, 3, 4], [later(5, 6)], 3],
    ['all of them, where the others have about as many', { concurrency: 5 }, [1, 2, 3], [earlier(4, 5)], 3],
    ['the last one, until the turn is over', { concurrency: 1 }, [1], [later()], 1],
    ['none, once it is', { concurrency: 1, isTurnOver: true }, [1], [later()], 0],
    [
      'the last one, if there is another for those who wait',
      { concurrency: 2, isTurnOver: true },
      [1],
      [later()],
      1,
    ],
  ] as const)('are %s', (_what, own, mine, others, keep) => {
    expect(computeSlots({ ...needs, ...own }, { own: mine, others: [...others] }).keep).toBe(keep);
  });
});

test('whatever the numbers, nobody keeps everything while another has nothing', () => {
  for (let concurrency = 1; concurrency <= 12; concurrency += 1) {
    const own = Array.from({ length: concurrency }, (_, index) => index + 1);
    const { keep } = computeSlots({ concurrency, needed: 50, isTurnOver: true }, { own, others: [later()] });
    expect(keep).toBeLessThan(concurrency);
  }
});
