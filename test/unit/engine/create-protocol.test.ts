import { describe, expect, it } from 'vitest';
import { nextLookMs } from '../../../src/engine/line/decide/decide-create.ts';
import { explore, type Model, type State } from './create-model.ts';

const isTwice = ({ committed }: State) => committed > 1;
const late: Omit<Model, 'looksFirst'> = { lateness: 3, settle: 3 };

describe.each([
  ['create', false],
  ['upsert', true],
] as const)('the protocol of a create, with write: %s,', (_, looksFirst) => {
  it('makes no second record in any order of what can happen, while the target is done within `settle`', () => {
    const { states, way } = explore({ ...late, looksFirst }, isTwice);
    expect(way).toBeUndefined();
    // As many as there are, so that a model that has lost a step does not pass.
    expect(states).toBeGreaterThan(10_000);
  });

  it('can always come to its end', () => {
    for (const reservation of ['confirmed', 'open', 0] as const) {
      const { way } = explore({ ...late, looksFirst }, (state) => state.reservation === reservation);
      expect(way).toBeDefined();
    }
    const again = explore({ ...late, looksFirst }, ({ requests }) => requests.some(({ left }) => left === 1));
    expect(again.way).toBeDefined();
  });

  it('makes a second one where it does not wait: the shortest way is', () => {
    const { way } = explore({ ...late, settle: 0, looksFirst }, isTwice);
    expect(way).toEqual([
      'A takes the lane',
      'A reads the reservation: none',
      ...(looksFirst ? ['A looks: absent'] : []),
      'A reserves',
      'A sends',
      'the lease of A ends',
      'B takes the lane',
      'B reads the reservation: open',
      'B looks: absent',
      'B reserves',
      'B sends',
      'the target commits the late create of A',
      'the target commits the create of B, and answers',
    ]);
  });

  it('makes a second one where the target takes longer than `settle`', () => {
    const { way } = explore({ lateness: 4, settle: 3, looksFirst }, isTwice);
    expect(way?.at(-1)).toMatch(/commits/);
    expect(way?.filter((what) => what === 'time passes')).toHaveLength(3);
  });

  it('makes a second one where a process stands still between the look at its lease and its request', () => {
    const { way } = explore({ ...late, mayStandStill: true, looksFirst }, isTwice);
    expect(way).toContain('A looks at its lease');
    expect(way).toContain('the lease of A ends');
  });
});

describe('looks for a create in doubt', () => {
  const looksAt = (settleMs: number): readonly number[] => {
    const at: number[] = [];
    for (let forMs = 0; forMs < settleMs; ) {
      forMs += nextLookMs({ forMs, leftMs: settleMs - forMs });
      at.push(forMs / 1_000);
    }
    return at;
  };

  it('come at growing intervals, the last one when its time is over', () => {
    expect(looksAt(300_000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 203, 278, 300]);
    expect(looksAt(10_000)).toEqual([1, 2, 4, 6.5, 9, 10]);
    expect(looksAt(2_000)).toEqual([0.5, 1, 1.5, 2]);
    expect(looksAt(400)).toEqual([0.1, 0.2, 0.3, 0.4]);
  });

  it('are due at once when nothing is left of its time', () => {
    expect(nextLookMs({ forMs: 0, leftMs: 0 })).toBe(0);
    expect(nextLookMs({ forMs: 500, leftMs: -20 })).toBe(0);
  });
});
