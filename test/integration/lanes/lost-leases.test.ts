import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Found, Page, WriteItem, WriteResult } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { workLane } from '../../../src/engine/lanes/work-lane.ts';
import { findIdleLanes } from '../../../src/store/line/lanes.ts';
import { endLostReadings } from '../../../src/store/runs/runs.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { until } from '../../support/until.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

test('a reader that stood still does not lay what it read over what was read since', async () => {
  const reached = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<void>();
  const frozen = createFakeSource();
  const read = async function* (): AsyncGenerator<Page> {
    reached.resolve();
    await awake.promise;
    yield pageOf([{ key: 'A', phone: 'old' }]);
  };
  const target = createFakeTarget(['find', 'create', 'update']);
  const reading = tests.read(
    createPlan({ ...frozen, resource: { ...frozen.resource, read } }, target, { flow: 'phones' }),
  );
  await reached.promise;
  await sql`update runs set read_until = now() - interval '1 second' where flow = 'phones'`.execute(
    database.db,
  );
  await endLostReadings(database.db);

  const source = createFakeSource([pageOf([{ key: 'A', phone: 'new' }])]);
  await tests.run(createPlan(source, target, { flow: 'phones' }));
  awake.resolve();
  const given = await tests.load(await reading);
  await tests.workOff();

  expect(target.records.get('A')?.payload).toMatchObject({ phone: 'new' });
  expect(target.effects).toHaveLength(1);
  expect(given.counts).toMatchObject({ read: 0, pending: 0 });
});

test('a worker that stood still for longer than its lease writes nothing more', async () => {
  const reached = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<void>();
  let slept = 0;
  const target = createFakeTarget(['find', 'create', 'update']);
  const find = async (keys: readonly string[]): Promise<readonly (Found | undefined)[]> => {
    reached.resolve();
    await awake.promise;
    return keys.map(() => undefined);
  };
  const source = createFakeSource([pageOf([{ key: 'A', n: 1 }])]);
  await tests.read(
    createPlan(source, { ...target, resource: { ...target.resource, find } }, { flow: 'sleepers' }),
  );
  const engine: Engine = { ...tests.engine, clock: { now: () => Date.now() + slept } };
  const [lane] = (await findIdleLanes(database.db)).filter(({ flow }) => flow === 'sleepers');
  const working = workLane(engine, lane!, new AbortController().signal);
  await reached.promise;
  // Another one has the lane by now; the one that slept has not heard of it.
  await sql`update lanes set owner = 'another', epoch = epoch + 1 where flow = 'sleepers'`.execute(
    database.db,
  );
  slept = engine.limits.leaseMs;
  awake.resolve();
  await working;
  expect(target.effects).toEqual([]);
});

test('what a worker was looking up when it lost its lane does not go to the errors', async () => {
  const reached = Promise.withResolvers<void>();
  let slept = 0;
  const target = createFakeTarget(['find', 'create', 'update']);
  const find = (_keys: readonly string[], signal: AbortSignal): Promise<readonly (Found | undefined)[]> => {
    reached.resolve();
    return new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  const quick = createTestEngine(database.db, { leaseMs: 300 });
  const source = createFakeSource([pageOf([{ key: 'A', n: 1 }])]);
  const plan = createPlan(source, { ...target, resource: { ...target.resource, find } }, { flow: 'lookups' });
  const id = await quick.read(plan);
  const engine: Engine = { ...quick.engine, clock: { now: () => Date.now() + slept } };
  const [lane] = (await findIdleLanes(database.db)).filter(({ flow }) => flow === 'lookups');
  const working = workLane(engine, lane!, new AbortController().signal);
  await reached.promise;
  // By its own clock the lease is over; in the database, nobody else has taken the lane yet.
  slept = engine.limits.leaseMs;
  await working;
  expect((await quick.load(id)).counts).toMatchObject({ read: 1, failed: 0, pending: 1 });
});

test('what a worker was writing when it lost its lane does not make the target look away', async () => {
  const unsent = new Fault('TL_SYSTEM_UNREACHABLE', 'stopped before it was sent');
  const target = createFakeTarget(['find', 'create', 'update']);
  const quick = createTestEngine(database.db, { leaseMs: 300 });
  let slept = 0;
  const create = async (
    items: readonly WriteItem[],
    signal: AbortSignal,
  ): Promise<readonly WriteResult[]> => {
    slept = quick.engine.limits.leaseMs;
    await until(() => signal.aborted);
    return items.map(() => ({ ok: false, fault: unsent }));
  };
  const source = createFakeSource([pageOf([{ key: 'A', n: 1 }])]);
  const plan = createPlan(
    source,
    { ...target, resource: { ...target.resource, create } },
    { flow: 'writes' },
  );
  await quick.read(plan);
  const engine: Engine = { ...quick.engine, clock: { now: () => Date.now() + slept } };
  await workLane(
    engine,
    { flow: 'writes', lane: await laneOf('writes') },
    new AbortController().signal,
  ).catch(() => {});
  const { rows } = await sql`select connection from circuits`.execute(database.db);
  expect(rows).toEqual([]);
});

async function laneOf(flow: string): Promise<number> {
  const lanes = await findIdleLanes(database.db);
  return lanes.find((lane) => lane.flow === flow)?.lane ?? -1;
}
