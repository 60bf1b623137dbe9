import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import { settleByHand } from '../../../src/engine/decisions/settle-errors.ts';
import { sweep } from '../../../src/engine/lanes/sweep.ts';
import { startTick } from '../../../src/engine/runs/start-run.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { findRunWait } from '../../../src/store/line/batches.ts';
import { deleteXrefs } from '../../../src/store/line/xrefs.ts';
import { listRuns } from '../../../src/store/runs/runs.ts';
import type { Plan, Steps } from '../../../src/workspace/compile/plan.ts';
import { createPlan, createTestEngine, type PlanChanges } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { leaveReserved } from '../../support/known-xrefs.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();
/** Each time a record is brought it is another state of it, so that it is written. */
let brought = 0;

interface Order extends FakeRecord {
  readonly customer?: string;
  readonly product?: string;
}

/** `$xref("customer", customer)` and `$xref("product", product)`: what has no id asks for nothing. */
const map: Steps['map'] = async (value, { xref }) => {
  const { customer, product } = value as Order;
  const [customerId, productId] = await Promise.all([
    customer === undefined ? undefined : xref('customer', customer),
    product === undefined ? undefined : xref('product', product),
  ]);
  return { value: { ...(value as Order), customerId, productId } };
};

/** A flow of orders, and what brings the records that they refer to, between the same two systems. */
function setUp(orders: readonly Order[], { steps, ...changes }: PlanChanges = {}) {
  const [shop, erp] = [`shop-${tests.nth}`, `erp-${tests.nth}`];
  const source = createFakeSource([pageOf(orders)]);
  const target = createFakeTarget(['find', 'create', 'update']);
  const between = (plan: Plan, entity: string): Plan => ({
    ...plan,
    source: { ...plan.source, connection: shop },
    target: { ...plan.target, connection: erp, entity },
  });
  const requires = { xref: ['customer', 'product'] };
  const options = { flow: `orders-${tests.nth}`, requires, ...changes, steps: { map, ...steps } };
  const plan = between(createPlan(source, target, options), 'order');
  const there = createFakeTarget(['upsert']);
  const bring = async (entity: string, ...keys: readonly string[]) => {
    const records = createFakeSource([pageOf(keys.map((key) => ({ key, n: ++brought })))]);
    const run = await tests.run(
      between(createPlan(records, there, { flow: `${entity}-flow-${tests.nth}` }), entity),
    );
    expect(run.counts.delivered).toBe(keys.length);
  };
  const next = (...some: readonly Order[]) => {
    source.pages = [pageOf(some)];
    return tests.run(plan);
  };
  return { plan, source, target, bring, next, scope: { source: shop, target: erp } };
}

/** One turn of a running engine. */
async function goOn(): Promise<void> {
  await sweep(tests.engine);
  await tests.workOff();
  await expectBalance();
}

/** All runs balance, and what they count as blocked is what is held as blocked. */
async function expectBalance(): Promise<void> {
  const runs = await listRuns(database.db, { limit: 1_000 });
  expect(runs.filter(({ counts }) => !isBalanced(counts))).toEqual([]);
  const { rows } = await sql<{ id: number; blocked: number; held: number }>`
    select id, blocked, (select count(*) from held where run_id = runs.id and blocked_at is not null) as held
    from runs`.execute(database.db);
  expect(rows.filter(({ blocked, held }) => blocked !== held)).toEqual([]);
}

const busy = () => ({ fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') });
const written = (target: { effects: readonly { payload: unknown }[] }) =>
  target.effects.map(({ payload }) => payload as Order);

describe('a record whose reference the target does not have', () => {
  it('is blocked, lets its run end, and goes by itself when the reference appears', async () => {
    const { plan, target, bring } = setUp([
      { key: 'A', customer: 'C-17' },
      { key: 'B', customer: 'C-18' },
      { key: 'C' },
    ]);
    await bring('customer', 'C-18');
    const run = await tests.run(plan);
    expect(run).toMatchObject({
      status: 'errors',
      counts: { read: 3, delivered: 2, blocked: 1, pending: 0 },
    });
    expect(run.endedAt).not.toBeNull();
    expect(target.records.has('A')).toBe(false);
    await goOn();
    expect(target.records.has('A')).toBe(false);

    await bring('customer', 'C-17');
    await goOn();
    expect(target.records.get('A')?.payload).toMatchObject({ customerId: 'id-2' });
    const after = await tests.load(run.id);
    expect(after).toMatchObject({ status: 'succeeded', counts: { read: 3, delivered: 3, blocked: 0 } });
    expect(after.endedAt!.getTime()).toBeGreaterThan(run.endedAt!.getTime());
  });

  it('is not blocked where its flow has created it, before it referred to anything', async () => {
    const orders = [{ key: 'A', customer: 'C-17' }];
    const { plan, target } = setUp(orders, { write: 'create', requires: { xref: [] } });
    expect(await tests.run(plan)).toMatchObject({ status: 'succeeded' });
    const referring = { ...plan, hash: `${plan.hash} later`, requires: { xref: ['customer'] } };
    expect(await tests.run(referring)).toMatchObject({
      status: 'succeeded',
      counts: { unchanged: 1, blocked: 0 },
    });
    expect(target.effects).toHaveLength(1);
    await expectBalance();
  });

  it('counts as blocked until it has another outcome, and fails like any other', async () => {
    const { plan, target, bring } = setUp([{ key: 'A', customer: 'C-17' }]);
    const { id } = await tests.run(plan);
    await bring('customer', 'C-17');
    await sweep(tests.engine);
    await expectBalance();
    expect(await tests.load(id)).toMatchObject({ status: 'errors', counts: { blocked: 1 } });
    target.refuse = busy;
    await tests.workOff();
    await expectBalance();
    expect(await tests.load(id)).toMatchObject({ status: 'errors', counts: { blocked: 0, failed: 1 } });
  });

  it('counts as blocked while the target is busy after its release', async () => {
    const { plan, target, bring } = setUp([{ key: 'A', customer: 'C-17' }], {
      retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    });
    const { id } = await tests.run(plan);
    await bring('customer', 'C-17');
    target.refuse = busy;
    await goOn();
    expect(await tests.load(id)).toMatchObject({ status: 'errors', counts: { blocked: 1, pending: 0 } });
    target.refuse = () => undefined;
    await sql`update held set due_at = now() where due_at is not null`.execute(database.db);
    await goOn();
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
  });

  it('is blocked whatever the mapping made of the gap', async () => {
    const failing: Steps['map'] = async (value, bindings) => {
      await bindings.xref('customer', 'C-17');
      const { key } = value as Order;
      if (key === 'A') throw new Fault('TL_MAP_REFUSED', 'no customer');
      return { skipped: 'no customer' };
    };
    const { plan } = setUp([{ key: 'A' }, { key: 'B' }], { steps: { map: failing } });
    expect((await tests.run(plan)).counts).toMatchObject({ blocked: 2, failed: 0, filtered: 0 });
  });

  it('is not blocked where the flow does not require the reference', async () => {
    const { plan } = setUp([{ key: 'A', customer: 'C-17' }], { requires: { xref: ['product'] } });
    expect((await tests.run(plan)).counts).toMatchObject({ delivered: 1, blocked: 0 });
  });

  it('is not helped by a reference that is only reserved', async () => {
    const { plan, scope } = setUp([{ key: 'A', customer: 'C-17' }]);
    const { id } = await tests.run(plan);
    await leaveReserved(database.db, { ...scope, entity: 'customer' }, { key: 'C-17', runId: id });
    await goOn();
    expect((await tests.load(id)).counts).toMatchObject({ blocked: 1 });
    expect(await findRunWait(database.db, id)).toBeUndefined();
  });

  it('waits for all of its references', async () => {
    const { plan, bring } = setUp([{ key: 'A', customer: 'C-17', product: 'P-3' }]);
    const { id } = await tests.run(plan);
    await bring('product', 'P-3');
    const { rows } = await sql`select due_at from held where run_id = ${id}`.execute(database.db);
    await goOn();
    expect((await sql`select due_at from held where run_id = ${id}`.execute(database.db)).rows).toEqual(rows);
    await bring('customer', 'C-17');
    await goOn();
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
  });

  it('is blocked again when the reference has vanished before its turn came', async () => {
    const { plan, bring, scope } = setUp([{ key: 'A', customer: 'C-17' }]);
    const { id } = await tests.run(plan);
    await bring('customer', 'C-17');
    await sweep(tests.engine);
    await deleteXrefs(database.db, { ...scope, entity: 'customer' }, ['C-17']);
    await tests.workOff();
    await expectBalance();
    expect(await tests.load(id)).toMatchObject({ status: 'errors', counts: { blocked: 1 } });
    await bring('customer', 'C-18');
    await goOn();
    expect((await tests.load(id)).counts).toMatchObject({ blocked: 1 });
    await bring('customer', 'C-17');
    await goOn();
    expect((await tests.load(id)).counts).toMatchObject({ delivered: 1, blocked: 0 });
  });

  it('becomes an error when it fails after its release', async () => {
    const { plan, target, bring } = setUp([{ key: 'A', customer: 'C-17' }]);
    const { id } = await tests.run(plan);
    target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'the customer is closed') });
    await bring('customer', 'C-17');
    await goOn();
    expect(await tests.load(id)).toMatchObject({ status: 'errors', counts: { failed: 1, blocked: 0 } });
    expect(await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 9 })).toHaveLength(1);
  });

  it('holds up neither the schedule nor the other records of its lane', async () => {
    const { plan, next } = setUp([{ key: 'A', customer: 'C-17' }], { delivery: { lanes: 1 } });
    await tests.run(plan);
    const schedule = { cron: '* * * * *', timezone: 'UTC', overlap: 'skip', catchupMs: 0 } as const;
    const startable = { flow: plan.flow, hash: plan.hash, documents: [], plan, schedule };
    const tick = await startTick(tests.engine, startable, new Date('2026-11-21T10:00:00Z'));
    expect(await tests.load(tick ?? 0)).toMatchObject({ status: 'queued' });
    await sql`delete from runs where id = ${tick}`.execute(database.db);
    expect((await next({ key: 'B' }, { key: 'C' })).counts).toMatchObject({ delivered: 2 });
  });
});

describe('later versions of a blocked record', () => {
  const versions = (...all: readonly number[]) =>
    all.map((n): Order => ({ key: 'A', version: String(n), customer: 'C-17', n }));

  it('queue behind it in mode every, count as blocked, and follow in their order', async () => {
    const { plan, target, bring, next } = setUp(versions(1, 2));
    const first = await tests.run(plan);
    expect(first).toMatchObject({ status: 'errors', counts: { read: 2, blocked: 2, pending: 0 } });
    // This one refers to nothing: it waits for its turn all the same.
    const second = await next({ key: 'A', version: '3', n: 3 });
    expect(second).toMatchObject({ status: 'errors', counts: { read: 1, blocked: 1, pending: 0 } });
    await expectBalance();
    await bring('customer', 'C-17');
    await goOn();
    expect(written(target).map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(await tests.load(first.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 2 } });
    expect(await tests.load(second.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
  });

  it('in mode every count as blocked as soon as what they wait behind is', async () => {
    const { plan, target, next } = setUp([{ key: 'A', version: '1' }], {
      retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    });
    target.refuse = busy;
    await tests.run(plan);
    const blocked = await next(...versions(2));
    const behind = await next({ key: 'A', version: '3' });
    expect(blocked).toMatchObject({ status: 'running', counts: { pending: 1, blocked: 0 } });
    expect(behind).toMatchObject({ status: 'running', counts: { pending: 1, blocked: 0 } });
    target.refuse = () => undefined;
    await sql`update held set due_at = now() where due_at is not null`.execute(database.db);
    await goOn();
    expect(await tests.load(blocked.id)).toMatchObject({ status: 'errors', counts: { blocked: 1 } });
    expect(await tests.load(behind.id)).toMatchObject({ status: 'errors', counts: { blocked: 1 } });
  });

  it('take its place in mode latest', async () => {
    const { plan, target, bring, next } = setUp(versions(1), { delivery: { mode: 'latest' } });
    const first = await tests.run(plan);
    expect(first.counts).toMatchObject({ blocked: 1 });
    const second = await next(...versions(2));
    expect(await tests.load(first.id)).toMatchObject({
      status: 'succeeded',
      counts: { blocked: 0, superseded: 1 },
    });
    expect(second).toMatchObject({ status: 'errors', counts: { blocked: 1, pending: 0 } });
    await expectBalance();
    // The newest needs no reference any more.
    const third = await next({ key: 'A', version: '3', n: 3 });
    expect(third).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    await bring('customer', 'C-17');
    await goOn();
    expect(written(target).map(({ n }) => n)).toEqual([3]);
    expect(await tests.load(second.id)).toMatchObject({ status: 'succeeded', counts: { superseded: 1 } });
  });

  it('do not pile up when the same is read again and again', async () => {
    const { plan, target, bring, next } = setUp(versions(1, 2));
    const first = await tests.run(plan);
    const second = await next(...versions(2));
    const third = await next(...versions(2));
    await expectBalance();
    expect(await tests.load(first.id)).toMatchObject({ counts: { blocked: 1, superseded: 1 } });
    expect(await tests.load(second.id)).toMatchObject({ status: 'succeeded', counts: { superseded: 1 } });
    expect(await tests.load(third.id)).toMatchObject({ status: 'errors', counts: { blocked: 1 } });
    await bring('customer', 'C-17');
    await goOn();
    expect(written(target).map(({ n }) => n)).toEqual([1, 2]);
  });

  it('read again after the flow has changed go under the flow as it is now', async () => {
    const { plan, source, target } = setUp(versions(1));
    const first = await tests.run(plan);
    const mended = { ...plan, hash: `${plan.hash}-mended`, requires: { xref: [] } };
    source.pages = [pageOf(versions(1))];
    const second = await tests.run(mended);
    expect(second).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(await tests.load(first.id)).toMatchObject({ status: 'succeeded', counts: { superseded: 1 } });
    expect(written(target)).toHaveLength(1);
    await expectBalance();
  });
});

describe('a replay', () => {
  async function blockedReplay() {
    const { plan, target, bring } = setUp([{ key: 'A', customer: 'C-17' }], { requires: { xref: [] } });
    target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'the customer cannot be found') });
    await tests.run(plan);
    target.refuse = () => undefined;
    const now = { ...plan, hash: `${plan.hash}-now`, requires: { xref: ['customer'] } };
    tests.add(now);
    const flow = { flow: now.flow, hash: now.hash, documents: [], plan: now };
    const id = (await startReplay(tests.engine, flow, { filter: { flow: now.flow }, by: 'anna' })) ?? 0;
    await tests.workOff();
    await expectBalance();
    const [error] = await listErrors(database.db, { flow: plan.flow, states: ['replaying'], limit: 9 });
    return { target, bring, id, error: error?.id ?? 0, plan };
  }

  it('that is blocked leaves its error open until it has got through', async () => {
    const { bring, id, error, plan } = await blockedReplay();
    expect(await tests.load(id)).toMatchObject({ status: 'errors', counts: { blocked: 1 } });
    await bring('customer', 'C-17');
    await goOn();
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    const resolved = await listErrors(database.db, { flow: plan.flow, states: ['resolved'], limit: 9 });
    expect(resolved.map((one) => one.id)).toEqual([error]);
  });

  it.each(['resolved', 'discarded'] as const)('that is blocked ends when its error is %s', async (state) => {
    const { target, id, error } = await blockedReplay();
    await settleByHand(database.db, [error], { state, reason: 'entered', by: 'anna' });
    await goOn();
    expect(await tests.load(id)).toMatchObject({
      status: 'succeeded',
      counts: { superseded: 1, blocked: 0 },
    });
    expect(target.effects).toEqual([]);
  });
});

describe('a worker that dies', () => {
  it('after the release leaves the record to the next', async () => {
    const { plan, target, bring } = setUp([{ key: 'A', customer: 'C-17' }]);
    const { id } = await tests.run(plan);
    await bring('customer', 'C-17');
    // Two processes sweep side by side; neither comes to work the lane.
    await Promise.all([sweep(tests.engine), sweep(tests.engine)]);
    await expectBalance();
    const next = createTestEngine(database.db);
    next.add(plan);
    await next.workOff();
    await expectBalance();
    expect(await next.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(target.effects).toHaveLength(1);
  });

  it('between the write and its record has changed no count, and nothing is made twice', async () => {
    const { plan, target, bring } = setUp([{ key: 'A', customer: 'C-17' }]);
    const { id } = await tests.run(plan);
    await bring('customer', 'C-17');
    await sweep(tests.engine);
    const { create } = plan.target.resource;
    Object.assign(plan.target.resource, {
      create: async (...args: Parameters<NonNullable<typeof create>>) => {
        const results = (await create?.(...args)) ?? [];
        await sql`update lanes set owner = 'another', epoch = epoch + 1, lease_until = now() + interval '1 hour'
                  where flow = ${plan.flow}`.execute(database.db);
        return results;
      },
    });
    await expect(tests.workOff()).rejects.toMatchObject({ code: 'TL_LEASE_LOST' });
    await expectBalance();
    expect(await tests.load(id)).toMatchObject({ status: 'errors', counts: { blocked: 1, delivered: 0 } });
    await sql`update lanes set owner = null where flow = ${plan.flow}`.execute(database.db);
    await goOn();
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(target.effects.filter(({ action }) => action === 'create')).toHaveLength(1);
  });
});
