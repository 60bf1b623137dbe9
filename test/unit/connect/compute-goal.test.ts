import { describe, expect, test } from 'vitest';
import { computeGoal } from '../../../src/connect/limits/places.ts';
import type { SlotOwner } from '../../../src/contract/shared-limits.ts';

const content = (slots: number): SlotOwner => ({ slots, waits: undefined });
const earlier = (slots: number): SlotOwner => ({ slots, waits: 'before us' });
const later = (slots: number): SlotOwner => ({ slots, waits: 'after us' });
const usual = { concurrency: 6, needed: 6, isOver: false };

describe('slots to have', () => {
  test.each([
    ['all, alone', {}, 0, [], 6],
    ['all, alone, even for one request', { needed: 1 }, 0, [], 6],
    ['none, where nothing is needed', { needed: 0 }, 2, [], 0],
    ['none of a connection that is closed', { concurrency: 0 }, 2, [], 0],
    ['what is needed, where others have enough', { needed: 2 }, 0, [content(1)], 2],
    ['what others do not have', {}, 1, [content(2)], 4],
    ['the share, where others wait', {}, 0, [later(0)], 3],
    ['the share, after those who came before', {}, 0, [earlier(0), earlier(0), content(3)], 1],
    ['none, while there are just enough for those who came before', {}, 0, [earlier(0), content(5)], 0],
    ['the odd one too, where nobody has more', { concurrency: 3 }, 1, [later(1)], 2],
    ['no odd one that somebody has', { concurrency: 3 }, 1, [later(2)], 1],
    ['no more than before, where those with fewer wait', { concurrency: 5 }, 2, [later(3), later(0)], 2],
    ['the share, once somebody waits', {}, 6, [later(0)], 3],
    ['one more than the one who waits, where that is fair', {}, 4, [later(2)], 3],
    ['as before, where the others have about as many', { concurrency: 5 }, 3, [earlier(2)], 3],
    ['what is used, where somebody waits for it', { needed: 1 }, 5, [later(0)], 1],
    ['the last one, until the turn is over', { concurrency: 1 }, 1, [earlier(0)], 1],
    ['none, once it is', { concurrency: 1, isOver: true }, 1, [later(0)], 0],
    ['the last one, if there is another for who waits', { concurrency: 2, isOver: true }, 1, [later(0)], 1],
  ] as const)('are %s', (_what, other, own, others, goal) => {
    const { concurrency, needed, isOver } = { ...usual, ...other };
    expect(computeGoal({ own, others: [...others] }, concurrency, needed, isOver)).toBe(goal);
  });
});

test('whatever the numbers, nobody keeps everything while another has nothing', () => {
  for (let concurrency = 1; concurrency <= 12; concurrency += 1) {
    const goal = computeGoal({ own: concurrency, others: [later(0)] }, concurrency, 50, true);
    expect(goal).toBeLessThan(concurrency);
  }
});

test('what processes that wait are to have comes to all there is, and to no more', () => {
  for (let concurrency = 1; concurrency <= 20; concurrency += 1) {
    for (let processes = 2; processes <= 7; processes += 1) {
      const goals = Array.from({ length: processes }, (_, us) => {
        const others = Array.from({ length: processes }, (_, it) => (it < us ? earlier(0) : later(0)));
        others.splice(us, 1);
        return computeGoal({ own: 0, others }, concurrency, 50, false);
      });
      expect(goals.reduce((sum, goal) => sum + goal)).toBe(concurrency);
    }
  }
});
