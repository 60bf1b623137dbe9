import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { faultCodes } from '../../../src/contract/fault-table.ts';
import { laneOf } from '../../../src/engine/lanes/lane-batches.ts';
import { applyMergePatch } from '../../../src/engine/patch/merge-patch.ts';
import { verdictFor } from '../../../src/engine/verdict.ts';
import { retryDelayMs } from '../../../src/engine/waiting/retry-delay.ts';

it('spreads keys evenly over the lanes, each always to the same', () => {
  const counts = new Array<number>(8).fill(0);
  for (let n = 0; n < 8_000; n++) counts[laneOf(`order-${n}`, 8)]! += 1;
  for (const count of counts) expect(count).toBeGreaterThan(700);
  expect(laneOf('order-1', 8)).toBe(laneOf('order-1', 8));
});

it('waits longer with each attempt, never longer than the limit, jittered from zero', () => {
  const retry = { attempts: 8, delayMs: 2_000, factor: 2, maxDelayMs: 10_000, jitter: false };
  expect([1, 2, 3, 4].map((attempt) => retryDelayMs(retry, attempt, () => 0.5))).toEqual([
    2_000, 4_000, 8_000, 10_000,
  ]);
  expect(retryDelayMs({ ...retry, jitter: true }, 3, () => 0.25)).toBe(2_000);
});

describe('verdictFor', () => {
  const verdicts = faultCodes.map((code) => [code, verdictFor(new Fault(code, '')).do]);
  it('decides every code', () => {
    expect(Object.fromEntries(verdicts)).toMatchObject({
      TL_SYSTEM_UNAVAILABLE: 'retry',
      TL_SYSTEM_UNREACHABLE: 'wait',
      TL_SYSTEM_THROTTLED: 'wait',
      TL_TARGET_REJECTED: 'park',
      TL_TARGET_UNKNOWN: 'find',
      TL_AUTH_REFUSED: 'pause',
      TL_DEFECT: 'park',
    });
  });
  it('waits as long as the target asked', () => {
    expect(verdictFor(new Fault('TL_SYSTEM_THROTTLED', '', { retryAfterMs: 7_000 }))).toEqual({
      do: 'wait',
      ms: 7_000,
    });
  });
  it("parks a flow's own code", () => {
    expect(verdictFor(new Fault('NO_TAX_CODE', 'no tax code for XX'))).toEqual({ do: 'park' });
  });
});

describe('applyMergePatch', () => {
  it.each([
    ['{"a":1,"b":{"c":2,"d":3}}', '{"a":null,"b":{"c":4}}', '{"b":{"c":4,"d":3}}'],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"b":2}}', '{"__proto__":{"a":1,"b":2}}'],
    ['{}', '{"__proto__":{"b":2},"constructor":{"c":3}}', '{"__proto__":{"b":2},"constructor":{"c":3}}'],
    ['"x"', '{"a":1}', '{"a":1}'],
  ])('lays over %s the patch %s', (value, patch, merged) => {
    expect(JSON.stringify(applyMergePatch(JSON.parse(value), JSON.parse(patch)))).toBe(merged);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
