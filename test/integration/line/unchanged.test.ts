import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Write } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { hurryFlow } from '../../../src/engine/waiting/hurry-flow.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';
import { type FlowWish, useEngine } from '../../support/use-engine.ts';

/** What the target has been given already is left out before anything is staged, unless more of its key is on its way. */

const { database, tests } = useEngine();

const withoutVersion = async (value: unknown) => {
  const { version: _version, ...rest } = value as FakeRecord;
  return { value: rest };
};

/** A flow whose target can be told to refuse, or to be busy. */
function setUp(wish: FlowWish = {}) {
  const { source, target, plan } = tests.setUp({ steps: { map: withoutVersion }, ...wish });
  let trouble: Fault | undefined;
  const upset =
    (write: Write): Write =>
    async (items, signal) =>
      trouble === undefined
        ? await write(items, signal)
        : items.map(() => ({ ok: false, fault: trouble as Fault, isUnwritten: true }));
  const { create, update } = target.resource;
  const resource = {
    ...target.resource,
    ...(create && update && { create: upset(create), update: upset(update) }),
  };
  const upsetPlan = { ...plan, target: { ...plan.target, resource } };
  tests.add(upsetPlan);
  return {
    source,
    target,
    plan: upsetPlan,
    bring: (...pages: readonly (readonly FakeRecord[])[]) => {
      source.pages = pages.map((records) => pageOf(records));
    },
    upset: (fault: Fault | undefined) => {
      trouble = fault;
    },
    staged: async () => {
      const { rows } = await sql<{ staged: number }>`
        select coalesce(sum(last_seq), 0)::bigint as staged from lanes where flow = ${plan.flow}`.execute(
        database.db,
      );
      return rows[0]?.staged;
    },
  };
}

const busy = new Fault('TL_SYSTEM_UNAVAILABLE', 'busy');

describe('records that are as they were delivered', () => {
  it('are counted, and staged no more', async () => {
    const { plan, bring, staged, target } = setUp();
    bring(
      [{ key: 'A', n: 1 }],
      [
        { key: 'B', n: 1 },
        { key: 'C', n: 1 },
      ],
    );
    await tests.run(plan);
    const before = await staged();
    expect(await tests.run(plan)).toMatchObject({
      status: 'succeeded',
      counts: { read: 3, unchanged: 3, pending: 0 },
    });
    expect(await staged()).toBe(before);
    bring([
      { key: 'A', n: 1 },
      { key: 'B', n: 2 },
      { key: 'C', n: 1 },
    ]);
    expect((await tests.run(plan)).counts).toMatchObject({ read: 3, unchanged: 2, delivered: 1 });
    expect(await staged()).toBe((before ?? 0) + 1);
    expect(target.effects).toHaveLength(4);
  });

  it('are counted in whatever newer version, and staged in an older one, which the line judges', async () => {
    const { plan, bring, staged } = setUp();
    bring(['A', 'B', 'C', 'D'].map((key) => ({ key, n: 1, version: '5' })));
    await tests.run(plan);
    const before = await staged();
    bring([
      { key: 'A', n: 1, version: '6' },
      { key: 'B', n: 1, version: '5.0' },
      { key: 'C', n: 1, version: '4' },
      { key: 'D', n: 1 },
    ]);
    expect((await tests.run(plan)).counts).toMatchObject({ read: 4, unchanged: 3, superseded: 1 });
    expect(await staged()).toBe((before ?? 0) + 1);
  });

  it('are staged where the run forces them, and where guards count them', async () => {
    const { plan, bring, staged } = setUp();
    bring([{ key: 'A', n: 1 }]);
    await tests.run(plan);
    expect((await tests.run(plan, { force: true })).counts).toMatchObject({ delivered: 1 });
    const before = await staged();
    const guarded = { ...plan, hash: 'guarded', guards: { maxDeletes: 5 } };
    tests.add(guarded);
    expect((await tests.run(guarded)).counts).toMatchObject({ unchanged: 1 });
    expect(await staged()).toBe((before ?? 0) + 1);
  });

  it('are noted with the leaves that gave nothing for them', async () => {
    const silent = ['map.status'];
    const map = async (value: unknown) => ({ value, silent });
    const { plan, bring } = setUp({ steps: { map } });
    bring([{ key: 'A', n: 1 }]);
    await tests.run(plan);
    const { id } = await tests.run(plan);
    const { rows } = await sql`select mapped, silent from run_notes where run_id = ${id}`.execute(
      database.db,
    );
    expect(rows).toEqual([{ mapped: 1, silent }]);
  });
});

describe.each(['every', 'latest'] as const)('what goes back to how it was delivered (%s)', (mode) => {
  const again = [{ key: 'A', n: 1 }];
  const changed = [{ key: 'A', n: 2 }];

  it('is written after a change that is staged', async () => {
    const { plan, bring, target } = setUp({ delivery: { mode } });
    bring(again);
    await tests.run(plan);
    bring(changed);
    await tests.read(plan);
    bring(again);
    await tests.read(plan);
    await tests.workOff();
    expect(target.records.get('A')?.payload).toEqual(again[0]);
  });

  it('is written after a change in the same run', async () => {
    const { plan, bring, target } = setUp({ delivery: { mode } });
    const others = ['B', 'C', 'D'].map((key) => ({ key, n: 1 }));
    bring([...again, ...others]);
    await tests.run(plan);
    bring([...changed, ...others], [...again, ...others]);
    expect((await tests.run(plan)).counts).toMatchObject({ read: 8, failed: 0, pending: 0 });
    expect(target.records.get('A')?.payload).toEqual(again[0]);
    bring([...changed, ...again, ...others]);
    expect((await tests.run(plan)).counts).toMatchObject({ read: 5, pending: 0 });
    expect(target.records.get('A')?.payload).toEqual(again[0]);
  });

  it('is written after a change that waits for another attempt', async () => {
    const retry = { attempts: 9, delayMs: 3_600_000, factor: 1, maxDelayMs: 3_600_000, jitter: false };
    const { plan, bring, upset, target } = setUp({ delivery: { mode }, retry });
    bring(again);
    await tests.run(plan);
    bring(changed);
    upset(new Fault('TL_TARGET_CONFLICT', 'locked'));
    await tests.run(plan);
    upset(undefined);
    bring(again);
    await tests.run(plan);
    await hurryFlow(tests.engine, plan.flow);
    await tests.workOff();
    expect(target.records.get('A')?.payload).toEqual(again[0]);
  });

  it('settles the error of a change that was refused', async () => {
    const { plan, bring, upset } = setUp({ delivery: { mode } });
    bring(again);
    await tests.run(plan);
    bring(changed);
    upset(new Fault('TL_TARGET_REJECTED', 'no'));
    expect((await tests.run(plan)).counts).toMatchObject({ failed: 1 });
    upset(undefined);
    bring(again);
    await tests.run(plan);
    const open = await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 9 });
    expect(open).toEqual([]);
  });
});

const step = fc.record({
  states: fc.array(fc.record({ key: fc.constantFrom('A', 'B', 'C'), n: fc.nat(2) }), { maxLength: 4 }),
  pageSize: fc.integer({ min: 1, max: 3 }),
  trouble: fc.constantFrom(undefined, undefined, busy, new Fault('TL_TARGET_REJECTED', 'no')),
  works: fc.boolean(),
});

it('whatever happens in between, the target has what the source gave last', async () => {
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 6 }),
      fc.constantFrom('every' as const, 'latest' as const),
      async (steps, mode) => {
        nth += 1;
        const flow = `any-${nth}`;
        const { plan, bring, upset, target } = setUp({ flow, hash: flow, delivery: { mode } });
        const last = new Map<string, number>();
        const pages = (states: readonly FakeRecord[], size: number) =>
          Array.from({ length: Math.ceil(states.length / size) }, (_, at) =>
            states.slice(at * size, (at + 1) * size),
          );
        for (const { states, pageSize, trouble, works } of steps) {
          bring(...pages(states, pageSize));
          for (const { key, n } of states) last.set(key, n);
          upset(trouble);
          await tests.read(plan);
          if (works) await tests.workOff();
        }
        upset(undefined);
        await hurryFlow(tests.engine, flow);
        await tests.workOff();
        bring([...last].map(([key, n]) => ({ key, n })));
        const { counts } = await tests.run(plan);
        expect(counts).toMatchObject({ read: last.size, pending: 0, failed: 0 });
        for (const [key, n] of last) expect(target.records.get(key)?.payload).toEqual({ key, n });
      },
    ),
    propertyRuns(40),
  );
});
