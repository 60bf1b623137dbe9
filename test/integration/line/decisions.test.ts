import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import { reopenErrorsOf, settleByHand } from '../../../src/engine/decisions/settle-errors.ts';
import { forecast } from '../../../src/engine/forecast/forecast.ts';
import { mergeWith } from '../../../src/engine/patch/edits.ts';
import { hurryFlow } from '../../../src/engine/waiting/hurry-flow.ts';
import { loadDecisionsOf } from '../../../src/store/errors/decisions.ts';
import { type ErrorState, listErrors, loadError } from '../../../src/store/errors/errors.ts';
import type { Run, RunOptions } from '../../../src/store/runs/runs.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import type { PlanChanges } from '../../support/engine.ts';
import { type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const refused = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'the total is negative') });

/** A target that refuses what is negative. `read` gives the records to a run and proves that it balances. */
function setUp(changes: PlanChanges = {}) {
  const abilities = ['find', 'create', 'update', 'delete'] as const;
  const { source, target, plan } = tests.setUp({ abilities, ...changes });
  target.refuse = ({ payload }) => ((payload as { n: number }).n < 0 ? refused() : undefined);
  const read = async (records: readonly FakeRecord[], options: RunOptions = {}): Promise<Run> => {
    source.pages = [pageOf(records)];
    const run = await tests.run(plan, options);
    expect(isBalanced(run.counts)).toBe(true);
    return run;
  };
  const replay = async (patch?: Readonly<Record<string, unknown>>, ids?: readonly number[]) => {
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    const filter = ids === undefined ? {} : { ids };
    const edit = patch === undefined ? {} : { edit: mergeWith(patch) };
    await startReplay(tests.engine, flow, { filter, by: 'anna', ...edit });
    await tests.workOff();
  };
  return { source, target, plan, read, replay };
}

const errorsOf = (plan: Plan, states: readonly ErrorState[] = ['open', 'replaying']) =>
  listErrors(database.db, { flow: plan.flow, states, limit: 100 });

const idsOf = async (plan: Plan) => (await errorsOf(plan)).map(({ id }) => id);

async function settle(plan: Plan, state: 'discarded' | 'resolved'): Promise<readonly number[]> {
  return await settleByHand(database.db, await idsOf(plan), { state, by: 'anna', reason: 'cancelled' });
}

async function foresee(plan: Plan) {
  const tools = { db: database.db, signal: new AbortController().signal, maxRecordBytes: 1_000_000 };
  const all = [];
  for await (const { forecasts } of forecast({ ...tools, entity: () => undefined }, plan, {}))
    all.push(...forecasts);
  return all;
}

const bad = (version?: string, more: object = {}): FakeRecord => ({
  key: 'A',
  n: -1,
  ...(version !== undefined && { version }),
  ...more,
});

describe('a patch', () => {
  it.each(['every', 'latest'] as const)(
    'stands in every run, until the source has a newer version (%s)',
    async (mode) => {
      const { read, replay, plan, target } = setUp({ delivery: { mode } });
      await read([bad('1')]);
      const [error] = await errorsOf(plan);
      await replay({ n: 5 });
      // What would be written without the patch is taken by now: the patch stands all the same.
      target.refuse = () => undefined;
      for (const options of [{}, { full: true }, { since: '2026-01-01T00:00:00.000Z' }]) {
        expect(await read([bad('1')], options)).toMatchObject({
          status: 'succeeded',
          counts: { unchanged: 1 },
        });
      }
      expect(await foresee(plan)).toMatchObject([
        {
          key: 'A',
          effect: 'unchanged',
          reason: expect.stringMatching(/^patched by anna on \d{4}-\d\d-\d\d$/),
        },
      ]);
      await replay(undefined, []);
      expect(target.records.get('A')?.payload).toMatchObject({ n: 5 });
      expect((await read([bad('2')])).counts).toMatchObject({ delivered: 1 });
      expect(target.records.get('A')?.payload).toMatchObject({ n: -1, version: '2' });
      expect(await loadDecisionsOf(database.db, [error!.id])).toMatchObject([
        {
          kind: 'patched',
          by: 'anna',
          overriddenRun: expect.any(Number),
          original: bad('1'),
          patched: { n: 5 },
        },
      ]);
      expect((await read([bad('1')])).counts).toMatchObject({ superseded: 1 });
    },
  );

  it('whose record fails again stays one error that holds it, however often the source is read', async () => {
    const { read, replay, plan, target } = setUp();
    await read([bad('1')]);
    const ids = await idsOf(plan);
    await replay({ n: -7 });
    expect(await read([bad('1')])).toMatchObject({
      status: 'errors',
      counts: { failed: 0, unchanged: 1 },
      stillOpen: 1,
    });
    expect(await idsOf(plan)).toEqual(ids);
    expect(await loadError(database.db, ids[0]!)).toMatchObject({
      record: { native: { n: -7, version: '1' } },
    });
    target.refuse = () => undefined;
    expect((await read([bad('1')])).counts).toMatchObject({ delivered: 1 });
    expect(target.records.get('A')?.payload).toMatchObject({ n: -7 });
    expect(await errorsOf(plan)).toEqual([]);
  });

  it('can be laid over another one, and taken back', async () => {
    const { read, replay, plan, target } = setUp();
    await read([bad('1', { note: 'as it was' })]);
    const ids = await idsOf(plan);
    await replay({ n: -7 });
    await replay({ note: null, n: 5 });
    expect(target.records.get('A')?.payload).toEqual({ key: 'A', version: '1', n: 5 });
    expect(await loadDecisionsOf(database.db, ids)).toMatchObject([
      { original: { n: -1, note: 'as it was' }, patched: { n: 5 } },
    ]);
    expect(await reopenErrorsOf(database.db, ids, 'anna')).toEqual(ids);
    expect(await loadError(database.db, ids[0]!)).toMatchObject({
      error: { state: 'open' },
      record: { native: bad('1', { note: 'as it was' }) },
    });
    expect((await read([bad('1', { note: 'as it was' })])).counts).toMatchObject({ failed: 0, unchanged: 1 });
  });
});

describe('what was settled by hand', () => {
  it.each([
    ['discarded', 'every', 'filtered'],
    ['discarded', 'latest', 'filtered'],
    ['resolved', 'every', 'unchanged'],
  ] as const)('as %s stays so (%s)', async (state, mode, outcome) => {
    const { read, plan, target } = setUp({ delivery: { mode } });
    await read([bad('1'), { key: 'B', n: 1 }]);
    await settle(plan, state);
    target.refuse = () => undefined;
    const effects = target.effects.length;
    for (const options of [{}, { full: true }]) {
      const run = await read([bad('1')], options);
      expect(run).toMatchObject({ status: 'succeeded', counts: { read: 1, [outcome]: 1 } });
    }
    expect(target.effects).toHaveLength(effects);
    expect(await errorsOf(plan)).toEqual([]);
    expect(await foresee(plan)).toMatchObject([
      { effect: outcome, reason: expect.stringContaining('by anna on') },
    ]);
  });

  it('is over with a newer version, which fails as any does', async () => {
    const { read, plan } = setUp();
    await read([bad('1')]);
    await settle(plan, 'discarded');
    expect((await read([bad('2')])).counts).toMatchObject({ failed: 1 });
    expect(await errorsOf(plan)).toMatchObject([{ key: 'A' }]);
    // A copy of the source that lags behind: neither is the newer error settled by it, nor is it told again.
    expect((await read([bad('1')])).counts).toMatchObject({ filtered: 1 });
    expect(await errorsOf(plan)).toHaveLength(1);
  });

  it('holds for the flow in which it was', async () => {
    const one = setUp();
    const other = setUp({ flow: `decided-${tests.nth}-other` });
    await one.read([bad('1')]);
    await settle(one.plan, 'discarded');
    expect((await other.read([bad('1')])).counts).toMatchObject({ failed: 1 });
  });

  it('is not deleted either', async () => {
    const { read, plan, target } = setUp({ write: 'delete' });
    target.refuse = refused;
    await read([bad()]);
    await settle(plan, 'discarded');
    target.refuse = () => undefined;
    expect((await read([bad()])).counts).toMatchObject({ filtered: 1 });
    expect(target.effects).toEqual([]);
  });

  it('can be reopened, and is tried again then', async () => {
    const { read, plan, target } = setUp();
    await read([bad('1')]);
    const ids = await settle(plan, 'discarded');
    expect(await reopenErrorsOf(database.db, ids, 'anna')).toEqual(ids);
    expect(await reopenErrorsOf(database.db, ids, 'anna')).toEqual([]);
    target.refuse = () => undefined;
    expect((await read([bad('1')])).counts).toMatchObject({ delivered: 1 });
    expect(await reopenErrorsOf(database.db, ids, 'anna')).toEqual([]);
  });

  it('while the record waits for another attempt is not written any more', async () => {
    const { read, plan, target } = setUp({
      retry: { attempts: 5, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    });
    await read([bad('1')]);
    target.refuse = () => ({ fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') });
    const waiting = await read([bad('1')]);
    expect(waiting.counts).toMatchObject({ pending: 1 });
    await settle(plan, 'discarded');
    target.refuse = () => undefined;
    await hurryFlow(tests.engine, plan.flow);
    await tests.workOff();
    expect(await tests.load(waiting.id)).toMatchObject({ status: 'succeeded', counts: { filtered: 1 } });
    expect(target.effects).toEqual([]);
  });
});

describe('the version that a decision is about', () => {
  /** Takes `n` alone to the target: when a record was exported is none of its business. */
  const steps: PlanChanges['steps'] = {
    map: async (value) => ({ value: { n: (value as { n: number }).n } }),
  };

  it('is the same where only members differ that the flow makes nothing of', async () => {
    for (const version of [undefined, '1']) {
      const { read, plan, replay, target } = setUp({ steps, flow: `decided-${tests.nth}-${version}` });
      await read([bad(version, { exportedAt: '10:00' })]);
      await settle(plan, 'discarded');
      expect((await read([bad(version, { exportedAt: '10:05' })])).counts).toMatchObject({ filtered: 1 });
      await reopenErrorsOf(
        database.db,
        (await errorsOf(plan, ['discarded'])).map(({ id }) => id),
        'anna',
      );
      await replay({ n: 5 });
      expect((await read([bad(version, { exportedAt: '10:10' })])).counts).toMatchObject({ unchanged: 1 });
      expect(target.records.get('A')?.payload).toEqual({ n: 5 });
    }
  });

  it('is another one where the flow makes something else of it, or its version is newer', async () => {
    const { read, plan } = setUp({ steps });
    await read([bad('1')]);
    await settle(plan, 'discarded');
    expect((await read([bad('1', { n: -2 })])).counts).toMatchObject({ failed: 1 });
    await settle(plan, 'discarded');
    expect((await read([bad('2', { n: -2 })])).counts).toMatchObject({ failed: 1 });
  });

  it('is the same in whatever order its members come', async () => {
    const { read, plan } = setUp();
    await read([{ key: 'A', n: -1, part: { a: 1, b: [2] } }]);
    await settle(plan, 'discarded');
    expect((await read([{ part: { b: [2], a: 1 }, n: -1, key: 'A' }])).counts).toMatchObject({ filtered: 1 });
  });

  it('of an event is that event alone', async () => {
    const { read, plan, target } = setUp({ write: 'create' });
    target.refuse = refused;
    const events = [1, 2].map((event) => ({ key: 'A', event, n: -1 }));
    await read(events);
    const [first] = await errorsOf(plan);
    await settleByHand(database.db, [first!.id], { state: 'discarded', by: 'anna', reason: 'cancelled' });
    expect(await read(events)).toMatchObject({
      counts: { filtered: 1, unchanged: 1, failed: 0 },
      stillOpen: 1,
    });
    expect(await errorsOf(plan)).toHaveLength(1);
  });
});

describe('the same failure', () => {
  it('is none of the next run, which says that it is open still, and is mended with what was wrong', async () => {
    const { read, plan, target } = setUp();
    await read([bad(), { key: 'B', n: -2 }, { key: 'C', n: 3 }]);
    const before = await errorsOf(plan);
    for (const _tick of [2, 3]) {
      expect(await read([bad(), { key: 'B', n: -2 }, { key: 'C', n: 3 }])).toMatchObject({
        status: 'errors',
        counts: { failed: 0, unchanged: 3 },
        stillOpen: 2,
      });
    }
    expect((await errorsOf(plan)).map(({ id, runId }) => [id, runId])).toEqual(
      before.map(({ id, runId }) => [id, runId]),
    );
    target.refuse = () => undefined;
    const mended = await read([bad(), { key: 'B', n: -2 }]);
    expect(mended).toMatchObject({ status: 'succeeded', counts: { delivered: 2 }, stillOpen: 0 });
    expect(await errorsOf(plan, ['resolved'])).toMatchObject([
      { key: 'A', settledRun: mended.id },
      { key: 'B', settledRun: mended.id },
    ]);
  });

  it('of several states of one key in one file is none in the next run either', async () => {
    const { read, target } = setUp();
    target.refuse = ({ payload }) => ({
      fault: new Fault('TL_TARGET_REJECTED', `no ${(payload as { n: number }).n}`),
    });
    const states = [-1, -2, -3].map((n) => ({ key: 'A', n }));
    expect((await read(states)).counts).toMatchObject({ failed: 3 });
    for (const _tick of [2, 3])
      expect(await read(states)).toMatchObject({ counts: { failed: 0, unchanged: 3 }, stillOpen: 3 });
    expect((await read([{ key: 'A', n: -4 }])).counts).toMatchObject({ failed: 1 });
  });

  it('is another one where a newer version fails, in whatever way', async () => {
    const { read, plan } = setUp();
    await read([bad('1')]);
    const ids = await idsOf(plan);
    expect((await read([bad('2')])).counts).toMatchObject({ failed: 1 });
    expect(await idsOf(plan)).toEqual(ids);
  });
});

describe('what could not be read', () => {
  const broken = (raw: string) => ({ fault: new Fault('TL_SOURCE_RECORD', 'a broken line'), raw });

  it.each([
    ['discarded', 'filtered'],
    ['resolved', 'unchanged'],
  ] as const)('is told once, and not any more once it is %s', async (state, outcome) => {
    const { source, plan } = setUp();
    source.pages = [{ records: [broken('a;b'), broken(''), { record: { key: '', n: 1 } }] }];
    expect((await tests.run(plan)).counts).toMatchObject({ failed: 3 });
    expect(await tests.run(plan)).toMatchObject({
      status: 'errors',
      counts: { failed: 0, unchanged: 3 },
      stillOpen: 3,
    });
    await settle(plan, state);
    const run = await tests.run(plan);
    expect(run).toMatchObject({
      status: 'succeeded',
      counts: { read: 3, failed: 0, [outcome]: 3 },
      stillOpen: 0,
    });
    expect(isBalanced(run.counts)).toBe(true);
    source.pages = [{ records: [broken('c;d')] }];
    expect((await tests.run(plan)).counts).toMatchObject({ failed: 1 });
  });
});
