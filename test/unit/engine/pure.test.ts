import { describe, expect, it } from 'vitest';
import { Fault, type FaultCode, faultKinds } from '../../../src/contract/fault.ts';
import { compareVersions } from '../../../src/engine/compare-versions.ts';
import { laneOf } from '../../../src/engine/lane-of.ts';
import { applyMergePatch } from '../../../src/engine/patch/merge-patch.ts';
import { retryDelayMs } from '../../../src/engine/retry-delay.ts';
import { verdictFor } from '../../../src/engine/verdict.ts';

describe('compareVersions', () => {
  it.each([
    ['9', '10', -1],
    ['18446744073709551616', '18446744073709551615', 1],
    ['9.5', '10.25', -1],
    ['820982911946154508.1', '820982911946154508.09', 1],
    ['1e+21', '999999999999999999999', 1],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00.5Z', -1],
    ['2026-01-01T11:00:00+01:00', '2026-01-01T10:00:01Z', -1],
    ['2026-01-01T10:00:00.1234567Z', '2026-01-01T10:00:00.1234568Z', -1],
    ['a', 'b', -1],
    ['same', 'same', 0],
  ])('orders %s and %s', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
  });
});

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
  const verdicts = (Object.keys(faultKinds) as FaultCode[]).map((code) => [
    code,
    verdictFor(new Fault(code, '')).do,
  ]);
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
