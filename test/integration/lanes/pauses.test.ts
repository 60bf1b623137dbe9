import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { present } from '../../../src/contract/present.ts';
import { sweep } from '../../../src/engine/lanes/sweep.ts';
import { readRun } from '../../../src/engine/runs/read-run.ts';
import { startRun, startTick } from '../../../src/engine/runs/start-run.ts';
import { findIdleLanes } from '../../../src/store/line/lanes.ts';
import { findQueuedRuns, loadCursor, type RunOptions } from '../../../src/store/runs/runs.ts';
import { endPause, type PauseSubject, savePause } from '../../../src/store/waiting/pauses.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { createPlan } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { until } from '../../support/until.ts';
import { useEngine } from '../../support/use-engine.ts';
import { startWorking } from '../../support/working-engine.ts';

const { database, tests } = useEngine({ databaseFor: 'test' });

const recordsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ key: `K${n}`, version: '1', n }));

const ofFlow = ({ flow }: Plan): PauseSubject => ({ kind: 'flow', name: flow });
const ofSource = ({ source }: Plan): PauseSubject => ({ kind: 'connection', name: source.connection });
const ofTarget = ({ target }: Plan): PauseSubject => ({ kind: 'connection', name: target.connection });

async function pause(subject: PauseSubject, end: Date | null = null): Promise<void> {
  await savePause(database.db, { ...subject, by: 'anna', reason: 'ERP upgrade', until: end });
}

const ended = async () => {
  await sql`update pauses set until = now()`.execute(database.db);
};

describe('a pause', () => {
  it.each([
    ['of the flow', ofFlow],
    ['of the connection that it writes with', ofTarget],
    ['of the connection that it reads with', ofSource],
  ])('%s lets staged work lie, whole and without an attempt, until it is over', async (_name, subjectOf) => {
    const { plan, target } = tests.setUp({ records: recordsOf(50), delivery: { batch: 5, lanes: 2 } });
    const id = await tests.read(plan);
    await pause(subjectOf(plan));
    await tests.workOff();
    expect(target.effects).toHaveLength(0);
    expect(await findIdleLanes(database.db)).toEqual([]);
    expect(await tests.load(id)).toMatchObject({ status: 'running', counts: { read: 50, pending: 50 } });

    await endPause(database.db, subjectOf(plan));
    await tests.workOff();
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 50 } });
  });

  it('ends by itself at its time', async () => {
    const { plan } = tests.setUp({ records: recordsOf(5) });
    const id = await tests.read(plan);
    await pause(ofFlow(plan), new Date(Date.now() + 400));
    await tests.workOff();
    expect(await tests.load(id)).toMatchObject({ counts: { pending: 5 } });
    await until(async () => {
      await tests.workOff();
      return (await tests.load(id)).status === 'succeeded';
    });
  });

  it('uses up no attempt of a record that is held, and leaves other flows alone', async () => {
    const { plan, target } = tests.setUp({ records: recordsOf(1), retry: { ...often, attempts: 2 } });
    target.refuse = () => ({ fault: new Fault('TL_TARGET_CONFLICT', 'busy') });
    const id = await tests.read(plan);
    await pause(ofFlow(plan));
    for (let nth = 0; nth < 3; nth++) await tests.workOff();
    const other = await tests.run(
      createPlan(createFakeSource([pageOf(recordsOf(3))]), createFakeTarget(['create']), {
        ...{ flow: 'other', write: 'create' },
      }),
    );
    expect(other).toMatchObject({ status: 'succeeded' });
    expect(await tests.load(id)).toMatchObject({ counts: { pending: 1, failed: 0 } });
    target.refuse = () => undefined;
    await ended();
    await tests.workOff();
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded' });
  });

  it('lets no probe through to a target that is away', async () => {
    tests.restart({ probeMs: 3_600_000, pauseMs: 3_600_000 });
    const { plan, target } = tests.setUp({ records: recordsOf(4), delivery: { lanes: 1 } });
    target.down = new Fault('TL_SYSTEM_UNREACHABLE', 'connection refused');
    const { id } = await tests.run(plan);
    await pause(ofTarget(plan));
    const probeNow = async () => {
      for (const due of [sql`update circuits set probe_at = now()`, sql`update batches set due_at = now()`])
        await due.execute(database.db);
      await tests.workOff();
      const { rows } = await sql<{ probes: number }>`select probes from circuits`.execute(database.db);
      return rows[0]?.probes;
    };
    expect(await probeNow()).toBe(0);
    target.down = undefined;
    await ended();
    expect(await probeNow()).toBeUndefined();
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded' });
  });

  it('records a tick as skipped, with who paused it and why, once', async () => {
    const { plan } = tests.setUp({ records: recordsOf(2) });
    const schedule = { cron: '* * * * *', timezone: 'UTC', overlap: 'queue', catchupMs: 0 } as const;
    const at = new Date('2026-11-29T10:00:00Z');
    await pause(ofSource(plan));
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan, schedule };
    const id = present(await startTick(tests.engine, flow, at), 'the run of the tick');
    expect(await startTick(tests.engine, flow, at)).toBeUndefined();
    expect(await tests.load(id)).toMatchObject({
      status: 'skipped',
      fault: { code: 'TL_PAUSED', message: 'connection shop is paused by anna: ERP upgrade' },
    });
  });
});

describe('reading', () => {
  /** A source that gives `pages` pages of 10 records, and a cursor with each; called before each page. */
  function pagesOf(pages: number, before: (page: number) => Promise<void>) {
    const source = createFakeSource();
    const asked: (string | undefined)[] = [];
    const read = async function* ({ cursor }: { readonly cursor?: string }): AsyncGenerator<Page> {
      asked.push(cursor);
      for (let page = Number(cursor ?? 0); page < pages; page++) {
        await before(page);
        const records = Array.from({ length: 10 }, (_, n) => ({ key: `K${page * 10 + n}`, version: '1' }));
        yield pageOf(records, String(page + 1));
      }
    };
    return { source: { ...source, resource: { ...source.resource, read } }, asked };
  }

  async function startPaused(options: RunOptions) {
    let plan: Plan | undefined;
    const { source, asked } = pagesOf(10, async (page) => {
      if (page === 4 && asked.length === 1) await pause(ofFlow(present(plan, 'the plan')));
    });
    const target = createFakeTarget(['find', 'create', 'update']);
    plan = createPlan(source, target, { flow: 'paged', delivery: { batch: 5, lanes: 2 } });
    tests.add(plan);
    const startable = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    const id = await startRun(tests.engine, startable, options);
    const never = new AbortController().signal;
    await readRun(tests.engine, id, never);
    const put = await tests.load(id);
    expect(await findQueuedRuns(database.db)).toEqual([]);
    // Nobody gets hold of it while it is paused.
    await readRun(tests.engine, id, never);
    expect(await tests.load(id)).toMatchObject({ status: 'queued', counts: put.counts });
    await ended();
    expect(await findQueuedRuns(database.db)).toEqual([{ id, flow: plan.flow }]);
    await readRun(tests.engine, id, never);
    await tests.workOff();
    return { id, asked, put, target, plan };
  }

  it.each<readonly [string, RunOptions]>([
    ['what is new', {}],
    ['everything', { full: true }],
    ['a range', { since: '0' }],
    ['a sample', { limit: 90 }],
  ])('of %s is put back, and reads on where it was', async (_name, options) => {
    const { id, asked, put, target, plan } = await startPaused(options);
    expect(put).toMatchObject({ status: 'queued', readAt: null, fault: null });
    const { read } = put.counts;
    expect(read).toBeGreaterThanOrEqual(40);
    expect(read).toBeLessThan(90);
    const run = await tests.load(id);
    const whole = options.limit ?? 100;
    expect(run).toMatchObject({ status: 'succeeded', counts: { delivered: whole, read: whole } });
    expect(target.effects).toHaveLength(whole);
    expect(asked[1]).toBe(String(read / 10));
    // A range and a sample say nothing of what is outside of them.
    const isOfFlow = options.since === undefined && options.limit === undefined;
    expect(await loadCursor(database.db, plan.flow)).toBe(isOfFlow ? '10' : undefined);
  });

  it('of a run that was asked for all the same goes on, and its flow works until that is over', async () => {
    const { plan, target } = tests.setUp({ records: recordsOf(10) });
    const before = await tests.read(plan);
    await pause(ofFlow(plan));
    const id = await tests.read(plan, { evenPaused: true });
    expect(await tests.load(id)).toMatchObject({ status: 'running' });
    await tests.workOff();
    expect(target.effects).toHaveLength(10);
    for (const run of [before, id]) expect(await tests.load(run)).toMatchObject({ status: 'succeeded' });
    await tests.read(plan, { full: true });
    expect(await findQueuedRuns(database.db)).toEqual([]);
  });
});

const often = { attempts: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false };

it('loses nothing and writes nothing twice, whatever is paused and resumed while it works', async () => {
  const count = 600;
  const source = createFakeSource();
  const read = async function* ({ cursor }: { readonly cursor?: string }): AsyncGenerator<Page> {
    for (let at = Number(cursor ?? 0); at < count; at += 20) {
      await new Promise((resolve) => setImmediate(resolve));
      yield pageOf(recordsOf(count).slice(at, at + 20), String(at + 20));
    }
  };
  const target = createFakeTarget(['find', 'create', 'update']);
  const plan = createPlan({ ...source, resource: { ...source.resource, read } }, target, {
    ...{ flow: 'restless', delivery: { batch: 5, lanes: 4 } },
  });
  tests.add(plan);
  const workers = [1, 2].map((nth) => startWorking({ ...tests.engine, owner: `process ${nth}` }));
  const subjects = [ofFlow(plan), ofSource(plan), ofTarget(plan)];
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  try {
    const id = await startRun(
      present(workers[0], 'a process').engine,
      { flow: plan.flow, hash: plan.hash, documents: [], plan },
      {},
    );
    for (let nth = 0; nth < 40; nth++) {
      const subject = present(subjects[random(3)], 'a subject');
      if (random(2) === 0) await pause(subject, random(2) === 0 ? new Date(Date.now() + random(60)) : null);
      else await endPause(database.db, subject);
      await sweep(present(workers[random(2)], 'a process').engine);
    }
    await ended();
    const run = await until(async () => {
      const now = await tests.load(id);
      return now.status !== 'running' && now.status !== 'queued' && now;
    });
    expect(run).toMatchObject({ status: 'succeeded', counts: { failed: 0, blocked: 0, pending: 0 } });
    expect(target.effects).toHaveLength(count);
    expect(new Set(target.effects.map(({ key }) => key)).size).toBe(count);
  } finally {
    for (const worker of workers) await worker.stop();
  }
}, 60_000);
