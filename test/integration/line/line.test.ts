import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import { mergeWith } from '../../../src/engine/patch/edits.ts';
import { hurryFlow } from '../../../src/engine/waiting/hurry-flow.ts';
import { groupErrors, listErrors, loadError } from '../../../src/store/errors/errors.ts';
import { loadCursor } from '../../../src/store/runs/runs.ts';
import { createPlan, createTestEngine, type PlanChanges } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const setUp = (records: readonly FakeRecord[], changes: PlanChanges = {}) =>
  tests.setUp({ records, cursor: '2026-01-02T00:00:00Z', ...changes });

const three = [
  { key: 'A', version: '1', n: 1 },
  { key: 'B', version: '1', n: 2 },
  { key: 'C', version: '1', n: 3 },
];
const refused = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'the item is blocked') });
const busy = () => ({ fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') });
const keysOf = (target: { effects: readonly { key: string }[] }) =>
  target.effects.map(({ key }) => key).sort();

describe('a run', () => {
  it('delivers every record once and balances', async () => {
    const { plan, target } = setUp(three);
    const run = await tests.run(plan);
    expect(run).toMatchObject({ status: 'succeeded', counts: { read: 3, delivered: 3, pending: 0 } });
    expect(isBalanced(run.counts)).toBe(true);
    expect(keysOf(target)).toEqual(['A', 'B', 'C']);
  });

  it('writes nothing again that has not changed', async () => {
    const { plan, source, target } = setUp(three);
    await tests.run(plan);
    source.pages = [pageOf([...three.slice(0, 2), { key: 'C', version: '2', n: 4 }])];
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ read: 3, delivered: 1, unchanged: 2 });
    expect(target.effects.map(({ action, key }) => `${action} ${key}`).slice(3)).toEqual(['update C']);
  });

  it('writes a record that comes twice in one batch once', async () => {
    const { plan, target } = setUp([...three, { key: 'B', version: '1', n: 2 }]);
    expect((await tests.run(plan)).counts).toMatchObject({ read: 4, delivered: 3, unchanged: 1 });
    expect(target.effects).toHaveLength(3);
  });

  it('counts what the filter leaves out and what a mapping skips', async () => {
    const { plan } = setUp(three, {
      steps: {
        filter: async (record) => (record as { n: number }).n > 1,
        map: async (value) => ((value as { n: number }).n === 2 ? { skipped: 'not wanted' } : { value }),
      },
    });
    expect((await tests.run(plan)).counts).toMatchObject({ read: 3, filtered: 2, delivered: 1 });
  });

  it('keeps an older version from overwriting a newer one', async () => {
    const { plan, source, target } = setUp([{ key: 'A', version: '2026-01-01T10:00:00.5Z', n: 2 }]);
    await tests.run(plan);
    source.pages = [pageOf([{ key: 'A', version: '2026-01-01T10:00:00Z', n: 1 }])];
    expect((await tests.run(plan)).counts).toMatchObject({ read: 1, superseded: 1 });
    expect(target.records.get('A')?.payload).toMatchObject({ n: 2 });
  });

  it('writes two versions of a record in their order in mode every, only the newest in mode latest', async () => {
    const versions = [1, 2, 3].map((n) => ({ key: 'A', version: String(n), n }));
    const every = setUp(versions);
    expect(await tests.run(every.plan)).toMatchObject({
      status: 'succeeded',
      counts: { read: 3, delivered: 3, pending: 0 },
    });
    expect(every.target.effects.map(({ payload }) => (payload as { n: number }).n)).toEqual([1, 2, 3]);
    expect((await tests.run(every.plan)).counts).toMatchObject({ read: 3, superseded: 2, unchanged: 1 });
    const latest = setUp(versions, { flow: 'latest', delivery: { mode: 'latest' } });
    const run = await tests.run(latest.plan);
    expect(run.counts).toMatchObject({ read: 3, delivered: 1, superseded: 2 });
    expect(latest.target.effects.map(({ payload }) => (payload as { n: number }).n)).toEqual([3]);
  });

  it('moves the cursor with what it staged, and reads on from there', async () => {
    const { plan, source } = setUp(three);
    await tests.run(plan);
    expect(await loadCursor(database.db, plan.flow)).toBe('2026-01-02T00:00:00Z');
    await tests.run(plan);
    expect(source.requests.map(({ cursor }) => cursor)).toEqual([undefined, '2026-01-02T00:00:00Z']);
    await tests.run(plan, { full: true });
    expect(source.requests.at(-1)?.cursor).toBeUndefined();
  });

  it('leaves the cursor alone when it reads a range or a sample', async () => {
    const { plan, source } = setUp(three);
    const run = await tests.run(plan, { since: '2025-01-01T00:00:00Z', limit: 2 });
    expect(run.counts.read).toBe(2);
    expect(source.requests[0]?.cursor).toBe('2025-01-01T00:00:00Z');
    expect(await loadCursor(database.db, plan.flow)).toBeUndefined();
  });

  it('keeps what was staged when the source breaks off, and does not move the cursor past it', async () => {
    const { plan, source, target } = setUp([]);
    const broken = new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503');
    Object.assign(source.resource, {
      async *read() {
        yield pageOf(three, 'first');
        throw broken;
      },
    });
    const small = createTestEngine(database.db, { stageBytes: 1 });
    const run = await small.run(plan);
    expect(run).toMatchObject({ status: 'failed', fault: { code: 'TL_SYSTEM_UNAVAILABLE' } });
    expect(run.counts).toMatchObject({ read: 3, delivered: 3 });
    expect(target.effects).toHaveLength(3);
    expect(await loadCursor(database.db, plan.flow)).toBe('first');
  });
});

describe('a record that fails', () => {
  it('is kept with stage, code and the words of the target, and stops nobody else', async () => {
    const { plan, target } = setUp(three);
    target.refuse = ({ key }) => (key === 'B' ? refused() : undefined);
    const run = await tests.run(plan);
    expect(run).toMatchObject({ status: 'errors', counts: { delivered: 2, failed: 1 } });
    const [error] = await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 });
    expect(error).toMatchObject({
      key: 'B',
      stage: 'write',
      code: 'TL_TARGET_REJECTED',
      message: 'the item is blocked',
    });
  });

  it('is grouped with others by what is wrong, not by whose it is', async () => {
    const { plan, target } = setUp([...three, { key: 'D', version: '1', n: 4 }]);
    target.refuse = ({ key, payload }) => {
      const { n } = payload as { n: number };
      return {
        fault: new Fault(
          'TL_TARGET_REJECTED',
          n > 3 ? 'no tax code' : `item "${key}" of line ${n} is blocked`,
        ),
      };
    };
    await tests.run(plan);
    expect(await groupErrors(database.db, { flow: plan.flow })).toMatchObject([
      { count: 3, message: 'item "A" of line 1 is blocked' },
      { count: 1, message: 'no tax code' },
    ]);
    expect(await groupErrors(database.db, { flow: plan.flow, message: 'TAX' })).toMatchObject([{ key: 'D' }]);
  });

  it('is tried again when the fault may pass, and goes to the errors when it does not', async () => {
    const { plan, target } = setUp(three);
    let tries = 0;
    target.refuse = ({ key }) => {
      if (key !== 'B') return undefined;
      tries += 1;
      return busy();
    };
    const run = await tests.run(plan);
    expect(tries).toBe(3);
    expect(run.counts).toMatchObject({ delivered: 2, failed: 1, pending: 0 });
    expect(await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 })).toMatchObject([
      { key: 'B', code: 'TL_SYSTEM_UNAVAILABLE', attempts: 3 },
    ]);
  });

  it('holds later versions behind it in mode every', async () => {
    const { plan, source, target } = setUp([{ key: 'A', version: '1', n: 1 }], {
      retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    });
    target.refuse = busy;
    await tests.run(plan);
    target.refuse = () => undefined;
    source.pages = [pageOf([{ key: 'A', version: '2', n: 2 }])];
    const second = await tests.run(plan);
    expect(second.counts).toMatchObject({ read: 1, pending: 1 });
    expect(target.effects).toEqual([]);
    await sql`update held set due_at = now() where due_at is not null`.execute(database.db);
    await tests.workOff();
    expect(target.effects.map(({ payload }) => (payload as { n: number }).n)).toEqual([1, 2]);
    expect(await tests.load(second.id)).toMatchObject({
      status: 'succeeded',
      counts: { delivered: 1, pending: 0 },
    });
  });

  it('is replaced by a newer version in mode latest', async () => {
    const { plan, source, target } = setUp([{ key: 'A', version: '1', n: 1 }], {
      delivery: { mode: 'latest' },
      retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    });
    target.refuse = busy;
    const first = await tests.run(plan);
    source.pages = [pageOf([{ key: 'A', version: '2', n: 2 }])];
    await tests.run(plan);
    expect(await tests.load(first.id)).toMatchObject({
      status: 'succeeded',
      counts: { superseded: 1, pending: 0 },
    });
  });

  it('does not give way in mode latest to an older version that is read after it', async () => {
    const versions = [
      { key: 'A', version: '2', n: 2 },
      { key: 'A', version: '1', n: 1 },
    ];
    const { plan, source, target } = setUp(versions, {
      delivery: { mode: 'latest' },
      retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    });
    target.refuse = busy;
    const first = await tests.run(plan);
    expect(first.counts).toMatchObject({ read: 2, superseded: 1, pending: 1 });
    target.refuse = () => undefined;
    source.pages = [pageOf(versions.slice(1))];
    expect((await tests.run(plan)).counts).toMatchObject({ read: 1, superseded: 1, pending: 0 });
    await sql`update held set due_at = now() where due_at is not null`.execute(database.db);
    await tests.workOff();
    expect(target.effects.map(({ payload }) => (payload as { n: number }).n)).toEqual([2]);
  });

  it('is settled when a newer version gets through', async () => {
    const { plan, source, target } = setUp([{ key: 'A', version: '1', n: 1 }]);
    target.refuse = refused;
    await tests.run(plan);
    target.refuse = () => undefined;
    source.pages = [pageOf([{ key: 'A', version: '2', n: 2 }])];
    await tests.run(plan);
    expect(await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 })).toEqual([]);
  });

  it('is delivered as a person has patched it, and stays patched when it fails again', async () => {
    const { plan, target } = setUp(three);
    target.refuse = ({ payload }) => ((payload as { n: number }).n < 20 ? refused() : undefined);
    await tests.run(plan);
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    await startReplay(tests.engine, flow, {
      filter: { flow: plan.flow },
      by: 'anna',
      edit: mergeWith({ n: 10 }),
    });
    await tests.workOff();
    const [still] = await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 1 });
    expect(await loadError(database.db, still?.id ?? 0)).toMatchObject({ record: { native: { n: 10 } } });
    await startReplay(tests.engine, flow, {
      filter: { flow: plan.flow },
      by: 'anna',
      edit: mergeWith({ n: 20, note: null }),
    });
    await tests.workOff();
    expect(target.records.get('B')?.payload).toEqual({ key: 'B', version: '1', n: 20 });
    expect(await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 1 })).toEqual([]);
  });

  it('the same way in every run stays one error', async () => {
    const { plan, target } = setUp([...three, { key: '', n: 0 }]);
    target.refuse = ({ key }) => (key === 'B' ? refused() : undefined);
    await tests.run(plan);
    expect((await tests.run(plan)).counts).toMatchObject({ unchanged: 4, failed: 0 });
    expect(await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 })).toMatchObject([
      { code: 'TL_KEY_MISSING', attempts: 2 },
      { key: 'B', attempts: 2 },
    ]);
  });

  it('is settled by a newer version in the same batch, but not by an older one', async () => {
    const versions = [1, 2].map((n) => ({ key: 'A', version: String(n), n }));
    const older = setUp(versions);
    older.target.refuse = ({ payload }) => ((payload as { n: number }).n === 1 ? refused() : undefined);
    expect((await tests.run(older.plan)).counts).toMatchObject({ delivered: 1, failed: 1 });
    expect(await listErrors(database.db, { flow: older.plan.flow, states: ['open'], limit: 10 })).toEqual([]);
    const newer = setUp(versions, { flow: 'newer-fails' });
    newer.target.refuse = ({ payload }) => ((payload as { n: number }).n === 2 ? refused() : undefined);
    await tests.run(newer.plan);
    expect(await listErrors(database.db, { flow: 'newer-fails', states: ['open'], limit: 10 })).toHaveLength(
      1,
    );
  });

  it('in several versions at once is one error, of the newest', async () => {
    const { plan, target } = setUp([1, 2].map((n) => ({ key: 'A', version: String(n), n })));
    target.refuse = refused;
    expect((await tests.run(plan)).counts).toMatchObject({ read: 2, failed: 2 });
    await tests.run(plan);
    const open = await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 });
    expect(open).toMatchObject([{ key: 'A', attempts: 2 }]);
    expect(await loadError(database.db, open[0]?.id ?? 0)).toMatchObject({ record: { version: '2' } });
  });

  it('is delivered by a replay, under the flow as it is then', async () => {
    const { plan, target } = setUp(three, {
      steps: {
        validateEntity: (value) => {
          if ((value as { n: number }).n !== 2) return { value, unfit: [] };
          return { fault: new Fault('TL_VALIDATE_ENTITY', 'n must be odd'), unfit: [] };
        },
      },
    });
    await tests.run(plan);
    const mended = {
      ...plan,
      hash: `${plan.hash}-mended`,
      steps: { ...plan.steps, validateEntity: (value: unknown) => ({ value, unfit: [] }) },
    };
    tests.add(mended);
    expect(await groupErrors(database.db, { flow: plan.flow })).toMatchObject([
      { code: 'TL_VALIDATE_ENTITY', count: 1 },
    ]);
    const id = await startReplay(
      tests.engine,
      { flow: plan.flow, hash: mended.hash, documents: [], plan: mended },
      { filter: { code: 'TL_VALIDATE_ENTITY' }, by: 'anna' },
    );
    await tests.workOff();
    expect(await tests.load(id ?? 0)).toMatchObject({
      trigger: 'replay',
      status: 'succeeded',
      counts: { read: 1, delivered: 1 },
    });
    expect(keysOf(target)).toEqual(['A', 'B', 'C']);
    expect(await listErrors(database.db, { flow: plan.flow, states: ['resolved'], limit: 10 })).toHaveLength(
      1,
    );
  });

  it('stays one error when its replay fails again', async () => {
    const { plan, target } = setUp(three);
    target.refuse = ({ key }) => (key === 'B' ? refused() : undefined);
    await tests.run(plan);
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'anna' });
    await tests.workOff();
    expect(
      await listErrors(database.db, { flow: plan.flow, states: ['open', 'resolved'], limit: 10 }),
    ).toMatchObject([{ key: 'B', attempts: 2, state: 'open' }]);
  });

  it('without a key is kept as what was read', async () => {
    const { plan } = setUp([{ key: '', n: 1 }]);
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ read: 1, failed: 1 });
    expect(await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 })).toMatchObject([
      { code: 'TL_KEY_MISSING', stage: 'read' },
    ]);
  });
});

describe('a target that is away', () => {
  it('makes everything wait, uses up no attempt and turns nothing into an error', async () => {
    const { plan, target } = setUp(three);
    target.down = new Fault('TL_SYSTEM_UNREACHABLE', 'connection refused');
    const run = await tests.run(plan);
    expect(run).toMatchObject({ status: 'running', counts: { read: 3, pending: 3, failed: 0 } });
    target.down = undefined;
    await hurryFlow(tests.engine, plan.flow);
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({
      status: 'succeeded',
      counts: { delivered: 3, pending: 0 },
    });
  });
});

describe('a create', () => {
  it('whose reply was lost is looked up before anything is written again', async () => {
    const { plan, target } = setUp([{ key: 'A', version: '1', n: 1 }]);
    let lost = false;
    target.refuse = () => {
      if (lost) return undefined;
      lost = true;
      return { fault: new Fault('TL_TARGET_UNKNOWN', 'no reply'), after: true };
    };
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ read: 1, pending: 0, failed: 0 });
    expect(target.effects.filter(({ action }) => action === 'create')).toHaveLength(1);
  });

  it('in mode create, whose reply was lost, counts as delivered once it is found', async () => {
    const { plan, target } = setUp([{ key: 'A', version: '1', n: 1 }], { write: 'create' });
    let lost = false;
    target.refuse = () => {
      if (lost) return undefined;
      lost = true;
      return { fault: new Fault('TL_TARGET_UNKNOWN', 'no reply'), after: true };
    };
    const run = await tests.run(plan);
    expect(run).toMatchObject({ status: 'succeeded', counts: { read: 1, delivered: 1 } });
    expect(target.effects).toHaveLength(1);
  });

  it('whose end is unknown is looked up, even if an earlier state of it was refused in that batch', async () => {
    const source = createFakeSource([
      pageOf([
        { key: 'A', version: '1', bad: true },
        { key: 'A', version: '2' },
      ]),
    ]);
    const target = createFakeTarget(['find', 'create']);
    let lost = false;
    target.refuse = ({ payload }) => {
      if ('bad' in (payload as object)) return { fault: new Fault('TL_TARGET_REJECTED', 'no') };
      if (lost) return undefined;
      lost = true;
      return { fault: new Fault('TL_TARGET_UNKNOWN', 'no reply'), after: true };
    };
    // A system that takes a second one without a word.
    const create = target.resource.create!;
    Object.assign(target.resource, {
      create: async (...[items, signal]: Parameters<typeof create>) => {
        if (lost) target.records.clear();
        return await create(items, signal);
      },
    });
    const run = await tests.run(createPlan(source, target, { flow: `flow-${tests.nth}`, write: 'create' }));
    expect(run.counts).toMatchObject({ read: 2, failed: 1, delivered: 1 });
    expect(target.effects).toHaveLength(1);
  });

  it('that was refused leaves nothing reserved, and is made by the next attempt', async () => {
    const { plan, source, target } = setUp([{ key: 'A', version: '1', n: 1 }]);
    target.refuse = refused;
    await tests.run(plan);
    target.refuse = () => undefined;
    source.pages = [pageOf([{ key: 'A', version: '2', n: 2 }])];
    expect((await tests.run(plan)).counts).toMatchObject({ delivered: 1 });
    expect(target.effects.map(({ action }) => action)).toEqual(['create']);
  });

  it('that meets a record already there becomes an update when the flow says upsert', async () => {
    const { plan, target } = setUp([{ key: 'A', version: '1', n: 1 }]);
    target.refuse = (item, action) => {
      if (action !== 'create' || target.records.has('A')) return undefined;
      target.records.set('A', { id: 'made-by-hand', payload: {} });
      return { fault: new Fault('TL_TARGET_DUPLICATE', `there is ${item.key} already`) };
    };
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ delivered: 1, failed: 0 });
    expect(target.records.get('A')).toMatchObject({ id: 'made-by-hand', payload: { n: 1 } });
  });
});

describe('a record known at the target', () => {
  it('that is gone there goes to a person instead of being made a second time', async () => {
    const { plan, source, target } = setUp([{ key: 'A', version: '1', n: 1 }]);
    await tests.run(plan);
    target.refuse = (_item, action) =>
      action === 'update' ? { fault: new Fault('TL_TARGET_NOT_FOUND', 'no such record') } : undefined;
    source.pages = [pageOf([{ key: 'A', version: '2', n: 2 }])];
    expect((await tests.run(plan)).counts).toMatchObject({ failed: 1 });
    expect(target.effects.map(({ action }) => action)).toEqual(['create']);
  });
});

describe('a worker that lost its lane', () => {
  it('can no longer record anything', async () => {
    const { plan } = setUp(three);
    const id = await tests.read(plan);
    const { create } = plan.target.resource;
    Object.assign(plan.target.resource, {
      create: async (...args: Parameters<NonNullable<typeof create>>) => {
        // Meanwhile, another worker takes the lanes.
        await sql`update lanes set owner = 'another', epoch = epoch + 1, lease_until = now() + interval '1 hour'
                  where flow = ${plan.flow}`.execute(database.db);
        return (await create?.(...args)) ?? [];
      },
    });
    await tests.workOff();
    expect((await tests.load(id)).counts).toMatchObject({ read: 3, delivered: 0, pending: 3 });
  });
});
