import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { faultCodes } from '../../../src/contract/fault-table.ts';
import { defaultEngineLimits, type Engine } from '../../../src/engine/engine.ts';
import { laneOf } from '../../../src/engine/lanes/lane-batches.ts';
import { compareVersions } from '../../../src/engine/line/decide/compare-versions.ts';
import type { Item, ItemEnd } from '../../../src/engine/line/item.ts';
import type { Line } from '../../../src/engine/line/open-line.ts';
import { toIdempotencyKey } from '../../../src/engine/line/perform/send.ts';
import { verdictFor } from '../../../src/engine/verdict.ts';
import { holdOrFail, postponeMs } from '../../../src/engine/waiting/hold-or-fail.ts';
import { retryDelayMs } from '../../../src/engine/waiting/retry-delay.ts';
import type { RetryPlan } from '../../../src/workspace/compile/plan.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

const anyKey = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.nat().map(String), fc.uuid());

describe('laneOf', () => {
  it('gives a key one lane, in range, in every process', () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 64 }), (key, lanes) => {
        const lane = laneOf(key, lanes);
        expect(Number.isInteger(lane) && lane >= 0 && lane < lanes).toBe(true);
        expect(laneOf(`${key.slice(0, 2)}${key.slice(2)}`, lanes)).toBe(lane);
      }),
      propertyRuns(500),
    );
  });

  it('leaves no lane empty and fills none twice as much as its share', () => {
    const kinds: readonly ((n: number, seed: number) => string)[] = [
      (n) => String(n),
      (n) => `SO-${String(n).padStart(8, '0')}`,
      (n, seed) => `${seed}/${n}`,
      (n) => `${n}@shop.example`,
    ];
    const share = 200;
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.nat(),
        fc.integer({ min: 2, max: 16 }),
        (kind, seed, lanes) => {
          const counts = new Array<number>(lanes).fill(0);
          for (let n = 0; n < share * lanes; n++) counts[laneOf(kind(n, seed), lanes)]! += 1;
          for (const count of counts) {
            expect(count).toBeGreaterThan(share / 2);
            expect(count).toBeLessThan(share * 2);
          }
        },
      ),
      propertyRuns(60),
    );
  });
});

describe('compareVersions', () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{1,${length}}$`));
  const zones = fc.constantFrom('Z', '+00:00', '+02:00', '-11:30');
  const time = fc
    .tuple(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), digits(7), zones)
    .map(([date, fraction, zone]) => `${date.toISOString().slice(0, 19)}.${fraction}${zone}`);
  /** One system gives its versions in one way: those of different kinds never meet. */
  const kinds = {
    'row versions': fc.oneof(digits(25), fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String)),
    times: fc.oneof(
      time,
      time.map((text) => text.replace(/\.\d+/, '')),
    ),
  };

  const signs = { older: -1, same: 0, newer: 1, unknown: Number.NaN };

  it('makes of any two texts never both the older', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const orders = [compareVersions(a, b, 'UTC'), compareVersions(b, a, 'UTC')].sort();
        expect([
          ['newer', 'older'],
          ['same', 'same'],
          ['unknown', 'unknown'],
        ]).toContainEqual(orders);
      }),
      propertyRuns(500),
    );
  });

  it.each(Object.entries(kinds))('puts %s into one order', (_name, versions) => {
    const sign = (a: string, b: string) => signs[compareVersions(a, b, 'UTC')];
    fc.assert(
      fc.property(versions, versions, versions, (a, b, c) => {
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b) + sign(b, a)).toBe(0);
        const [low, middle, high] = [a, b, c].sort(sign) as [string, string, string];
        expect(sign(low, high)).toBeLessThanOrEqual(0);
        if (sign(low, middle) < 0 || sign(middle, high) < 0) expect(sign(low, high)).toBe(-1);
      }),
      propertyRuns(1_000),
    );
  });

  it('puts a time before any later one, however each is written', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 1e9 }), (text, ms) => {
        const later = new Date(Date.parse(text) + ms).toISOString();
        expect(compareVersions(text, later, 'UTC')).toBe('older');
      }),
      propertyRuns(500),
    );
  });
});

const retryPlans: fc.Arbitrary<RetryPlan> = fc.record({
  attempts: fc.integer({ min: 1, max: 12 }),
  delayMs: fc.integer({ min: 0, max: 60_000 }),
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  maxDelayMs: fc.integer({ min: 0, max: 3_600_000 }),
  jitter: fc.boolean(),
});
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('retryDelayMs', () => {
  it('stays between nothing and its limit, and without jitter never gets shorter', () => {
    fc.assert(
      fc.property(retryPlans, fc.integer({ min: 1, max: 1_000 }), chance, (retry, attempt, random) => {
        const delay = retryDelayMs(retry, attempt, () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(retry.maxDelayMs);
        const fixed = { ...retry, jitter: false };
        expect(retryDelayMs(fixed, attempt + 1, () => 0)).toBeGreaterThanOrEqual(
          retryDelayMs(fixed, attempt, () => 0),
        );
      }),
      propertyRuns(1_000),
    );
  });
});

const anyFault = fc
  .record({ code: fc.constantFrom<string>(...faultCodes, 'NO_TAX_CODE'), asked: fc.option(fc.nat(600_000)) })
  .map(({ code, asked }) => new Fault(code, 'no', asked === null ? {} : { retryAfterMs: asked }));

function lineWith(retry: RetryPlan, random: number): Line {
  const engine = { limits: defaultEngineLimits, random: () => random } as Engine;
  return { engine, plan: { retry } } as Line;
}

const itemAfter = (attempts: number): Item => ({ record: { key: 'A', native: {} }, runId: 1, attempts });

/** The record again and again, until it is given up; at most so often. */
function untilGivenUp(line: Line, fault: Fault, most: number): readonly ItemEnd[] {
  const ends: ItemEnd[] = [];
  for (let attempts = 0; ends.length < most; ) {
    const end = holdOrFail(line, itemAfter(attempts), fault);
    ends.push(end);
    if (end.outcome !== 'held') break;
    attempts += end.countsAs;
  }
  return ends;
}

describe('a fault', () => {
  it('of any kind has a verdict, which says the same each time', () => {
    fc.assert(
      fc.property(anyFault, (fault) => {
        const verdict = verdictFor(fault);
        expect(['retry', 'wait', 'find', 'park', 'pause']).toContain(verdict.do);
        expect(verdictFor(fault)).toEqual(verdict);
        if (fault.kind === 'rejected' || fault.kind === 'defect') expect(verdict.do).toBe('park');
        if (fault.kind === 'unknown') expect(verdict.do).toBe('find');
      }),
      propertyRuns(300),
    );
  });

  it('that counts gives a record up after exactly its attempts; one that does not count, never', () => {
    fc.assert(
      fc.property(anyFault, retryPlans, chance, (fault, retry, random) => {
        const ends = untilGivenUp(lineWith(retry, random), fault, 40);
        const verdict = verdictFor(fault);
        if (verdict.do === 'park') expect(ends.map(({ outcome }) => outcome)).toEqual(['failed']);
        else if (verdict.do !== 'wait' && fault.code !== 'TL_AUTH_REFUSED') {
          expect(ends).toHaveLength(retry.attempts);
          expect(ends.at(-1)?.outcome).toBe('failed');
        } else {
          expect(ends).toHaveLength(40);
          expect(ends.every((end) => end.outcome === 'held' && end.countsAs === 0)).toBe(true);
        }
      }),
      propertyRuns(500),
    );
  });

  it('makes a record and a batch wait for a time that is finite, and no shorter than was asked', () => {
    fc.assert(
      fc.property(
        anyFault,
        retryPlans,
        chance,
        fc.integer({ min: 1, max: 500 }),
        (fault, retry, random, nth) => {
          const line = lineWith({ ...retry, attempts: 1_000 }, random);
          const end = holdOrFail(line, itemAfter(0), fault);
          const waits = [
            ...(end.outcome === 'held' ? [end.waitMs] : []),
            postponeMs(line.engine, nth, fault),
          ];
          const asked = fault.retryAfterMs;
          const most = Math.max(retry.maxDelayMs, defaultEngineLimits.pauseMs, asked ?? 0);
          for (const wait of waits) expect(wait >= 0 && wait <= most).toBe(true);
          if (asked !== undefined && ['transient', 'throttled'].includes(fault.kind)) {
            for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(asked);
          }
        },
      ),
      propertyRuns(500),
    );
  });
});

describe('an idempotency key', () => {
  it('is a UUID, the same for the same parts and another for any others', () => {
    const parts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const key = toIdempotencyKey(a);
        expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(toIdempotencyKey(b) === key).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      propertyRuns(500),
    );
  });
});
