import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import { approveRun, rejectRun } from '../../../src/engine/approval/decide-approval.ts';
import { workLane } from '../../../src/engine/lanes/work-lane.ts';
import { mergeWith } from '../../../src/engine/patch/edits.ts';
import { startTick } from '../../../src/engine/runs/start-run.ts';
import type { EngineLog } from '../../../src/observe/engine-log.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { findIdleLanes } from '../../../src/store/line/lanes.ts';
import { findRunAhead } from '../../../src/store/runs/approvals.ts';
import type { Run } from '../../../src/store/runs/runs.ts';
import { loadCursor } from '../../../src/store/runs/runs.ts';
import { listWaitingLanes } from '../../../src/store/waiting/pending.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { createTestEngine, type PlanChanges } from '../../support/engine.ts';
import { type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { until } from '../../support/until.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();
const never = new AbortController().signal;

/** One lane, so that batches come one after the other, unless a test says otherwise. */
const setUp = (records: readonly FakeRecord[], { delivery, ...changes }: PlanChanges) =>
  tests.setUp({
    records,
    abilities: ['find', 'create', 'update', 'delete'],
    delivery: { lanes: 1, batch: 10, ...delivery },
    ...changes,
  });

const many = (count: number, more: (index: number) => object = () => ({})): readonly FakeRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `K${String(index).padStart(3, '0')}`,
    n: index,
    ...more(index),
  }));

/** As `guards: { maxChange: { of: price, by: 30% } }` compiles to. */
const watchingPrice = (records = 0): PlanChanges => ({
  guards: { maxChange: { byPercent: '30', records } },
  steps: { measure: async (record) => (record as { price?: string }).price },
});

const prices = (...all: readonly (string | undefined)[]) =>
  many(all.length, (index) => (all[index] === undefined ? {} : { price: all[index] }));

const refused = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'the item is blocked') });

function watchHolds(): string[] {
  const said: string[] = [];
  const runAwaitsApproval: EngineLog['runAwaitsApproval'] = (_at, { message }) => said.push(message);
  Object.assign(tests.engine, { log: { ...tests.engine.log, runAwaitsApproval } });
  return said;
}

const openErrors = (plan: Plan) => listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 100 });

function expectHeld(run: Run, message: string): void {
  expect(run).toMatchObject({ status: 'held', endedAt: null, fault: { code: 'TL_GUARD_TRIPPED', message } });
  expect(isBalanced(run.counts)).toBe(true);
}

describe('maxErrorRate', () => {
  const guards = { maxErrorRatePercent: '5' };

  it('holds a run once 20 records have an outcome and too many of them failed', async () => {
    const { plan, target } = setUp(many(50), { guards });
    let asked = 0;
    target.refuse = () => {
      asked += 1;
      return refused();
    };
    const run = await tests.run(plan);
    expectHeld(run, '20 of 20 records failed; guards.maxErrorRate allows 5%');
    expect(run.counts).toMatchObject({ read: 50, failed: 20, pending: 30 });
    expect(asked).toBe(20);
    await approveRun(tests.engine, run.id, 'anna');
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({
      status: 'errors',
      fault: null,
      counts: { failed: 50, pending: 0 },
    });
  });

  it('lets exactly the share pass, and a run of fewer records fail as it may', async () => {
    const sound = setUp(many(40), { guards, delivery: { batch: 20 } });
    sound.target.refuse = ({ key }) => (key === 'K003' ? refused() : undefined);
    expect(await tests.run(sound.plan)).toMatchObject({ status: 'errors', counts: { failed: 1, read: 40 } });
    const small = setUp(many(19), { guards, flow: `small-${tests.nth}` });
    small.target.refuse = refused;
    expect(await tests.run(small.plan)).toMatchObject({ status: 'errors', counts: { failed: 19 } });
  });

  it('does not hold a run that has nothing left to do', async () => {
    const { plan, target } = setUp(many(20), { guards });
    target.refuse = refused;
    expect(await tests.run(plan)).toMatchObject({ status: 'errors', counts: { failed: 20 } });
  });

  it('counts what could not be read, and stops the reading', async () => {
    const { plan, source } = setUp([], { guards });
    const broken = { raw: ';;;', fault: new Fault('TL_SOURCE_RECORD', 'line 7: too many columns') };
    const bad = Array.from({ length: 30 }, () => broken);
    let pages = 0;
    Object.assign(source.resource, {
      async *read() {
        for (let page = 0; page < 9; page++) {
          pages += 1;
          yield { records: bad, cursor: `page ${page}` };
        }
      },
    });
    tests.restart({ stageBytes: 1 });
    const run = await tests.run(plan);
    expectHeld(run, '30 of 30 records failed; guards.maxErrorRate allows 5%');
    expect(run.counts).toMatchObject({ read: 30, failed: 30, pending: 0 });
    expect(pages).toBeLessThan(9);
    expect(await loadCursor(database.db, plan.flow)).toBe('page 0');
    await approveRun(tests.engine, run.id, 'anna');
    expect(await tests.load(run.id)).toMatchObject({
      status: 'failed',
      fault: { code: 'TL_RUN_STOPPED' },
    });
  });
});

describe('a run that is held at the end of its reading', () => {
  it('is not taken for one that was cut short', async () => {
    const { plan, source } = setUp([], { guards: { maxErrorRatePercent: '5' } });
    const broken = { raw: ';;;', fault: new Fault('TL_SOURCE_RECORD', 'line 7: too many columns') };
    const sound = many(5).map((record) => ({ record }));
    source.pages = [{ records: [...Array.from({ length: 30 }, () => broken), ...sound] }];
    const run = await tests.run(plan);
    expectHeld(run, '30 of 30 records failed; guards.maxErrorRate allows 5%');
    await approveRun(tests.engine, run.id, 'anna');
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({
      status: 'errors',
      fault: null,
      counts: { read: 35, failed: 30, delivered: 5 },
    });
  });
});

describe('maxDeletes', () => {
  const deleting = (maxDeletes: number): PlanChanges => ({ write: 'delete', guards: { maxDeletes } });

  it('does not write the batch that would exceed it', async () => {
    const { plan, target } = setUp(many(60), deleting(25));
    const run = await tests.run(plan);
    expectHeld(run, 'would delete 30 records; guards.maxDeletes allows 25');
    expect(target.effects).toHaveLength(20);
    expect(run.counts).toMatchObject({ read: 60, delivered: 20, pending: 40 });
    await approveRun(tests.engine, run.id, 'anna');
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 60 } });
    expect(new Set(target.effects.map(({ key }) => key)).size).toBe(60);
  });

  it('counts a batch that is tried again once', async () => {
    const { plan, target } = setUp(many(20), { ...deleting(20), delivery: { batch: 20 } });
    target.down = new Fault('TL_SYSTEM_UNREACHABLE', 'connection refused');
    const run = await tests.run(plan);
    expect(run).toMatchObject({ status: 'running', counts: { pending: 20 } });
    target.down = undefined;
    await sql`update batches set due_at = now()`.execute(database.db);
    await sql`update circuits set probe_at = now()`.execute(database.db);
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 20 } });
    const { rows } = await sql`select 1 from guarded where run_id = ${run.id}`.execute(database.db);
    expect(rows).toEqual([]);
  });

  it('counts across lanes that come to it at the same time, and says so once', async () => {
    const said = watchHolds();
    const lanes = 4;
    const arrived: string[] = [];
    const together = Promise.withResolvers<void>();
    const { plan, target } = setUp(many(40), {
      ...deleting(25),
      delivery: { lanes, batch: 100 },
      steps: {
        // Every lane is at work before the first of them counts.
        map: async (value) => {
          arrived.push((value as FakeRecord).key);
          if (arrived.length === 40) together.resolve();
          await together.promise;
          return { value };
        },
      },
    });
    const id = await tests.read(plan);
    const idle = await findIdleLanes(database.db);
    expect(idle).toHaveLength(lanes);
    await Promise.all(idle.map((lane) => workLane(tests.engine, lane, never)));
    const run = await tests.load(id);
    expect(run.status).toBe('held');
    expect(target.effects.length).toBeLessThanOrEqual(25);
    expect(target.effects.length).toBeGreaterThan(0);
    expect(run.counts.delivered).toBe(target.effects.length);
    expect(run.counts.pending).toBe(40 - target.effects.length);
    expect(said).toEqual([run.fault?.message]);
    expect(await findIdleLanes(database.db)).toEqual([]);
  });
});

describe('maxChange', () => {
  it('holds the export that zeroes the catalogue before any of it is written', async () => {
    const said = watchHolds();
    const { plan, source, target } = setUp(prices('10.00', '20.00', '30.00'), watchingPrice());
    await tests.run(plan);
    source.pages = [pageOf(prices('10.50', '0', '0'))];
    const run = await tests.run(plan);
    const message =
      'would change 2 records by more than 30%, "K001" among them; guards.maxChange allows none';
    expectHeld(run, message);
    expect(said).toEqual([message]);
    expect(target.effects).toHaveLength(3);
    await approveRun(tests.engine, run.id, 'anna');
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 3 } });
    expect(target.records.get('K002')?.payload).toMatchObject({ price: '0' });
  });

  it.each([
    ['exactly the share, which floats would miss', '0.10', '0.13', 'succeeded'],
    ['a bit more', '0.10', '0.1301', 'held'],
    ['downwards as well', '100', '69.99', 'held'],
    ['anything from zero', '0.00', '0.01', 'held'],
    ['zero that stays zero', '0.00', '0', 'succeeded'],
    ['no number any more', '10', undefined, 'succeeded'],
  ])('compares exactly: %s', async (_what, before, after, status) => {
    const { plan, source } = setUp(prices(before), watchingPrice());
    await tests.run(plan);
    source.pages = [pageOf(prices(after))];
    expect(await tests.run(plan)).toMatchObject({ status });
  });

  it('remembers the last number over a delivery without one', async () => {
    const { plan, source } = setUp(prices('10'), watchingPrice());
    await tests.run(plan);
    source.pages = [pageOf(prices(undefined))];
    await tests.run(plan);
    source.pages = [pageOf(prices('1'))];
    expect(await tests.run(plan)).toMatchObject({ status: 'held' });
  });

  it('remembers it in a batch with a failure as well', async () => {
    const { plan, source, target } = setUp(prices('10', '20'), watchingPrice());
    await tests.run(plan);
    target.refuse = ({ key }) => (key === 'K001' ? refused() : undefined);
    source.pages = [pageOf(prices(undefined, '21'))];
    expect((await tests.run(plan)).counts).toMatchObject({ delivered: 1, failed: 1 });
    source.pages = [pageOf(prices('1'))];
    expect(await tests.run(plan)).toMatchObject({ status: 'held' });
  });

  it('lets as many records through in a run as it says', async () => {
    const { plan, source, target } = setUp(
      many(30, () => ({ price: '10' })),
      watchingPrice(2),
    );
    await tests.run(plan);
    const changed = (count: number) => many(30, (index) => ({ price: index % 10 < count ? '99' : '11' }));
    target.effects.length = 0;
    source.pages = [pageOf(changed(1))];
    const run = await tests.run(plan);
    expectHeld(run, 'would change 3 records by more than 30%, "K020" among them; guards.maxChange allows 2');
    expect(target.effects).toHaveLength(20);
  });

  it('knows what was delivered before the flow had it, once that is read again', async () => {
    const { plan, source } = setUp(prices('10', '20'), {});
    await tests.run(plan);
    const { guards, steps } = watchingPrice();
    const guarded = { ...plan, hash: `${plan.hash}-guarded`, guards, steps: { ...plan.steps, ...steps } };
    expect((await tests.run(guarded)).counts).toMatchObject({ unchanged: 2 });
    source.pages = [pageOf(prices('0', '0'))];
    expect(await tests.run(guarded)).toMatchObject({ status: 'held' });
  });

  it('compares a record that comes twice in a batch with what it was in between', async () => {
    const { plan, source } = setUp([{ key: 'A', price: '10' }], watchingPrice());
    await tests.run(plan);
    source.pages = [pageOf(['12', '15', '18'].map((price) => ({ key: 'A', price })))];
    expect(await tests.run(plan)).toMatchObject({ status: 'succeeded', counts: { delivered: 3 } });
    source.pages = [pageOf(['20', '10', '11'].map((price) => ({ key: 'A', price })))];
    const run = await tests.run(plan);
    expect(run).toMatchObject({ status: 'held', counts: { read: 3, delivered: 1, pending: 2 } });
    await approveRun(tests.engine, run.id, 'anna');
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 3 } });
  });
});

/** A run of three records that is held before any of them is written. */
async function holdRun() {
  const parts = setUp(prices('10', '20', '30'), watchingPrice());
  await tests.run(parts.plan);
  parts.target.effects.length = 0;
  parts.source.pages = [pageOf(prices('0', '0', '0'))];
  return { ...parts, held: await tests.run(parts.plan) };
}

/** A run whose batch is done, with a record that has to be tried again, and one whose price changes too much. */
async function holdInSecondRound() {
  const parts = setUp([{ key: 'A', price: '10' }], {
    ...watchingPrice(),
    retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
  });
  const { plan, source, target } = parts;
  await tests.run(plan);
  target.refuse = ({ key }) =>
    key === 'B' ? { fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') } : undefined;
  const records = [
    { key: 'B', price: '1' },
    { key: 'A', price: '11' },
    { key: 'A', price: '0' },
  ];
  source.pages = [pageOf(records)];
  const held = await tests.run(plan);
  target.refuse = () => undefined;
  expect(held).toMatchObject({ status: 'held', counts: { read: 3, delivered: 1, pending: 2 } });
  expect((await sql`select 1 from batches where flow = ${plan.flow}`.execute(database.db)).rows).toEqual([]);
  return { ...parts, held };
}

describe('a held run', () => {
  it('stands still for every process, over a restart, and later runs queue behind it', async () => {
    const { plan, source, target, held } = await holdRun();
    const lanes = await listWaitingLanes(database.db, { flow: plan.flow, limit: 9 });
    expect(lanes.reduce((sum, { records }) => sum + records, 0)).toBe(3);
    for (const lane of lanes)
      expect(lane).toMatchObject({ run: held.id, nextAttemptAt: null, fault: { code: 'TL_GUARD_TRIPPED' } });
    const other = createTestEngine(database.db);
    other.add(plan);
    await other.workOff();
    source.pages = [pageOf(prices('11', '21', '31'))];
    const later = await other.run(plan);
    expect(later).toMatchObject({ status: 'running', counts: { read: 3, pending: 3 } });
    expect(await findRunAhead(database.db, later.id)).toMatchObject({ runId: held.id, isRead: true });
    expect(target.effects).toEqual([]);
    await approveRun(other.engine, held.id, 'anna');
    await other.workOff();
    // The zeros were approved, but not the way back from them.
    expect(target.effects.map(({ payload }) => (payload as { price: string }).price)).toEqual([
      '0',
      '0',
      '0',
    ]);
    expect(await tests.load(later.id)).toMatchObject({ status: 'held' });
  });

  it('keeps its records on hold where they are, while those of other runs go on', async () => {
    const { plan, source, target } = setUp([{ key: 'A', price: '10' }], {
      ...watchingPrice(),
      retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    });
    await tests.run(plan);
    target.refuse = ({ key }) =>
      key === 'A' ? undefined : { fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') };
    source.pages = [pageOf([{ key: 'B', price: '1' }])];
    const earlier = await tests.run(plan);
    source.pages = [pageOf([{ key: 'C', price: '1' }]), pageOf([{ key: 'A', price: '0' }])];
    const small = { ...plan, hash: `${plan.hash}-small`, delivery: { ...plan.delivery, batch: 1 } };
    const held = await tests.run(small);
    expect(held).toMatchObject({ status: 'held', counts: { read: 2, pending: 2 } });
    target.refuse = () => undefined;
    await sql`update held set due_at = now()`.execute(database.db);
    await tests.workOff();
    expect(await tests.load(earlier.id)).toMatchObject({ status: 'succeeded' });
    expect((await tests.load(held.id)).counts).toMatchObject({ delivered: 0, pending: 2 });
    await approveRun(tests.engine, held.id, 'anna');
    await tests.workOff();
    expect(await tests.load(held.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 2 } });
  });

  it('has its ticks skipped, also when all that is left of it is on hold', async () => {
    const { plan } = await holdInSecondRound();
    const schedule = { cron: '* * * * *', timezone: 'UTC', overlap: 'skip' as const, catchupMs: 0 };
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan, schedule };
    const tick = await startTick(tests.engine, flow, new Date('2026-01-01T00:00:00Z'));
    expect(await tests.load(tick ?? 0)).toMatchObject({ status: 'skipped' });
  });

  it('does not hold replays, which a person wants', async () => {
    const { plan, source, target } = setUp(prices('10'), watchingPrice());
    await tests.run(plan);
    target.refuse = refused;
    source.pages = [pageOf(prices('12'))];
    await tests.run(plan);
    target.refuse = () => undefined;
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    const replay = await startReplay(tests.engine, flow, {
      filter: { flow: plan.flow },
      by: 'anna',
      edit: mergeWith({ price: '1000' }),
    });
    await tests.workOff();
    expect(await tests.load(replay ?? 0)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(target.records.get('K000')?.payload).toMatchObject({ price: '1000' });
  });

  it('does not hold a replay of which too much fails again', async () => {
    const { plan, target } = setUp(many(30), { delivery: { batch: 30 } });
    target.refuse = refused;
    await tests.run(plan);
    const guarded = {
      ...plan,
      hash: `${plan.hash}-guarded`,
      delivery: { ...plan.delivery, batch: 20 },
      guards: { maxErrorRatePercent: '5' },
    };
    tests.add(guarded);
    const flow = { flow: plan.flow, hash: guarded.hash, documents: [], plan: guarded };
    const replay = await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'anna' });
    await tests.workOff();
    expect(await tests.load(replay ?? 0)).toMatchObject({ status: 'errors', counts: { failed: 30 } });
  });

  it('that is rejected goes to the errors whole, from where it can be replayed', async () => {
    const { plan, source, target, held } = await holdRun();
    source.pages = [pageOf([{ key: 'new', price: '5' }])];
    const later = await tests.run(plan);
    expect(await rejectRun(tests.engine, held.id, { by: 'anna', reason: 'the export was broken' })).toEqual({
      rejected: 3,
    });
    const run = await tests.load(held.id);
    expect(run).toMatchObject({ status: 'errors', counts: { read: 3, failed: 3, pending: 0 } });
    expect(isBalanced(run.counts)).toBe(true);
    expect(target.effects).toEqual([]);
    const errors = await openErrors(plan);
    expect(errors.map(({ key, code }) => `${key} ${code}`)).toEqual(
      ['K000', 'K001', 'K002'].map((key) => `${key} TL_RUN_REJECTED`),
    );
    expect(errors[0]?.message).toMatch(
      /^the run was rejected: the export was broken \(would change 3 records/,
    );
    await tests.workOff();
    expect(await tests.load(later.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'anna' });
    await tests.workOff();
    expect(target.records.get('K000')?.payload).toMatchObject({ price: '0' });
    expect(await openErrors(plan)).toEqual([]);
  });

  it('that is rejected frees later versions that queue behind its records on hold', async () => {
    const { plan, source, target, held } = await holdInSecondRound();
    source.pages = [pageOf([{ key: 'B', price: '2' }])];
    const later = await tests.run(plan);
    expect(later).toMatchObject({ status: 'running', counts: { pending: 1 } });
    expect(await findRunAhead(database.db, later.id)).toMatchObject({ runId: held.id });
    expect(await rejectRun(tests.engine, held.id, { by: 'anna', reason: 'no' })).toEqual({ rejected: 2 });
    await tests.workOff();
    expect(await tests.load(later.id)).toMatchObject({ status: 'succeeded' });
    expect(target.records.get('B')?.payload).toMatchObject({ price: '2' });
    expect(await tests.load(held.id)).toMatchObject({
      status: 'errors',
      counts: { read: 3, delivered: 1, failed: 2, pending: 0 },
    });
  });

  it('that is rejected waits for the batch that another lane has under way', async () => {
    const writing = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const { plan, target } = setUp(many(8), {
      write: 'delete',
      guards: { maxDeletes: 6 },
      delivery: { lanes: 2 },
    });
    const { delete: carryOut } = target.resource;
    Object.assign(target.resource, {
      delete: async (...args: Parameters<NonNullable<typeof carryOut>>) => {
        writing.resolve();
        await goOn.promise;
        return (await carryOut?.(...args)) ?? [];
      },
    });
    const id = await tests.read(plan);
    // The lane that is busy is the one that is taken last.
    const [first, second] = (await findIdleLanes(database.db)).toSorted((a, b) => b.lane - a.lane);
    const working = workLane(tests.engine, first!, never);
    await writing.promise;
    await workLane(tests.engine, second!, never);
    expect(await tests.load(id)).toMatchObject({ status: 'held', counts: { pending: 8 } });
    const other = createTestEngine(database.db);
    let isOver = false;
    const rejecting = rejectRun(other.engine, id, { by: 'anna', reason: 'no' }).finally(() => {
      isOver = true;
    });
    await until(async () => {
      const { rows } = await sql`
        select 1 from lanes where flow = ${plan.flow} and owner is not null`.execute(database.db);
      return rows.length === 2;
    });
    expect(isOver).toBe(false);
    goOn.resolve();
    await working;
    const { rejected } = await rejecting;
    const run = await tests.load(id);
    expect(run).toMatchObject({ status: 'errors', counts: { pending: 0, failed: rejected } });
    expect(run.counts.delivered).toBe(target.effects.length);
    expect(run.counts.delivered).toBeGreaterThan(0);
    expect(isBalanced(run.counts)).toBe(true);
  });

  it('is decided about once, and nothing else is', async () => {
    const { held, plan } = await holdRun();
    await approveRun(tests.engine, held.id, 'anna');
    const again = `run ${held.id} of ${plan.flow} is not held for approval: it is running`;
    await expect(approveRun(tests.engine, held.id, 'anna')).rejects.toThrow(again);
    await expect(rejectRun(tests.engine, held.id, { by: 'anna', reason: 'no' })).rejects.toThrow(again);
    await expect(approveRun(tests.engine, 999_999, 'anna')).rejects.toThrow('there is no run 999999');
  });
});
