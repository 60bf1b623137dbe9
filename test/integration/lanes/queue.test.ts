import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createLaneWork } from '../../../src/engine/lanes/lane-work.ts';
import { sweep } from '../../../src/engine/lanes/sweep.ts';
import { readRun } from '../../../src/engine/runs/read-run.ts';
import { startRun } from '../../../src/engine/runs/start-run.ts';
import { openOwnQueue } from '../../../src/queue/own-queue.ts';
import { openWorkQueue, type Work, type WorkQueue } from '../../../src/queue/work-queue.ts';
import { findIdleLanes } from '../../../src/store/line/lanes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { createTestQueue, type TestQueue } from '../../support/servers/queues.ts';
import { until } from '../../support/until.ts';

const redisUrl = inject('redisUrl');
const concurrency = { lanes: 4, runs: 2, bulks: 1 };
const never = new AbortController().signal;

describe.each(['postgres', 'redis'] as const)('the queue on %s', (kind) => {
  // Counterpart: test/integration/lanes/queue.test.ts on PostgreSQL.
  if (kind === 'redis' && redisUrl === '') return void test.skip('there is no Redis');
  let database: TestDatabase;
  let own: TestQueue;
  let queue: WorkQueue;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    own = createTestQueue(kind, { database, redisUrl });
    queue = openWorkQueue(own.backend);
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await queue.close();
    await own[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const startWorkers = (work: Work) => {
    const workers = queue.startWorkers(work, concurrency);
    closing.push(() => workers.close());
    return workers;
  };

  test('a wake reaches a worker', async () => {
    const done = recordWork();
    startWorkers(done);
    await queue.wake.lane({ flow: 'orders', lane: 3 });
    await queue.wake.run(17);
    await until(() => done.lanes.length === 1 && done.runs.length === 1);
    expect(done).toMatchObject({ lanes: [{ flow: 'orders', lane: 3 }], runs: [17] });
  });

  test('what was woken before there was a worker is done when there is one', async () => {
    await queue.wake.run(1);
    await queue.wake.run(2);
    const done = recordWork();
    startWorkers(done);
    await until(() => done.runs.length === 2);
    expect(done.runs.toSorted()).toEqual([1, 2]);
  });

  test('the same lane can be woken again while it is worked', async () => {
    const gate = Promise.withResolvers<void>();
    const lanes: number[] = [];
    startWorkers({
      run: async () => {},
      bulk: async () => {},
      lane: async ({ lane }) => {
        lanes.push(lane);
        await gate.promise;
      },
    });
    await queue.wake.lane({ flow: 'orders', lane: 1 });
    await until(() => lanes.length === 1);
    await queue.wake.lane({ flow: 'orders', lane: 1 });
    gate.resolve();
    await until(() => lanes.length === 2);
  });

  test('a delayed wake comes when it is due, and not before', async () => {
    const startedAt = Date.now();
    const at: Record<number, number> = {};
    startWorkers({
      run: async () => {},
      bulk: async () => {},
      lane: async ({ lane }) => {
        at[lane] = Date.now() - startedAt;
      },
    });
    await queue.wake.lane({ flow: 'orders', lane: 1 }, 700);
    await queue.wake.lane({ flow: 'orders', lane: 2 });
    await until(() => at[1] !== undefined && at[2] !== undefined);
    expect(at[1]).toBeGreaterThanOrEqual(700);
    expect(at[2]).toBeLessThan(at[1] ?? 0);
  });

  test('work goes on after a job that failed, which is reported', async () => {
    const runs: number[] = [];
    startWorkers({
      lane: async () => {},
      bulk: async () => {},
      run: async (id) => {
        runs.push(id);
        if (id === 1) throw new Error('run 1 went wrong');
      },
    });
    await queue.wake.run(1);
    await queue.wake.run(2);
    await until(() => runs.length === 2 && own.troubles.length > 0);
    expect(own.troubles).toEqual(['run 1 went wrong']);
  });

  test('a worker that closes waits for everything it has begun', async () => {
    const gate = Promise.withResolvers<void>();
    const runs: string[] = [];
    const workers = startWorkers({
      lane: async () => {},
      bulk: async () => {},
      run: async (id) => {
        runs.push(`${id} begins`);
        await gate.promise;
        runs.push(`${id} ends`);
      },
    });
    await queue.wake.run(1);
    await until(() => runs.length === 1);
    let isClosed = false;
    const closed = workers.close().then(() => {
      isClosed = true;
    });
    await queue.wake.run(2);
    expect(isClosed).toBe(false);
    gate.resolve();
    await closed;
    // A job that was being fetched when the closing began may still come in.
    expect(runs.slice(0, 1)).toEqual(['1 begins']);
    expect(runs).toContain('1 ends');
    expect(runs.includes('2 ends')).toBe(runs.includes('2 begins'));
  });

  test('a queue that was wiped costs no record: the sweep wakes all of it again', async () => {
    const records = Array.from({ length: 40 }, (_, index) => ({ key: `K-${index}`, version: '1' }));
    const target = createFakeTarget(['find', 'create', 'update']);
    const plan = createPlan(createFakeSource([pageOf(records)]), target);
    const test = createTestEngine(database.db);
    test.add(plan);
    const engine = { ...test.engine, wake: queue.wake };
    const id = await startRun(engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
    await own.wipe();

    const laneWork = createLaneWork(engine, { stop: never, lanesAtOnce: () => 4 });
    const reading = Promise.withResolvers<void>();
    const work = {
      lane: laneWork,
      run: (run: number) => readRun(engine, run, never).then(reading.resolve),
      bulk: async () => {},
    };
    const first = queue.startWorkers({ ...work, lane: async () => {} }, concurrency);
    await sweep(engine);
    await reading.promise;
    // Read and staged, and nobody delivered: once more all jobs are lost.
    await first.close();
    await own.wipe();

    startWorkers(work);
    await sweep(engine);
    await until(async () => (await test.load(id)).status === 'succeeded');
    expect((await test.load(id)).counts).toMatchObject({ read: 40, delivered: 40, pending: 0 });
    expect(target.effects).toHaveLength(40);
  });
});

describe('the own queue of a command', () => {
  const setUp = () => {
    const done = recordWork();
    const queue = openOwnQueue(['orders']);
    return { done, queue, workers: queue.startWorkers(done, concurrency) };
  };

  test('does what the command wakes, and leaves to others what it only comes across', async () => {
    const { done, queue, workers } = setUp();
    await queue.wake.run(7);
    for (const id of [6, 7, 8]) await queue.found.run(id);
    await queue.found.lane({ flow: 'orders', lane: 1 });
    await queue.found.lane({ flow: 'prices', lane: 2 });
    await queue.wake.lane({ flow: 'stock', lane: 3 });
    await queue.found.lane({ flow: 'stock', lane: 4 });
    await workers.close();
    expect(done.runs).toEqual([7, 7]);
    expect(done.lanes.map(({ lane }) => lane)).toEqual([1, 3, 4]);
  });

  test('waits with what is due later, and drops it when it ends', async () => {
    const { done, queue, workers } = setUp();
    await queue.wake.lane({ flow: 'orders', lane: 1 }, 20);
    await queue.wake.lane({ flow: 'orders', lane: 2 }, 60_000);
    await until(() => done.lanes.length === 1);
    await workers.close();
    expect(done.lanes).toEqual([{ flow: 'orders', lane: 1 }]);
  });
});

describe('a Redis that does not answer', () => {
  test('holds nobody up, and the work is done all the same', async () => {
    await using database = await createTestDatabase();
    const own = createTestQueue('redis', { database, redisUrl: 'redis://127.0.0.1:1' });
    const queue = openWorkQueue(own.backend);
    const target = createFakeTarget(['find', 'create', 'update']);
    const plan = createPlan(createFakeSource([pageOf([{ key: 'A' }, { key: 'B' }])]), target);
    const test = createTestEngine(database.db);
    test.add(plan);
    const engine = { ...test.engine, wake: queue.wake };
    const workers = queue.startWorkers(
      {
        lane: createLaneWork(engine, { stop: never, lanesAtOnce: () => 4 }),
        run: (id) => readRun(engine, id, never),
        bulk: async () => {},
      },
      concurrency,
    );
    const id = await startRun(engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
    await until(async () => {
      await sweep(engine);
      return (await test.load(id)).status === 'succeeded';
    });
    expect(target.effects).toHaveLength(2);

    const startedAt = Date.now();
    await workers.close();
    await queue.close();
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    // The refused connection and the queue's own word for it, once each, however often it was asked.
    expect(new Set(own.troubles).size).toBe(own.troubles.length);
  });

  test('leaves a later wake to the sweep', async () => {
    await using database = await createTestDatabase();
    const own = createTestQueue('redis', { database, redisUrl: 'redis://127.0.0.1:1' });
    const queue = openWorkQueue(own.backend);
    const done = recordWork();
    const workers = queue.startWorkers(done, concurrency);
    await queue.wake.lane({ flow: 'orders', lane: 1 }, 60_000);
    await queue.wake.lane({ flow: 'orders', lane: 2 });
    await workers.close();
    await queue.close();
    expect(done.lanes).toEqual([{ flow: 'orders', lane: 2 }]);
  });
});

describe('what comes off the queue', () => {
  let database: TestDatabase;
  const records = Array.from({ length: 40 }, (_, index) => ({ key: `K-${index}`, version: '1' }));

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await database[Symbol.asyncDispose]();
  });

  test('a lane that waits its turn takes one worker, however often it is named', async () => {
    const target = createFakeTarget(['find', 'create', 'update']);
    const plan = createPlan(createFakeSource([pageOf(records)]), target);
    const test = createTestEngine(database.db);
    await test.read(plan);
    const [first, second] = await findIdleLanes(database.db);
    const gate = Promise.withResolvers<void>();
    const loadPlan = async () => {
      await gate.promise;
      return plan;
    };
    const work = createLaneWork({ ...test.engine, loadPlan }, { stop: never, lanesAtOnce: () => 1 });
    const working = [work(first!), work(second!)];
    await work(second!);
    await work(second!);
    gate.resolve();
    await Promise.all(working);
    await test.workOff();
    expect(target.effects).toHaveLength(40);
  });

  test('a process that stops leaves a queued run to others', async () => {
    const plan = createPlan(createFakeSource([pageOf(records)]), createFakeTarget(['upsert']));
    const test = createTestEngine(database.db);
    test.add(plan);
    const id = await startRun(test.engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
    await readRun(test.engine, id, AbortSignal.abort());
    expect(await test.load(id)).toMatchObject({ status: 'queued', fault: null });
  });
});

function recordWork() {
  const lanes: { readonly flow: string; readonly lane: number }[] = [];
  const runs: number[] = [];
  return {
    lanes,
    runs,
    lane: async (at: { readonly flow: string; readonly lane: number }) => {
      lanes.push(at);
    },
    bulk: async () => {},
    run: async (id: number) => {
      runs.push(id);
    },
  };
}
