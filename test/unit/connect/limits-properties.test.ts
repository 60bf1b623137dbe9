import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Limiter } from '../../../src/connect/limits/limiter.ts';
import { computePace } from '../../../src/connect/limits/turns.ts';
import type { SharedSlots, SharedTurns, SlotsWish } from '../../../src/contract/shared-limits.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

const anyLimits = fc.record({
  processes: fc.integer({ min: 1, max: 3 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  rate: fc.constantFrom(undefined, 3, 7, 50, 400),
  sharesPlaces: fc.boolean(),
  sharesTurns: fc.boolean(),
});

/** What may happen next, to which process; numbers choose which of its requests, how many, or how long. */
const anyStep = fc.tuple(
  fc.oneof(
    { arbitrary: fc.tuple(fc.constant('place'), fc.constantFrom(1, 1, 4)), weight: 6 },
    { arbitrary: fc.tuple(fc.constant('turn'), fc.constantFrom(1, 1, 1, 9)), weight: 6 },
    { arbitrary: fc.tuple(fc.constant('leave'), fc.nat(3)), weight: 5 },
    { arbitrary: fc.tuple(fc.constant('abort'), fc.nat(9)), weight: 2 },
    { arbitrary: fc.tuple(fc.constant('wait'), fc.constantFrom(1, 10, 60, 300, 2_500)), weight: 6 },
    { arbitrary: fc.tuple(fc.constant('answer'), fc.nat(3)), weight: 10 },
    { arbitrary: fc.tuple(fc.constant('lose'), fc.nat(3)), weight: 2 },
    { arbitrary: fc.tuple(fc.constant('fail'), fc.nat(3)), weight: 2 },
    { arbitrary: fc.tuple(fc.constant('close'), fc.constant(0)), weight: 1 },
    { arbitrary: fc.tuple(fc.constant('pause'), fc.constantFrom(20, 700)), weight: 1 },
  ),
  fc.nat(2),
);

type Limits = typeof anyLimits extends fc.Arbitrary<infer Value> ? Value : never;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the limits of a connection, over processes, whatever happens', () => {
  it('are kept, first come first served, and nobody is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLimits,
        fc.array(anyStep, { maxLength: 60, size: 'max' }),
        async (limits, steps) => {
          const run = start(limits);
          for (const [[what, value], process] of steps) await run.take(what, process, value);
          await run.finish();
        },
      ),
      propertyRuns(500),
    );
  }, 600_000);
});

function start(limits: Limits) {
  const database = createDatabase(limits);
  const processes = Array.from({ length: limits.processes }, (_, owner) =>
    createProcess(limits, owner, database),
  );
  const check = async (): Promise<void> => {
    await settle();
    for (const process of processes) process.check();
    const busy = processes.reduce((sum, process) => sum + process.busy(), 0);
    if (limits.sharesPlaces) expect(busy).toBeLessThanOrEqual(limits.concurrency);
  };
  const wait = async (ms: number): Promise<void> => {
    // In short steps, so that what follows from a timer happens at about its time.
    for (let left = ms; left > 0; left -= 5) {
      vi.advanceTimersByTime(Math.min(5, left));
      await settle();
    }
    await check();
  };
  return {
    async take(what: string, nth: number, value: number): Promise<void> {
      const process = processes[nth % processes.length]!;
      if (what === 'wait') await wait(value);
      else if (what === 'answer') database.answer(value);
      else if (what === 'lose') database.lose(value);
      else if (what === 'fail') database.fail(value);
      else if (what === 'place') for (let each = 0; each < value; each += 1) process.wantPlace();
      else if (what === 'turn') for (let each = 0; each < value; each += 1) process.wantTurn();
      else if (what === 'leave') process.leave(value);
      else if (what === 'abort') process.abort(value);
      else if (what === 'pause') process.pause(value);
      else process.close();
      await check();
    },
    /** Nobody else wants anything, each statement is answered, and each request comes to its end. */
    async finish(): Promise<void> {
      const isWaiting = () => processes.some((process) => process.isWaiting());
      for (let round = 0; round < 3_000 && isWaiting(); round += 1) {
        for (const process of processes) process.leave(0);
        await settle();
        for (const [owner, process] of processes.entries()) if (process.busy() === 0) database.expire(owner);
        database.answerAll();
        await wait(100);
      }
      expect(isWaiting()).toBe(false);
      for (const process of processes) process.close();
      for (let round = 0; round < 40 && !processes.every((process) => process.isClosed()); round += 1) {
        for (const process of processes) process.leave(0);
        database.answerAll();
        await wait(100);
      }
      expect(processes.map((process) => process.isClosed())).toEqual(processes.map(() => true));
    },
  };
}

/** A limiter, and the requests that use it. */
function createProcess(limits: Limits, owner: number, database: ReturnType<typeof createDatabase>) {
  const { concurrency, rate, sharesPlaces, sharesTurns } = limits;
  const limiter = new Limiter({
    ...{ concurrency, requestsPerSecond: rate, log: { debug() {}, warn() {} } },
    slots: sharesPlaces ? database.slotsOf(owner) : undefined,
    turns: sharesTurns && rate !== undefined ? database.turns : undefined,
  });
  const places = createLine();
  const turns = createLine();
  const leaving: (() => void)[] = [];
  const sentAt: number[] = [];
  let [pausedUntil, isClosing, isClosed] = [0, false, false];
  const send = async (id: number) => {
    places.expectFirst(id);
    expect(isClosing).toBe(false);
    if (sharesPlaces) expect(performance.now()).toBeLessThan(database.confirmedAt(owner) + 3_000);
    await new Promise<void>((resolve) => leaving.push(resolve));
  };
  const go = (id: number) => {
    turns.expectFirst(id);
    expect(performance.now()).toBeGreaterThanOrEqual(pausedUntil);
    sentAt.push(performance.now());
  };
  return {
    busy: () => leaving.length,
    isWaiting: () => places.length() + turns.length() > 0,
    isClosed: () => isClosed,
    wantPlace: () => places.join((id, signal) => limiter.run(() => send(id), signal)),
    wantTurn: () =>
      turns.join(async (id, signal) => {
        await limiter.takeTurn(signal);
        go(id);
      }),
    leave: (nth: number) => leaving.splice(nth % Math.max(1, leaving.length), 1)[0]?.(),
    abort(nth: number): void {
      if (!places.abort(nth)) turns.abort(nth);
    },
    pause(ms: number): void {
      pausedUntil = Math.max(pausedUntil, performance.now() + ms);
      limiter.pause(ms);
    },
    close(): void {
      isClosing = true;
      void limiter.close().then(() => {
        expect(leaving.length).toBe(0);
        isClosed = true;
      });
    },
    check(): void {
      expect([...places.wrong, ...turns.wrong]).toEqual([]);
      expect(leaving.length).toBeLessThanOrEqual(concurrency);
      if (sharesPlaces) expect(database.held(owner)).toBeGreaterThanOrEqual(leaving.length);
      if (isClosing) expect(places.length() + turns.length()).toBe(rate === undefined ? turns.length() : 0);
      if (rate !== undefined) expectRate(sentAt, rate);
    },
  };
}

/** In any second no more than the rate, and what a short burst and lateness may add: a tenth each, and one. */
function expectRate(sentAt: readonly number[], rate: number): void {
  const from = sentAt.findIndex((at) => at > performance.now() - 1_000);
  if (from >= 0) expect(sentAt.length - from).toBeLessThanOrEqual(Math.ceil(rate * 1.2) + 1);
}

/** Who waits, in the order in which they came, and what went wrong. */
function createLine() {
  let waiting: { readonly id: number; readonly stop: AbortController }[] = [];
  let lastId = 0;
  const wrong: unknown[] = [];
  const leave = (id: number) => {
    waiting = waiting.filter((each) => each.id !== id);
  };
  return {
    wrong,
    length: () => waiting.length,
    join(ask: (id: number, signal: AbortSignal) => Promise<void>): void {
      lastId += 1;
      const id = lastId;
      const stop = new AbortController();
      waiting.push({ id, stop });
      ask(id, stop.signal).catch((thrown: unknown) => {
        const isRight = waiting.some((each) => each.id === id) ? isRefusal(thrown) : thrown === stopped;
        if (!isRight) wrong.push(thrown);
        leave(id);
      });
    },
    expectFirst(id: number): void {
      expect(waiting[0]?.id).toBe(id);
      leave(id);
    },
    abort(nth: number): boolean {
      const who = waiting[nth % Math.max(1, waiting.length)];
      if (who === undefined) return false;
      leave(who.id);
      who.stop.abort(stopped);
      return true;
    },
  };
}

const stopped = new Error('stopped');

function isRefusal(thrown: unknown): boolean {
  return (thrown as { code?: string }).code === 'TL_SYSTEM_UNREACHABLE';
}

/** The slots and turns that are shared. Statements are carried out, and answered, when a step says so. */
function createDatabase({ concurrency, rate }: Limits) {
  const asked: { readonly answer: () => () => void; readonly fail: () => void }[] = [];
  const pace = computePace(rate);
  const held = new Map<number, number>();
  const asking = new Set<number>();
  const renewed = new Map<number, number>();
  const confirmed = new Map<number, number>();
  let line: readonly number[] = [];
  let nextTurnAt = 0;
  const ask = <Result>(carryOut: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      const answer = () => {
        const result = carryOut();
        return () => resolve(result);
      };
      asked.push({ answer, fail: () => reject(new Error('away')) });
    });
  const share = (owner: number, { have, waits }: SlotsWish, at: number) => {
    const others = [...held].filter(([other]) => other !== owner);
    const free = others.reduce((left, [, slots]) => left - slots, concurrency);
    const place = waits ? line.indexOf(owner) : -1;
    const waiting = line.filter((each) => each !== owner);
    const waitsOf = (other: number) => {
      if (!line.includes(other)) return undefined;
      return place < 0 || line.indexOf(other) < place ? ('before us' as const) : ('after us' as const);
    };
    const own = Math.min(have, free);
    const seen = others.map(([other, slots]) => ({ slots, waits: waitsOf(other) }));
    held.set(owner, own);
    renewed.set(owner, performance.now());
    confirmed.set(owner, at);
    if (place < 0) line = waits ? [...waiting, owner] : waiting;
    return { own, others: seen.filter(({ slots, waits }) => slots > 0 || waits !== undefined) };
  };
  const slotsOf = (owner: number): SharedSlots => ({
    leaseMs: 6_000,
    share: (wish) => {
      const at = performance.now();
      expect(asking.has(owner), 'one look at a time').toBe(false);
      asking.add(owner);
      return ask(() => share(owner, wish, at)).finally(() => asking.delete(owner));
    },
  });
  const turns: SharedTurns = {
    take: (count) =>
      ask(() => {
        const firstAt = Math.max(nextTurnAt, performance.now() - pace.burstMs);
        nextTurnAt = firstAt + count * pace.gapMs;
        return firstAt - performance.now();
      }),
    pause: async () => {},
  };
  const pick = (nth: number) => asked.splice(nth % Math.max(1, asked.length), 1)[0];
  return {
    slotsOf,
    turns,
    held: (owner: number) => held.get(owner) ?? 0,
    confirmedAt: (owner: number) => confirmed.get(owner) ?? Number.NEGATIVE_INFINITY,
    answer: (nth: number) => pick(nth)?.answer()(),
    answerAll(): void {
      for (const { answer } of asked.splice(0)) answer()();
    },
    /** What was not renewed comes free. */
    expire(owner: number): void {
      if ((renewed.get(owner) ?? 0) < performance.now() - 6_000) held.delete(owner);
    },
    /** Carried out, but nobody learns of it. */
    lose(nth: number): void {
      const one = pick(nth);
      one?.answer();
      one?.fail();
    },
    fail: (nth: number) => pick(nth)?.fail(),
  };
}

/** Promises that follow from one another. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}
