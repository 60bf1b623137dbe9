import { describe, expect, it } from 'vitest';
import { pendingTables } from '../../../../src/cli/output/pending-tables.ts';
import type { WriteItem } from '../../../../src/contract/connector.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import { hurryFlow } from '../../../../src/engine/waiting/hurry-flow.ts';
import { listErrors } from '../../../../src/store/errors/errors.ts';
import { listInDoubt, listRetried } from '../../../../src/store/waiting/pending.ts';
import { createPlan, type PlanChanges } from '../../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeRecord, pageOf } from '../../../support/fake-system.ts';
import { leaveReserved } from '../../../support/known-xrefs.ts';
import { startReplay } from '../../../support/start-replay.ts';
import { until } from '../../../support/until.ts';
import { useEngine } from '../../../support/use-engine.ts';

const { database, tests } = useEngine({ limits: { probeMs: 10, pauseMs: 20 } });

const settleMs = 500;
const unclear = new Fault('TL_TARGET_UNKNOWN', 'no whole answer came in time');
let nth = 0;

/** A system that takes a second record of a key without a word, and may be late. */
function setUp(records: readonly FakeRecord[], changes: PlanChanges = {}) {
  const flow = `doubt-${++nth}`;
  const source = createFakeSource([pageOf(records)]);
  const target = createFakeTarget(['find', 'create', 'update']);
  const sentAt: number[] = [];
  const made: string[] = [];
  const erp = {
    flow,
    source,
    target,
    /** When each create arrived. */
    sentAt,
    made,
    /** Of a create that arrives: nothing is answered, and this long after that it is committed; `never`, or at once and answered. */
    lateMs: [] as (number | 'never')[],
  };
  const commit = ({ key, payload }: WriteItem) => {
    made.push(key);
    target.records.set(key, { id: `id-${made.length}`, payload });
  };
  Object.assign(target.resource, {
    create: async (items: readonly WriteItem[]) =>
      items.map((item) => {
        sentAt.push(performance.now());
        const late = erp.lateMs.shift();
        if (late === undefined) commit(item);
        else if (late !== 'never') setTimeout(() => commit(item), late);
        return late === undefined ? { ok: true, id: `id-${made.length}` } : { ok: false, fault: unclear };
      }),
  });
  const plan = createPlan(source, target, { flow, settleMs, delivery: { lanes: 1 }, ...changes });
  return Object.assign(erp, { plan });
}

type Erp = ReturnType<typeof setUp>;

/** Works whatever is due, again and again, until the run is over. */
async function ended(id: number, meanwhile: () => Promise<unknown> = async () => {}) {
  return await until(async () => {
    await meanwhile();
    await tests.workOff();
    const run = await tests.load(id);
    return run.status !== 'running' && run;
  });
}

const gaps = ({ sentAt }: Erp) => sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));

describe.each(['upsert', 'create'] as const)('a create that was given up, with write: %s,', (write) => {
  it('is found when the target commits it late, and is not made again', async () => {
    const erp = setUp([{ key: 'A' }], { write });
    erp.lateMs = [settleMs / 2];
    const { id } = await tests.run(erp.plan);
    const [doubt] = await listInDoubt(database.db, { flow: erp.flow, limit: 10 });
    expect(doubt).toMatchObject({ flow: erp.flow, key: 'A', target: `erp of ${erp.flow}` });
    expect((doubt?.until.getTime() ?? 0) - (doubt?.since.getTime() ?? 0)).toBe(settleMs);
    expect(await ended(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(erp.made).toEqual(['A']);
    expect(await listInDoubt(database.db, { flow: erp.flow, limit: 10 })).toEqual([]);
  });

  it('is made again once the target can no longer be at work on it, whoever is in a hurry', async () => {
    const erp = setUp([{ key: 'A' }], { write });
    erp.lateMs = ['never', 'never'];
    const { id } = await tests.run(erp.plan);
    const run = await ended(id, () => hurryFlow(tests.engine, erp.flow));
    expect(run).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(erp.made).toEqual(['A']);
    expect(gaps(erp)).toHaveLength(2);
    for (const gap of gaps(erp)) expect(gap).toBeGreaterThanOrEqual(settleMs);
  });

  it('counts from its discovery where the worker died between sending and recording', async () => {
    const erp = setUp([{ key: 'A' }], { write });
    await tests.read(erp.plan);
    const scope = { entity: 'thing', source: 'shop', target: `erp of ${erp.flow}` };
    const since = new Date(Date.now() - 3_600_000);
    await leaveReserved(database.db, scope, { key: 'A', runId: 1, since });
    const startedAt = performance.now();
    const { id } = await tests.run(erp.plan);
    await ended(id);
    expect(erp.made).toEqual(['A']);
    expect((erp.sentAt[0] ?? 0) - startedAt).toBeGreaterThanOrEqual(settleMs);
  });

  it('is not made again by a newer version of its record', async () => {
    for (const mode of ['every', 'latest'] as const) {
      const erp = setUp([{ key: 'A', version: '1' }], { write, delivery: { lanes: 1, mode } });
      erp.lateMs = [settleMs / 2];
      await tests.run(erp.plan);
      erp.source.pages = [pageOf([{ key: 'A', version: '2' }])];
      const { id } = await tests.run(erp.plan);
      expect(await ended(id)).toMatchObject({ status: 'succeeded' });
      expect(erp.made).toEqual(['A']);
    }
  });

  it('does not end in the errors before that, and not without a look', async () => {
    const retry = { attempts: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false };
    const late = setUp([{ key: 'A' }], { write, retry });
    late.lateMs = [settleMs / 2];
    const found = await tests.run(late.plan);
    expect(await ended(found.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1, failed: 0 } });

    const erp = setUp([{ key: 'A' }], { write, retry });
    erp.lateMs = ['never'];
    const startedAt = performance.now();
    const lost = await tests.run(erp.plan);
    expect(await ended(lost.id)).toMatchObject({ status: 'errors', counts: { failed: 1 } });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(settleMs);
    const [error] = await listErrors(database.db, { flow: erp.flow, states: ['open'], limit: 5 });
    expect(error).toMatchObject({ code: 'TL_TARGET_UNKNOWN' });
    expect(error?.message).toContain('gave no clear answer to 1 create of it, and does not have it');

    // Nobody is at work on it any more: a replay creates it at once.
    const { plan } = erp;
    await startReplay(
      tests.engine,
      { flow: plan.flow, hash: plan.hash, documents: [], plan },
      { filter: { flow: plan.flow }, by: 'anna' },
    );
    await tests.workOff();
    expect(erp.made).toEqual(['A']);
  });
});

describe('a create in doubt', () => {
  it('is shown as that, with until when, and not among what is tried again', async () => {
    const erp = setUp([{ key: 'A' }], { settleMs: 3_600_000 });
    erp.lateMs = ['never'];
    await tests.run(erp.plan);
    const filter = { flow: erp.flow, limit: 10 };
    expect(await listRetried(database.db, filter)).toEqual([]);
    const inDoubt = await listInDoubt(database.db, filter);
    const nothing = { pauses: [], connections: [], sources: [], batches: [], blocked: [], retried: [] };
    const [table] = pendingTables(
      { ...nothing, inDoubt: JSON.parse(JSON.stringify(inDoubt)) },
      { now: Date.now(), width: undefined },
    );
    expect(table).toMatch(/^in doubt: creates that got no clear answer/);
    const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
    const row = `${erp.flow} +A +\\d+ +erp of ${erp.flow} +${time} +${time} +(now|in \\S+ m?s)`;
    expect(table).toMatch(new RegExp(row));
  });

  it('of one record holds up no other', async () => {
    const erp = setUp([{ key: 'A' }, { key: 'B' }, { key: 'C' }]);
    erp.lateMs = ['never'];
    const run = await tests.run(erp.plan);
    expect(run.counts).toMatchObject({ delivered: 2, pending: 1 });
    expect(await ended(run.id)).toMatchObject({ counts: { delivered: 3 } });
    expect(erp.made.toSorted()).toEqual(['A', 'B', 'C']);
  });

  it('waits on while the target cannot be asked, without losing an attempt', async () => {
    const erp = setUp([{ key: 'A' }]);
    erp.lateMs = [settleMs / 2];
    const { id } = await tests.run(erp.plan);
    erp.target.down = new Fault('TL_SYSTEM_UNREACHABLE', 'connection refused');
    const end = performance.now() + 2 * settleMs;
    await until(async () => {
      await tests.workOff();
      return performance.now() > end;
    });
    expect(await tests.load(id)).toMatchObject({ status: 'running', counts: { pending: 1 } });
    erp.target.down = undefined;
    expect(await ended(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(erp.made).toEqual(['A']);
  });

  it('keeps its doubt where the look itself is refused', async () => {
    const erp = setUp([{ key: 'A' }]);
    erp.lateMs = ['never'];
    const { id } = await tests.run(erp.plan);
    const { find } = erp.target.resource;
    Object.assign(erp.target.resource, {
      find: async () => Promise.reject(new Fault('TL_TARGET_REJECTED', 'there are two of it')),
    });
    expect(await ended(id, () => hurryFlow(tests.engine, erp.flow))).toMatchObject({ status: 'errors' });
    Object.assign(erp.target.resource, { find });
    const { plan } = erp;
    const replay = await startReplay(
      tests.engine,
      { flow: plan.flow, hash: plan.hash, documents: [], plan },
      { filter: { flow: plan.flow }, by: 'anna' },
    );
    await ended(replay ?? 0);
    expect(gaps(erp)[0]).toBeGreaterThanOrEqual(settleMs);
    expect(erp.made).toEqual(['A']);
  });

  it('is none where the system has answered itself, or turned the create away', async () => {
    const patient = setUp([{ key: 'A' }], { settleMs: 3_600_000 });
    const { create } = patient.target.resource;
    const answers = [
      { isOver: true as const, fault: new Fault('TL_TARGET_UNKNOWN', 'answered 500') },
      { isOver: true as const, fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') },
      { isUnwritten: true as const, fault: new Fault('TL_SYSTEM_THROTTLED', 'later', { retryAfterMs: 0 }) },
    ];
    Object.assign(patient.target.resource, {
      create: async (items: readonly WriteItem[], signal: AbortSignal) => {
        const answer = answers.shift();
        return answer ? items.map(() => ({ ok: false, ...answer })) : await create?.(items, signal);
      },
    });
    const retry = { attempts: 9, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false };
    const { id } = await tests.run({ ...patient.plan, retry });
    expect(await ended(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(patient.made).toEqual(['A']);
  });

  it('is none where a create that is sent twice makes one record', async () => {
    const erp = setUp([{ key: 'A' }], { settleMs: 3_600_000, write: 'create' });
    Object.assign(erp.target.resource, { isCreateRepeatable: true });
    erp.lateMs = ['never'];
    const { id } = await tests.run(erp.plan);
    expect(await ended(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
  });
});
