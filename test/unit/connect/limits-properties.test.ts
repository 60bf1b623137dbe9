import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { next, wakeAt } from '../../../src/connect/limits/next.ts';
import {
  type LimitEffect,
  type LimitEvent,
  type LimitState,
  openState,
} from '../../../src/connect/limits/state.ts';
import { computePace } from '../../../src/connect/limits/turns.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

const rates = [undefined, 1, 7, 50, 400];

const anyLimits = fc.record({
  concurrency: fc.integer({ min: 1, max: 4 }),
  rate: fc.constantFrom(...rates),
  sharesPlaces: fc.boolean(),
  sharesTurns: fc.boolean(),
});

/** What may happen next; numbers choose whom it happens to, or how long it takes. */
const anyStep = fc.oneof(
  { arbitrary: fc.tuple(fc.constant('place'), fc.constantFrom(1, 1, 4)), weight: 6 },
  { arbitrary: fc.tuple(fc.constant('turn'), fc.constantFrom(1, 1, 1, 20)), weight: 6 },
  { arbitrary: fc.constant(['leave'] as const), weight: 5 },
  { arbitrary: fc.tuple(fc.constant('abort'), fc.nat(9)), weight: 2 },
  { arbitrary: fc.tuple(fc.constant('wait'), fc.constantFrom(1, 10, 60, 300, 2_500)), weight: 6 },
  { arbitrary: fc.tuple(fc.constant('answer'), fc.constantFrom(0, 0, 1, 2, 3)), weight: 8 },
  { arbitrary: fc.constant(['fail'] as const), weight: 2 },
  { arbitrary: fc.constant(['close'] as const), weight: 1 },
  { arbitrary: fc.tuple(fc.constant('pause'), fc.constantFrom(20, 700)), weight: 1 },
);

type Step = readonly [string, number?];
type Configuration = typeof anyLimits extends fc.Arbitrary<infer Limits> ? Limits : never;

describe('the limits of a connection, whatever happens', () => {
  it('are kept, first come first served, and nobody is forgotten', () => {
    fc.assert(
      fc.property(anyLimits, fc.array(anyStep, { maxLength: 60, size: 'max' }), (limits, steps) => {
        const run = start(limits);
        for (const step of steps) run.take(step as Step);
        run.finish();
      }),
      propertyRuns(1_000),
    );
  }, 600_000);
});

/** A connection, with the requests that use it and the database that it asks, over a clock of their own. */
function start({ concurrency, rate, sharesPlaces, sharesTurns }: Configuration) {
  const leaseMs = sharesPlaces ? 6_000 : undefined;
  const pace = computePace(rate);
  let state: LimitState = openState({
    ...{ concurrency, leaseMs, pace },
    sharesTurns: sharesTurns && rate !== undefined,
  });
  let now = 0;
  let lastId = 0;
  let isClosed = false;
  let pausedUntil = 0;
  const places = createLine();
  const turns = createLine();
  const sentAt: number[] = [];
  const database = createDatabase(concurrency, pace);

  const send = (event: LimitEvent): void => {
    const before = JSON.stringify(state);
    const made = next(freeze(state), event, now);
    expect(JSON.stringify(state)).toBe(before);
    state = made.state;
    for (const effect of made.effects) perform(effect);
    expect(state.busy).toBeLessThanOrEqual(concurrency);
    expect(state.slots.length).toBeLessThanOrEqual(concurrency);
    if (sharesPlaces) expect(database.held()).toBeGreaterThanOrEqual(state.busy);
    expect(wakeAt(state)).toBeGreaterThan(now);
    // Who waits is thought of at some time, or when an answer comes.
    const isThoughtOf = wakeAt(state) < Number.POSITIVE_INFINITY;
    if (turns.waiting().length > 0) expect(isThoughtOf || state.asked > 0).toBe(true);
    if (sharesPlaces && places.waiting().length > 0) expect(isThoughtOf || state.isCalling).toBe(true);
  };
  const perform = (effect: LimitEffect): void => {
    if (effect.do === 'grant') {
      expect(isClosed).toBe(false);
      if (!places.grant(effect.id)) {
        turns.expectGrant(effect.id);
        expect(now).toBeGreaterThanOrEqual(pausedUntil);
        sentAt.push(now);
      } else if (leaseMs !== undefined) {
        expect(now).toBeLessThan(database.confirmedAt() + leaseMs / 2);
      }
    } else if (effect.do === 'refuse') {
      expect(isClosed).toBe(true);
      expect(places.leave(effect.id) || turns.leave(effect.id)).toBe(true);
    } else database.ask(effect, now);
  };
  const wait = (ms: number): void => {
    const end = now + ms;
    for (let at = wakeAt(state); at <= end; at = wakeAt(state)) {
      now = at;
      send({ type: 'time' });
    }
    now = end;
    send({ type: 'time' });
  };
  const want = (
    line: ReturnType<typeof createLine>,
    type: 'place wanted' | 'turn wanted',
    times: number,
  ): void => {
    for (let nth = 0; nth < times; nth += 1) {
      lastId += 1;
      line.join(lastId);
      send({ type, id: lastId });
    }
  };
  const answer = (others: number): void => {
    const event = database.answer(now, others);
    if (event !== undefined) send(event);
  };
  const abort = (nth: number): void => {
    const all = [...places.waiting(), ...turns.waiting()];
    const id = all[nth % Math.max(1, all.length)];
    if (id === undefined) return;
    if (!places.leave(id)) turns.leave(id);
    send({ type: 'aborted', id });
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    send({ type: 'close' });
  };
  const pause = (ms: number): void => {
    pausedUntil = Math.max(pausedUntil, now + ms);
    send({ type: 'pause', ms });
  };
  const fail = (): void => {
    const event = database.fail();
    if (event !== undefined) send(event);
  };
  return {
    take([what, value = 0]: Step): void {
      if (what === 'place') want(places, 'place wanted', value);
      else if (what === 'turn') want(turns, 'turn wanted', value);
      else if (what === 'leave' && state.busy > 0) send({ type: 'place left' });
      else if (what === 'abort') abort(value);
      else if (what === 'wait') wait(value);
      else if (what === 'answer') answer(value);
      else if (what === 'pause') pause(value);
      else if (what === 'close') close();
      else if (what === 'fail') fail();
    },
    /** Nobody else wants anything, and each request comes to its end. */
    finish(): void {
      // Turns come without the database, too.
      for (let round = 0; round < 900 && places.waiting().length + turns.waiting().length > 0; round += 1) {
        if (places.waiting().length > 0) answer(0);
        else fail();
        if (state.busy > 0) send({ type: 'place left' });
        wait(300);
      }
      expect([places.waiting(), turns.waiting()]).toEqual([[], []]);
      if (rate !== undefined) expectRate(sentAt, rate);
      close();
      for (let round = 0; round < 40 && !state.isEnded; round += 1) {
        if (state.busy > 0) send({ type: 'place left' });
        answer(0);
        wait(300);
      }
      expect(state.isEnded).toBe(true);
    },
  };
}

/** In any second no more than the rate, and what a short burst and lateness may add: a tenth each, and one. */
function expectRate(sentAt: readonly number[], rate: number): void {
  for (const [index, from] of sentAt.entries()) {
    const within = sentAt.slice(index).filter((at) => at < from + 1_000).length;
    expect(within).toBeLessThanOrEqual(Math.ceil(rate * 1.2) + 1);
  }
}

/** Who waits, in the order in which they came. */
function createLine() {
  let ids: number[] = [];
  const leave = (id: number): boolean => {
    const isHere = ids.includes(id);
    ids = ids.filter((each) => each !== id);
    return isHere;
  };
  return {
    waiting: () => ids,
    join: (id: number) => ids.push(id),
    leave,
    /** `false` if it waits for something else; it has to be the first. */
    grant(id: number): boolean {
      if (!ids.includes(id)) return false;
      expect(ids[0]).toBe(id);
      return leave(id);
    },
    expectGrant(id: number): void {
      expect(ids[0]).toBe(id);
      leave(id);
    },
  };
}

/** The slots and turns that are shared, with others who have some of both. */
function createDatabase(concurrency: number, pace: { readonly gapMs: number; readonly burstMs: number }) {
  type Asked = Exclude<
    LimitEffect,
    { do: 'grant' } | { do: 'refuse' } | { do: 'warn' } | { do: 'pause others' }
  >;
  const asked: { readonly effect: Asked; readonly at: number }[] = [];
  let own: number[] = [];
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let nextTurnAt = 0;
  return {
    ask(effect: LimitEffect, at: number): void {
      if (effect.do !== 'pause others' && effect.do !== 'warn') asked.push({ effect: effect as Asked, at });
    },
    held: () => own.length,
    confirmedAt: () => confirmedAt,
    fail(): LimitEvent | undefined {
      const first = asked.shift();
      if (first === undefined) return undefined;
      if (first.effect.do === 'take turns') return { type: 'turns failed' };
      return { type: 'slots failed', thrown: new Error('away') };
    },
    answer(now: number, others: number): LimitEvent | undefined {
      const first = asked.shift();
      if (first === undefined) return undefined;
      const { effect } = first;
      if (effect.do === 'take turns') {
        const firstAt = Math.max(nextTurnAt, now - pace.burstMs);
        nextTurnAt = firstAt + effect.count * pace.gapMs;
        return { type: 'turns taken', waitMs: firstAt - now };
      }
      if (effect.do === 'take slots') {
        const taken = effect.slots.slice(others);
        own = [...own, ...taken];
        return { type: 'slots taken', slots: taken };
      }
      if (effect.do === 'give slots') {
        own = own.filter((slot) => !effect.slots.includes(slot));
        return { type: 'slots taken', slots: [] };
      }
      confirmedAt = first.at;
      const free = Array.from({ length: concurrency }, (_, index) => index + 1).filter(
        (slot) => !own.includes(slot),
      );
      const waits = others > 1 ? (others > 2 ? 'before us' : 'after us') : undefined;
      const seen = {
        own,
        others: others === 0 ? [] : [{ slots: free.slice(0, others - 1), waits } as const],
      };
      return { type: 'slots seen', seen };
    },
  };
}

function freeze(state: LimitState): LimitState {
  for (const value of Object.values(state)) if (Array.isArray(value)) Object.freeze(value);
  return Object.freeze(state);
}
