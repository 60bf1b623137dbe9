import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Page, ReadRequest } from '../../../src/contract/connector.ts';
import { workLane } from '../../../src/engine/lanes/work-lane.ts';
import { readRun } from '../../../src/engine/runs/read-run.ts';
import { startRun } from '../../../src/engine/runs/start-run.ts';
import { loadLaneWork, toStagedText } from '../../../src/store/line/batches.ts';
import { openKeySpaces } from '../../../src/store/line/key-spaces.ts';
import { loadKnownKeys } from '../../../src/store/line/known-keys.ts';
import { acquireLane, type Lease, releaseLane } from '../../../src/store/line/lanes.ts';
import { type Ends, recordEnds } from '../../../src/store/line/record-ends.ts';
import { type StagedRead, stageRecords } from '../../../src/store/line/stage-records.ts';
import { insertPlan } from '../../../src/store/runs/plans.ts';
import { claimRun, endReading, insertRun, loadRun } from '../../../src/store/runs/runs.ts';
import { useDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';

const database = useDatabase();
let nth = 0;

/** References are shared by flows over the same systems: each test has a shop of its own. */
const scopeOf = (flow: string) => ({ entity: 'order', source: flow, target: 'erp' });

/** A run of a flow of its own that is being read, with one batch in lane 0 and one in lane 1. */
async function setUp() {
  const { db } = database;
  nth += 1;
  const flow = `flow-${nth}`;
  await openKeySpaces(db, flow, scopeOf(flow));
  await insertPlan(db, {
    flow,
    hash: `hash-${nth}`,
    resource: 'things',
    scope: scopeOf(flow),
    documents: [],
    history: 'changes',
  });
  const runId = await insertRun(db, { flow, planHash: `hash-${nth}`, trigger: 'manual', options: {} });
  await claimRun(db, runId, 30_000);
  const batches = [0, 1].map((lane) => {
    const text = toStagedText({ key: `K${lane}`, version: '1' }, '{"n":1}');
    return { lane, records: [text], bytes: text.length };
  });
  const chunk: StagedRead = { flow, runId, leaseMs: 30_000, counts: { read: 2 }, batches, cursor: 'c1' };
  const acquire = (lane: number) => acquireLane(db, { flow, lane, owner: 'us', leaseMs: 30_000 });
  return { db, flow, runId, chunk, acquire };
}

const ended = (lease: Lease, { id, runId, lane }: { id: number; runId: number; lane: number }): Ends => ({
  lease,
  scope: scopeOf(lease.flow),
  batch: { id, rest: [] },
  history: { blocks: [] },
  delivered: [
    {
      key: `K${lane}`,
      runId,
      version: '1',
      fingerprint: 'ab'.repeat(32),
      targetId: `T${lane}`,
      measure: undefined,
      members: undefined,
      isFirst: true,
    },
  ],
  absences: [],
  settles: [{ key: `K${lane}`, runId }],
  counts: new Map([[runId, { delivered: 1 }]]),
});

const idle = (lane: number, epoch = 0) => ({ lane, epoch });

describe('staging', () => {
  it('names the lanes that nobody works, and leaves the others to who does', async () => {
    const { db, chunk, acquire } = await setUp();
    expect(await stageRecords(db, chunk)).toEqual([idle(0), idle(1)]);
    const lease = await acquire(1);
    expect(await stageRecords(db, chunk)).toEqual([idle(0)]);
    // Who works the lane sees on leaving that there is more than when the lease was taken.
    expect(await releaseLane(db, lease!)).toBe(lease!.lastSeq + 1);
    expect(await stageRecords(db, chunk)).toEqual([idle(0), idle(1, lease!.epoch)]);
  });

  it('does nothing for a run that was given up', async () => {
    const { db, flow, runId, chunk } = await setUp();
    await endReading(db, runId, undefined);
    expect(await stageRecords(db, chunk)).toBeUndefined();
    expect(await loadLaneWork(db, flow, 0)).toEqual({
      isHeldDue: false,
      isPaused: false,
      isWanted: false,
      hasHeld: false,
      hasDecisions: false,
    });
    expect((await loadRun(db, runId))?.counts.read).toBe(0);
  });

  it('gives the records back as they were read', async () => {
    const { db, flow, runId, chunk } = await setUp();
    await stageRecords(db, chunk);
    const { batch } = await loadLaneWork(db, flow, 1);
    expect(batch).toMatchObject({ runId, records: [{ key: 'K1', native: { n: 1 }, version: '1' }] });
  });
});

describe('reading', () => {
  it('wakes a lane once, and once more when it has been worked since', async () => {
    const { db } = await setUp();
    const tests = createTestEngine(db, { stageBytes: 1 });
    const never = new AbortController().signal;
    const woken: number[] = [];
    const wake = { ...tests.engine.wake, lane: async ({ lane }: { lane: number }) => void woken.push(lane) };
    const read = async function* (): AsyncGenerator<Page> {
      const work = () => workLane(tests.engine, { flow: 'once', lane: 0 }, never);
      // Pages are asked for ahead: `done` is when this one has been staged.
      for (const n of [1, 2, 3, 4]) yield { ...pageOf([{ key: 'A', n }]), ...(n === 2 && { done: work }) };
    };
    const source = createFakeSource();
    const plan = createPlan(
      { ...source, resource: { ...source.resource, read } },
      createFakeTarget(['find', 'create']),
      {
        flow: 'once',
        delivery: { lanes: 1 },
      },
    );
    tests.add(plan);
    const engine = { ...tests.engine, wake };
    const id = await startRun(engine, { flow: 'once', hash: plan.hash, documents: [], plan }, {});
    await readRun(engine, id, never);
    expect(woken).toEqual([0, 0]);
  });

  it.each([
    { when: 'once all of it is staged', isWhole: true },
    { when: 'while its source is asked, which just ends then', isWhole: false },
  ])('that is stopped $when has read all of it: $isWhole', async ({ isWhole }) => {
    const { db } = await setUp();
    const tests = createTestEngine(db);
    const stop = new AbortController();
    const read = async function* ({ signal }: ReadRequest): AsyncGenerator<Page> {
      yield pageOf([{ key: 'A', n: 1 }]);
      if (!isWhole) stop.abort();
      if (signal.aborted) return;
      yield pageOf([{ key: 'B', n: 2 }]);
    };
    const source = createFakeSource();
    const stopped = { ...source, resource: { ...source.resource, read } };
    const plan = createPlan(stopped, createFakeTarget(['find', 'create']), { flow: `stopped-${isWhole}` });
    tests.add(plan);
    // As when a run is held by the first lane that works it, and whoever followed it goes.
    const wake = { ...tests.engine.wake, lane: async () => stop.abort() };
    const engine = { ...tests.engine, wake };
    const id = await startRun(engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
    await readRun(engine, id, stop.signal);
    const { fault, readAt } = await tests.load(id);
    expect(readAt).toBeInstanceOf(Date);
    expect(fault?.code).toBe(isWhole ? undefined : 'TL_RUN_STOPPED');
  });

  it('that fails waits for no page that was asked for ahead', async () => {
    const { db } = await setUp();
    const tests = createTestEngine(db, { stageBytes: 1 });
    const failing = { ...pageOf([{ key: 'A', n: 1 }]), done: () => Promise.reject(new Error('not moved')) };
    const read = async function* ({ signal }: ReadRequest): AsyncGenerator<Page> {
      yield failing;
      // A system that hangs.
      await once(signal, 'abort');
    };
    const source = createFakeSource();
    const ahead = { ...source, resource: { ...source.resource, read } };
    const plan = createPlan(ahead, createFakeTarget(['find', 'create']), { flow: 'ahead' });
    const id = await tests.read(plan);
    expect(await tests.load(id)).toMatchObject({
      fault: { message: 'unexpected: not moved' },
      counts: { read: 1 },
    });
  });
});

describe('a batch that went well', () => {
  it('is recorded, and says when it was the last of its run', async () => {
    const { db, flow, runId, chunk, acquire } = await setUp();
    await stageRecords(db, chunk);
    for (const lane of [0, 1]) {
      const lease = (await acquire(lane))!;
      const { batch } = await loadLaneWork(db, flow, lane);
      if (lane === 1) await endReading(db, runId, undefined);
      const over = await recordEnds(db, ended(lease, { id: batch!.id, runId, lane }));
      expect(over).toEqual(lane === 1 ? [runId] : []);
      expect((await loadLaneWork(db, flow, lane)).batch).toBeUndefined();
    }
    const known = await loadKnownKeys(db, { flow, scope: scopeOf(flow) }, ['K0', 'K1', 'K2']);
    expect([...known.deliveries.keys()].sort()).toEqual(['K0', 'K1']);
    expect(known.deliveries.get('K0')?.fingerprint).toBe('ab'.repeat(32));
    expect(known.xrefs.get('K1')).toEqual({ key: 'K1', targetId: 'T1' });
    expect((await loadRun(db, runId))?.counts).toMatchObject({ read: 2, delivered: 2, pending: 0 });
  });

  it('is not recorded by who has lost the lane', async () => {
    const { db, flow, runId, chunk, acquire } = await setUp();
    await stageRecords(db, chunk);
    const lost = (await acquire(0))!;
    await releaseLane(db, lost);
    await acquire(0);
    const { batch } = await loadLaneWork(db, flow, 0);
    expect(await recordEnds(db, ended(lost, { id: batch!.id, runId, lane: 0 }))).toBeUndefined();
    expect((await loadLaneWork(db, flow, 0)).batch?.id).toBe(batch!.id);
    const known = await loadKnownKeys(db, { flow, scope: scopeOf(flow) }, ['K0']);
    expect([known.deliveries.size, known.xrefs.size]).toEqual([0, 0]);
    expect((await loadRun(db, runId))?.counts.delivered).toBe(0);
  });
});
