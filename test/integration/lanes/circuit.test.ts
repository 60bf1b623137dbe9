import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { hurryFlow } from '../../../src/engine/waiting/hurry-flow.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { claimProbe, openCircuit } from '../../../src/store/waiting/circuits.ts';
import { createPlan, type PlanChanges } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeTarget, pageOf } from '../../support/fake-system.ts';
import { until } from '../../support/until.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine({ limits: { probeMs: 200, pauseMs: 400 }, databaseFor: 'test' });

const recordsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ key: `K${n}`, version: '1', n }));
const unreachable = new Fault('TL_SYSTEM_UNREACHABLE', 'connection refused');
const unavailable = new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503');

function setUp(count: number, changes: PlanChanges = {}) {
  const source = createFakeSource([pageOf(recordsOf(count))]);
  const target = createFakeTarget(['find', 'create', 'update']);
  // Two flows of one test bring two kinds of things.
  const entity = changes.flow ?? 'thing';
  const plan = createPlan(source, target, { connection: 'erp', entity, ...changes });
  return { source, target: counting(target), plan };
}

/** Counts every call, the failing ones as well. */
function counting(target: FakeTarget) {
  const calls = { count: 0 };
  const resource: Record<string, unknown> = { ...target.resource };
  for (const name of ['find', 'create', 'update']) {
    const call = resource[name] as (...args: unknown[]) => unknown;
    resource[name] = (...args: unknown[]) => {
      calls.count += 1;
      return call(...args);
    };
  }
  return Object.assign(target, { calls, resource: Object.assign(target.resource, resource) });
}

const workedOff = (run: { id: number }) =>
  until(async () => {
    await tests.workOff();
    const now = await tests.load(run.id);
    return now.status !== 'running' && now;
  });

describe('a target that is away', () => {
  it('is left alone by all flows that write to it, but for one probe at a time, and they go on by themselves', async () => {
    tests.restart({ probeMs: 3_600_000, pauseMs: 3_600_000 });
    const first = setUp(400, { flow: 'orders', delivery: { batch: 10, lanes: 8 }, retry: once });
    const second = setUp(50, { flow: 'customers', retry: once });
    first.target.down = unreachable;
    second.target.down = unreachable;
    const runs = [await tests.run(first.plan), await tests.run(second.plan)];
    // 40 batches of orders and 4 of customers wait; one of them was tried.
    expect(first.target.calls.count + second.target.calls.count).toBe(1);
    await sql`update circuits set probe_at = now()`.execute(database.db);
    await tests.workOff();
    expect(first.target.calls.count + second.target.calls.count).toBe(2);

    first.target.down = undefined;
    second.target.down = undefined;
    await sql`update circuits set probe_at = now()`.execute(database.db);
    for (const run of runs) expect(await workedOff(run)).toMatchObject({ status: 'succeeded' });
    expect(first.target.effects).toHaveLength(400);
    expect(second.target.effects).toHaveLength(50);
  });

  it('uses up no attempt where it can be read, but answers 503 to everything that is written', async () => {
    const { plan, target } = setUp(30, { write: 'create', retry: once, delivery: { lanes: 1 } });
    target.refuse = () => ({ fault: unavailable });
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ pending: 30, failed: 0 });
    target.refuse = () => undefined;
    expect(await workedOff(run)).toMatchObject({ status: 'succeeded', counts: { delivered: 30 } });
  });

  it('uses up no attempt of a single record either, where it does not answer anything', async () => {
    const { plan, target } = setUp(1, { retry: once });
    target.down = unavailable;
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ pending: 1, failed: 0 });
    target.down = undefined;
    expect(await workedOff(run)).toMatchObject({ status: 'succeeded' });
  });

  it('is asked by the check of its connection where it cannot be asked for a record', async () => {
    let isAway = true;
    const check = async () => (isAway ? Promise.reject(unavailable) : undefined);
    const { source, target } = setUp(1);
    const { find: _find, ...resource } = target.resource;
    const plan = createPlan(source, { ...target, resource }, { write: 'create', retry: once, check });
    target.refuse = () => (isAway ? { fault: unavailable } : undefined);
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ pending: 1, failed: 0 });
    isAway = false;
    expect(await workedOff(run)).toMatchObject({ status: 'succeeded' });
  });

  it('makes its probes rarer, up to the longest pause', async () => {
    tests.restart({ probeMs: 100_000, pauseMs: 350_000 });
    const { plan, target } = setUp(1);
    target.down = unreachable;
    await tests.run(plan);
    const pauses: number[] = [];
    for (let probe = 0; probe < 3; probe++) {
      await hurryFlow(tests.engine, plan.flow);
      await tests.workOff();
      pauses.push(await pauseOf());
    }
    expect(pauses.map((ms) => Math.round(ms / 50_000) * 50_000)).toEqual([200_000, 350_000, 350_000]);
  });

  it('is probed at once when somebody starts the flow', async () => {
    tests.restart({ probeMs: 3_600_000, pauseMs: 3_600_000 });
    const { plan, target } = setUp(3);
    target.down = unreachable;
    const run = await tests.run(plan);
    target.down = undefined;
    await tests.workOff();
    expect((await tests.load(run.id)).counts).toMatchObject({ pending: 3 });
    await hurryFlow(tests.engine, plan.flow);
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({ status: 'succeeded' });
  });
});

const once = { attempts: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false };

async function pauseOf(): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from probe_at - now()) * 1000)::float8 as ms from circuits`.execute(database.db);
  return rows[0]?.ms ?? 0;
}

describe('a record that a system cannot digest', () => {
  it('uses up its attempts, and the others get through', async () => {
    const { plan, target } = setUp(5, {});
    target.refuse = ({ key }) => (key === 'K3' ? { fault: unavailable } : undefined);
    const run = await workedOff(await tests.run(plan));
    expect(run).toMatchObject({ status: 'errors', counts: { delivered: 4, failed: 1 } });
    expect(await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 })).toMatchObject([
      { key: 'K3', attempts: 3 },
    ]);
  });

  it('does so even if it is alone, as long as the system answers for others', async () => {
    const { plan, target } = setUp(1, {});
    target.refuse = () => ({ fault: unavailable });
    expect(await workedOff(await tests.run(plan))).toMatchObject({ status: 'errors', counts: { failed: 1 } });
  });

  it('does so where already looking it up fails', async () => {
    const { plan, target } = setUp(5, {});
    const { find } = target.resource;
    Object.assign(target.resource, {
      find: async (keys: readonly string[], signal: AbortSignal) => {
        if (keys.includes('K3')) throw unavailable;
        return await find?.(keys, signal);
      },
    });
    const run = await workedOff(await tests.run(plan));
    expect(run).toMatchObject({ status: 'errors', counts: { delivered: 4, failed: 1 } });
  });
});

describe('a system that is throttled', () => {
  const throttled = new Fault('TL_SYSTEM_THROTTLED', 'slow down', { retryAfterMs: 5_000 });

  it('is left alone by all flows for as long as it asks, and no attempt is used up', async () => {
    const first = setUp(20, { flow: 'orders', write: 'create', retry: once });
    const second = setUp(20, { flow: 'customers', retry: once });
    let left = 5;
    first.target.refuse = () => (left-- > 0 ? undefined : { fault: throttled });
    const run = await tests.run(first.plan);
    expect(run.counts).toMatchObject({ delivered: 5, pending: 15, failed: 0 });
    await tests.run(second.plan);
    expect(second.target.calls.count).toBe(0);
    expect(await pauseOf()).toBeGreaterThan(3_000);
    // Nobody's impatience changes that.
    await hurryFlow(tests.engine, second.plan.flow);
    await tests.workOff();
    expect(second.target.calls.count).toBe(0);
  });

  it('asking for a day is asked again after the longest pause that is waited', async () => {
    tests.restart({ maxThrottleMs: 2_000 });
    const { plan, target } = setUp(1);
    target.down = new Fault('TL_SYSTEM_THROTTLED', 'come back tomorrow', { retryAfterMs: 86_400_000 });
    await tests.run(plan);
    expect(await pauseOf()).toBeLessThanOrEqual(2_000);
  });

  it('uses up attempts of what has waited for a day', async () => {
    const { plan, target } = setUp(1, { retry: { ...once, attempts: 2 } });
    target.refuse = () => ({ fault: throttled });
    const run = await tests.run(plan);
    for (let day = 1; day <= 2; day++) {
      expect((await tests.load(run.id)).counts).toMatchObject({ pending: 1 });
      await sql`update held set due_at = now(), held_at = now() - interval '25 hours' where run_id = ${run.id}`.execute(
        database.db,
      );
      await sql`update circuits set probe_at = now()`.execute(database.db);
      await tests.workOff();
    }
    expect((await tests.load(run.id)).counts).toMatchObject({ failed: 1 });
  });
});

describe('a probe', () => {
  it('is taken by one process only, and by another if that one never comes back', async () => {
    const pause = { fault: { code: 'TL_SYSTEM_UNREACHABLE', message: '' }, waitMs: 0, extend: false };
    await openCircuit(database.db, 'erp', pause);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimProbe(database.db, 'erp', 300)));
    expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    await until(() => claimProbe(database.db, 'erp', 300), { what: 'the probe to be free again' });
  });
});
