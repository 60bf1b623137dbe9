import { describe, expect, it } from 'vitest';
import { toBulkDocument } from '../../../src/app/bulks/bulk-document.ts';
import { requireBulk, turnBulkBy } from '../../../src/app/bulks/bulks.ts';
import { findOpenRuns } from '../../../src/app/runs/follow/open-runs.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { workBulk, workChunk } from '../../../src/engine/bulks/work-bulk.ts';
import { settleByHand } from '../../../src/engine/decisions/settle-errors.ts';
import { sweep } from '../../../src/engine/lanes/sweep.ts';
import { insertBulkItems } from '../../../src/store/bulks/bulk-items.ts';
import { type BulkKind, insertBulk } from '../../../src/store/bulks/bulks.ts';
import { claimBulk, findFreeBulks } from '../../../src/store/bulks/claims.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { freezeReplayable } from '../../../src/store/errors/replays.ts';
import { endPause, savePause } from '../../../src/store/waiting/pauses.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { useDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { until } from '../../support/until.ts';
import { startWorking } from '../../support/working-engine.ts';

const database = useDatabase();
const never = new AbortController().signal;
let flows = 0;

/** A flow of which `count` records have been refused. */
async function failing(count: number) {
  const tests = createTestEngine(database.db);
  const records = Array.from({ length: count }, (_, nth) => ({ key: `K${nth}`, version: '1', n: nth }));
  const source = createFakeSource([pageOf(records)]);
  const target = createFakeTarget(['find', 'create', 'update']);
  target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'not on Sundays') });
  flows += 1;
  const plan = createPlan(source, target, { flow: `set-${flows}` });
  await tests.run(plan);
  target.refuse = () => undefined;
  return { tests, source, target, plan };
}

async function makeSet(
  plan: Plan,
  kind: BulkKind = 'replay',
  connections?: readonly string[],
): Promise<number> {
  const frozen = await freezeReplayable(database.db, { flow: plan.flow });
  return await database.db.transaction().execute(async (tx) => {
    const id = await insertBulk(tx, {
      ...{
        kind,
        by: 'anna',
        reason: 'it is Monday',
        wish: { flow: plan.flow },
        patch: undefined,
        way: undefined,
      },
      ...{ planHash: undefined, connections: connections ?? [plan.flow] },
    });
    const planHash = kind === 'replay' ? plan.hash : undefined;
    const items = frozen.map((error) => ({
      errorId: error.id,
      planHash,
      version: error.version,
    }));
    await insertBulkItems(tx, id, items);
    return id;
  });
}

const show = async (id: number) => await toBulkDocument(database.db, await requireBulk(database.db, id));
const openOf = async (plan: Plan) =>
  await listErrors(database.db, { flow: plan.flow, states: ['open', 'replaying'], limit: 5_000 });

describe('a frozen set', () => {
  it('is worked off by two processes at once, each error once, in one run', async () => {
    const { target, plan, tests } = await failing(1_300);
    const id = await makeSet(plan);
    const first = startWorking({ ...tests.engine, owner: 'first' });
    const second = startWorking({ ...tests.engine, owner: 'second' });
    try {
      await Promise.all([workBulk(first.engine, id, never), workBulk(second.engine, id, never)]);
      await until(async () => (await show(id)).state === 'done');
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
    const done = await show(id);
    expect(done).toMatchObject({ errors: 1_300, ended: 1_300, left: 0, waiting: 0, underWay: 0 });
    expect(done.results).toEqual([{ result: 'delivered', count: 1_300 }]);
    expect(done.runs).toHaveLength(1);
    expect(await tests.load(done.runs[0] ?? 0)).toMatchObject({
      status: 'succeeded',
      counts: { read: 1_300, delivered: 1_300 },
    });
    expect(target.effects).toHaveLength(1_300);
    expect(new Set(target.effects.map(({ key }) => key)).size).toBe(1_300);
  });

  it('leaves alone what is not what it was any more, and says of each why', async () => {
    const { tests, source, target, plan } = await failing(5);
    const id = await makeSet(plan);
    const later = await makeSet(plan);
    const errors = new Map((await openOf(plan)).map((error) => [error.key, error.id]));
    // A newer version of one fails, a person settles another.
    target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'not on Mondays') });
    source.pages = [pageOf([{ key: 'K1', version: '2', n: 100 }])];
    await tests.run(plan);
    target.refuse = ({ key }) =>
      key === 'K4' ? { fault: new Fault('TL_TARGET_REJECTED', 'never') } : undefined;
    await settleByHand(database.db, [errors.get('K2') ?? 0], {
      state: 'resolved',
      reason: 'by phone',
      by: 'bob',
    });

    const lease = { id, owner: 'test', leaseMs: 60_000 };
    expect(await claimBulk(database.db, lease)).toBe(true);
    while ((await workChunk(tests.engine, lease)).did === 'chunk');
    await tests.workOff();
    const done = await show(id);
    expect(done).toMatchObject({ errors: 5, ended: 3, left: 2 });
    expect(done.results).toEqual([
      { result: 'delivered', count: 2 },
      { result: 'failed', code: 'TL_TARGET_REJECTED', count: 1 },
    ]);
    expect(done.leftFor).toEqual([
      { result: 'settled', count: 1 },
      { result: 'superseded', count: 1 },
    ]);
    expect((await openOf(plan)).map(({ key }) => key)).toEqual(['K1', 'K4']);

    // The other set was made at the same time: what the first has sent, it does not send again.
    await turnBulkBy(database, { id, turn: 'stop' }, { by: 'anna' });
    expect(await claimBulk(database.db, { ...lease, id: later })).toBe(true);
    const effects = target.effects.length;
    while ((await workChunk(tests.engine, { ...lease, id: later })).did === 'chunk');
    await tests.workOff();
    expect((await show(later)).leftFor).toEqual([
      { result: 'settled', count: 3 },
      { result: 'superseded', count: 1 },
      { result: 'taken', count: 1 },
    ]);
    expect(target.effects).toHaveLength(effects);
  });

  it('stands still while it is paused, and goes on from there', async () => {
    const { tests, target, plan } = await failing(700);
    const id = await makeSet(plan);
    const lease = { id, owner: 'test', leaseMs: 60_000 };
    await claimBulk(database.db, lease);
    await workChunk(tests.engine, lease);
    const paused = await turnBulkBy(
      database,
      { id, turn: 'pause' },
      { by: 'bob', reason: 'the ERP is slow' },
    );
    expect(paused).toMatchObject({ state: 'paused', waiting: 200, underWay: 500 });
    expect((await workChunk(tests.engine, lease)).did).toBe('nothing');
    // What was sent comes to its end, and its run with it.
    await tests.workOff();
    expect(await show(id)).toMatchObject({ state: 'paused', waiting: 200, underWay: 0, ended: 500 });
    await sweep(tests.engine);
    expect(await tests.load(paused.runs[0] ?? 0)).toMatchObject({ status: 'succeeded' });
    expect(await claimBulk(database.db, lease)).toBe(false);

    await turnBulkBy(database, { id, turn: 'resume' }, { by: 'bob' });
    const working = startWorking(tests.engine);
    try {
      await workBulk(working.engine, id, never);
    } finally {
      await working.stop();
    }
    expect(await show(id)).toMatchObject({ state: 'done', ended: 700, waiting: 0 });
    expect(target.effects).toHaveLength(700);
    const again = turnBulkBy(database, { id, turn: 'pause' }, { by: 'bob' });
    await expect(again).rejects.toThrow(`set ${id} is done: it cannot be paused any more`);
  });

  it('keeps no reader of its flow from its turn, and says what was left when it was stopped', async () => {
    const { tests, source, target, plan } = await failing(700);
    const id = await makeSet(plan);
    const lease = { id, owner: 'test', leaseMs: 60_000 };
    await claimBulk(database.db, lease);
    await workChunk(tests.engine, lease);
    await tests.workOff();
    // Its run is open still: there is more to be staged, and nobody may be there to do it.
    expect(await findOpenRuns(tests.engine, plan.flow)).toEqual([]);
    source.pages = [pageOf([])];
    expect(await tests.run(plan)).toMatchObject({ status: 'succeeded', counts: { read: 0 } });
    await turnBulkBy(database, { id, turn: 'stop' }, { by: 'bob' });
    await tests.workOff();
    expect(await show(id)).toMatchObject({ state: 'stopped', waiting: 200, ended: 500 });
    expect(target.effects).toHaveLength(500);
    expect(await openOf(plan)).toHaveLength(200);
  });

  it('waits for its turn where another one writes to the same system', async () => {
    const { plan } = await failing(2);
    const other = await failing(2);
    const first = await makeSet(plan, 'replay', ['erp']);
    const second = await makeSet(other.plan, 'replay', ['crm', 'erp']);
    const lease = { owner: 'test', leaseMs: 60_000 };
    expect(await claimBulk(database.db, { ...lease, id: second })).toBe(false);
    expect(await show(second)).toMatchObject({ state: 'waiting', waitsFor: [first] });
    await turnBulkBy(database, { id: first, turn: 'pause' }, { by: 'anna' });
    expect(await claimBulk(database.db, { ...lease, id: second })).toBe(true);
    await turnBulkBy(database, { id: first, turn: 'resume' }, { by: 'anna' });
    expect(await show(first)).toMatchObject({ state: 'waiting', waitsFor: [second] });
    for (const id of [first, second]) await turnBulkBy(database, { id, turn: 'stop' }, { by: 'anna' });
  });

  it('is paused, with the reason, where its flow cannot be compiled any more', async () => {
    const { plan, tests } = await failing(2);
    const id = await makeSet(plan);
    const loadPlan = () =>
      Promise.reject(new Fault('TL_WORKSPACE_INVALID', 'there is no connection "old-erp"'));
    await workBulk({ ...tests.engine, loadPlan }, id, never);
    expect(await show(id)).toMatchObject({
      state: 'paused',
      waiting: 2,
      fault: { code: 'TL_WORKSPACE_INVALID', message: 'there is no connection "old-erp"' },
    });
    expect(await openOf(plan)).toHaveLength(2);
  });

  it('settles errors, and opens them again, in the name of who made it', async () => {
    const { plan, tests } = await failing(3);
    const id = await makeSet(plan, 'discard', []);
    await workBulk(tests.engine, id, never);
    expect(await show(id)).toMatchObject({ state: 'done', results: [{ result: 'discarded', count: 3 }] });
    const discarded = await listErrors(database.db, { flow: plan.flow, states: ['discarded'], limit: 10 });
    expect(discarded.map(({ settledBy, reason }) => ({ settledBy, reason }))).toEqual(
      Array.from({ length: 3 }, () => ({ settledBy: 'anna', reason: 'it is Monday' })),
    );
  });
});

describe('a pause over the flow of a set', () => {
  it('lets the set wait without holding up others, and go on where it was', async () => {
    const paused = await failing(600);
    const other = await failing(3);
    const [first, second] = [
      await makeSet(paused.plan, 'replay', ['erp']),
      await makeSet(other.plan, 'replay', ['erp']),
    ];
    const { engine } = paused.tests;
    // A chunk of it is staged before.
    const lease = { id: first, owner: engine.owner, leaseMs: 30_000 };
    expect(await claimBulk(database.db, lease)).toBe(true);
    await workChunk(engine, lease);
    const subject = { kind: 'flow', name: paused.plan.flow } as const;
    await savePause(database.db, { ...subject, by: 'anna', reason: 'ERP upgrade', until: null });
    expect(await workChunk(engine, lease)).toEqual({ did: 'nothing' });
    await paused.tests.workOff();
    expect(await show(first)).toMatchObject({
      ...{ state: 'waiting', waiting: 100, underWay: 500, ended: 0 },
      fault: { code: 'TL_PAUSED', message: expect.stringContaining('by anna: ERP upgrade') },
    });
    expect(await findFreeBulks(database.db)).toEqual([second]);

    const working = startWorking(other.tests.engine);
    try {
      await until(async () => (await show(second)).state === 'done');
    } finally {
      await working.stop();
    }
    expect(await show(first)).toMatchObject({ state: 'waiting', ended: 0 });
    await endPause(database.db, subject);
    const again = startWorking(engine);
    try {
      await until(async () => (await show(first)).state === 'done');
    } finally {
      await again.stop();
    }
    expect(await show(first)).toMatchObject({ ended: 600, results: [{ result: 'delivered', count: 600 }] });
    expect(paused.target.effects).toHaveLength(600);
  });

  it('keeps no set from settling errors', async () => {
    const { plan, tests } = await failing(3);
    await savePause(database.db, { kind: 'flow', name: plan.flow, by: 'anna', reason: 'x', until: null });
    const id = await makeSet(plan, 'discard');
    await workBulk(tests.engine, id, never);
    expect(await show(id)).toMatchObject({ state: 'done', ended: 3 });
  });
});
