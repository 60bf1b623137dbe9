import { expect, onTestFinished, test, vi } from 'vitest';
import type { Page } from '../../../src/contract/connector.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { workLane } from '../../../src/engine/lanes/work-lane.ts';
import { startRun } from '../../../src/engine/runs/start-run.ts';
import { findIdleLanes } from '../../../src/store/line/lanes.ts';
import { useDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { until } from '../../support/until.ts';
import { startWorking } from '../../support/working-engine.ts';

const database = useDatabase();

const hour = 3_600_000;

/** An engine of this test alone, whose clock can be set. */
function createSetEngine() {
  const tests = createTestEngine(database.db, { stageBytes: 1 });
  let offMs = 0;
  const engine: Engine = { ...tests.engine, clock: { now: () => Date.now() + offMs } };
  return {
    tests,
    engine,
    setClock: (ms: number) => {
      offMs = ms;
    },
  };
}

test.each([
  ['an hour ahead', [hour]],
  ['an hour back', [-hour]],
  ['ahead and back again, again and again', [hour, 0, hour, 0, -hour, 0]],
])('a clock that jumps %s costs no record, no order, and doubles nothing', async (what, jumps) => {
  const { tests, engine, setClock } = createSetEngine();
  const flow = `jumps ${what}`;
  const source = createFakeSource(
    Array.from({ length: 12 }, (_, page) =>
      pageOf(['A', 'B', 'C', `only ${page}`].map((key) => ({ key, version: String(page), n: page }))),
    ),
  );
  const target = createFakeTarget(['find', 'create', 'update']);
  const left = [...jumps];
  let calls = 0;
  // In the middle of lookups, writes and pages: wherever something is asked of a system.
  const jump = () => {
    calls += 1;
    if (calls % 3 === 0 && left.length > 0) setClock(left.shift() ?? 0);
  };
  for (const ability of ['find', 'create', 'update'] as const) {
    const call = target.resource[ability] as (...args: unknown[]) => Promise<unknown>;
    Object.assign(target.resource, {
      [ability]: async (...args: unknown[]) => {
        jump();
        const answer = await call(...args);
        jump();
        return answer;
      },
    });
  }
  const { pages } = source;
  Object.assign(source.resource, {
    async *read(): AsyncGenerator<Page> {
      for (const page of pages) {
        yield page;
        jump();
      }
    },
  });
  const plan = createPlan(source, target, { flow, delivery: { batch: 5, lanes: 2 } });
  tests.add(plan);
  const working = startWorking(engine);
  onTestFinished(working.stop);
  const id = await startRun(working.engine, { flow, hash: plan.hash, documents: [], plan }, {});
  // By itself, and long before the hour is over.
  const run = await until(
    async () => {
      const run = await tests.load(id);
      return run.endedAt === null ? undefined : run;
    },
    { timeoutMs: 25_000, what: 'the run' },
  );
  expect(left).toEqual([]);
  expect(run).toMatchObject({ status: 'succeeded', counts: { read: 48, pending: 0, failed: 0 } });
  expect(isBalanced(run.counts)).toBe(true);
  for (const key of ['A', 'B', 'C']) {
    const taken = target.effects.filter((effect) => effect.key === key);
    expect(taken.map(({ payload }) => (payload as { n: number }).n)).toEqual([...Array(12).keys()]);
  }
  expect(target.effects).toHaveLength(48);
});

test('what was read goes on its way although the clock was set back meanwhile', async () => {
  const { tests, engine, setClock } = createSetEngine();
  const patient: Engine = { ...engine, limits: { ...engine.limits, stageBytes: 1e9 } };
  const target = createFakeTarget(['find', 'create', 'update']);
  const source = createFakeSource();
  const arrived = Promise.withResolvers<void>();
  Object.assign(source.resource, {
    async *read(): AsyncGenerator<Page> {
      setClock(-hour);
      yield pageOf([{ key: 'A', version: '1' }]);
      // A slow source: the rest of it comes only when the first record is there.
      await arrived.promise;
      yield pageOf([{ key: 'B', version: '1' }]);
    },
  });
  const plan = createPlan(source, target, { flow: 'slow source' });
  tests.add(plan);
  const working = startWorking(patient);
  onTestFinished(working.stop);
  await startRun(working.engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
  await until(() => target.records.has('A'), { what: 'the first record' });
  arrived.resolve();
  await until(() => target.records.has('B'), { what: 'the second one' });
});

test('a worker that stood still while its clock was set back writes nothing more', async () => {
  const { tests, engine, setClock } = createSetEngine();
  const reached = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<void>();
  const target = createFakeTarget(['find', 'create', 'update']);
  const { find } = target.resource;
  Object.assign(target.resource, {
    find: async (...args: Parameters<NonNullable<typeof find>>) => {
      reached.resolve();
      await awake.promise;
      return (await find?.(...args)) ?? [];
    },
  });
  const source = createFakeSource([pageOf([{ key: 'A', n: 1 }])]);
  await tests.read(createPlan(source, target, { flow: 'set back asleep' }));
  const [lane] = (await findIdleLanes(database.db)).filter(({ flow }) => flow === 'set back asleep');
  const working = workLane(engine, lane!, new AbortController().signal);
  await reached.promise;
  // It was suspended for longer than its lease, and its clock was set back before it went on.
  setClock(-hour);
  const sleptFrom = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => sleptFrom + engine.limits.leaseMs);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  awake.resolve();
  await working;
  expect(target.effects).toEqual([]);
});
