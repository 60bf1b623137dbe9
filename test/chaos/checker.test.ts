import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, type Effect, type FlowEvidence, isClean, type RunRow } from './checker.ts';
import { guards, withoutGuard } from './without.ts';

test('every guard can still be switched off', () => {
  for (const change of Object.values(guards).flat()) {
    const text = readFileSync(join(import.meta.dirname, '..', '..', change.file), 'utf8');
    expect(withoutGuard(text, change)).not.toBe(text);
  }
});

describe('what the checker calls lost', () => {
  test('a record that the target does not have', () => {
    const { lost } = checkFlow({ wanted: new Map([['SO-1', { version: 1 }]]) });
    expect(lost).toEqual(['orders SO-1: not at the target']);
  });

  test('a record of which the target has an older state', () => {
    const { lost } = checkFlow({
      wanted: new Map([['SO-1', { version: 7 }]]),
      held: [{ key: 'SO-1', version: 6 }],
    });
    expect(lost).toEqual(['orders SO-1: the target has version 6, the source 7']);
  });

  test('a record without a version that differs', () => {
    const { lost } = checkFlow({
      wanted: new Map([['TL-1', { content: '12' }]]),
      held: [{ key: 'TL-1', content: '11' }],
    });
    expect(lost).toEqual(['orders TL-1: the target has "11", the source "12"']);
  });

  test('not what waits in the errors, nor what the target has', () => {
    const violations = checkFlow({
      wanted: new Map([
        ['SO-1', { version: 7 }],
        ['SO-2', { version: 8 }],
        ['SO-3', {}],
      ]),
      held: [{ key: 'SO-2', version: 8 }, { key: 'SO-3' }],
      inErrors: new Set(['SO-1']),
    });
    expect(isClean(violations)).toBe(true);
  });
});

describe('what the checker calls a duplicate', () => {
  test('a second create for a key', () => {
    const { duplicates } = checkFlow({ effects: [made('SO-1'), changed('SO-1', 2), made('SO-1')] });
    expect(duplicates).toEqual(['orders SO-1: made 2 times']);
  });

  test('two records of one key, even if only one create was seen', () => {
    const { duplicates } = checkFlow({
      effects: [made('SO-1')],
      held: [{ key: 'SO-1' }, { key: 'SO-1' }, { key: 'SO-2' }],
    });
    expect(duplicates).toEqual(['orders SO-1: made 2 times']);
  });

  test('not a create after a delete, nor the same update twice', () => {
    const removed: Effect = { key: 'SO-1', action: 'delete' };
    const effects = [made('SO-1'), changed('SO-1', 2), changed('SO-1', 2), removed, made('SO-1')];
    expect(isClean(checkFlow({ effects }))).toBe(true);
  });
});

describe('what the checker calls out of order', () => {
  test('an older version after a newer one of the same key', () => {
    const { outOfOrder } = checkFlow({ effects: [changed('SO-1', 2), changed('SO-1', 1)] });
    expect(outOfOrder).toEqual(['orders SO-1: version 1 was written after 2']);
  });

  test('each older one, measured against the newest so far', () => {
    const effects = [changed('SO-1', 3), changed('SO-1', 1), changed('SO-1', 2)];
    expect(checkFlow({ effects }).outOfOrder).toHaveLength(2);
  });

  test('not versions of different keys, nor effects that show no version', () => {
    const effects = [changed('SO-1', 2), changed('SO-2', 1), changed('SO-1'), changed('SO-1', 2)];
    expect(isClean(checkFlow({ effects }))).toBe(true);
  });
});

describe('what the checker calls unbalanced', () => {
  test('a run that read more, or less, than it accounts for', () => {
    const { unbalanced } = check({
      flows: [],
      runs: [run(1, 3, { delivered: 2 }), run(2, 3, { delivered: 3, failed: 1 }), run(3, 1, {})],
    });
    expect(unbalanced).toEqual([
      'run 1 of orders: read 3, but delivered 2',
      'run 2 of orders: read 3, but delivered 3 + failed 1',
      'run 3 of orders: read 1, but nothing',
    ]);
  });

  test('counts below nothing that happen to add up', () => {
    const runs = [run(1, 1, { delivered: 2, failed: -1 })];
    expect(check({ flows: [], runs }).unbalanced).toHaveLength(1);
  });

  test('not a run whose counts add up, what waits included', () => {
    expect(isClean(check({ flows: [], runs: [run(1, 3, { delivered: 2, pending: 1 })] }))).toBe(true);
  });
});

describe('what the checker calls untold', () => {
  const effects = [made('SO-1'), changed('SO-1', 7)];

  test('an effect that no step of its record accounts for', () => {
    const { untold } = checkFlow({
      effects,
      steps: [
        { key: 'SO-1', version: 6 },
        { key: 'SO-2', version: 7 },
      ],
    });
    expect(untold).toEqual(['orders SO-1: update of version 7 has no step in history']);
  });

  test('not one with a step of its version, nor what is written again for one step', () => {
    const steps = [{ key: 'SO-1', version: 7 }];
    expect(isClean(checkFlow({ effects: [...effects, changed('SO-1', 7)], steps }))).toBe(true);
  });
});

function checkFlow(evidence: Partial<FlowEvidence>) {
  const nothing = { wanted: new Map(), effects: [], held: [], inErrors: new Set<string>() };
  return check({ flows: [{ flow: 'orders', ...nothing, ...evidence }], runs: [] });
}

function made(key: string): Effect {
  return { key, action: 'create' };
}

function changed(key: string, version?: number): Effect {
  return { key, action: 'update', ...(version !== undefined && { version }) };
}

function run(id: number, read: number, outcomes: RunRow['outcomes']): RunRow {
  return { id, flow: 'orders', read, outcomes };
}
