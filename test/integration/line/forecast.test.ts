import { describe, expect, it } from 'vitest';
import type { Page } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { type ForecastChunk, type ForecastOptions, forecast } from '../../../src/engine/forecast/forecast.ts';
import type { Forecast } from '../../../src/engine/forecast/forecast-record.ts';
import { withoutWrites } from '../../../src/engine/forecast/without-writes.ts';
import type { WalkedSchema } from '../../../src/schema/walk-schema.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { dumpTables } from '../../support/dump-tables.ts';
import type { PlanChanges } from '../../support/engine.ts';
import { type Ability, type FakeRecord, type FakeTarget, pageOf } from '../../support/fake-system.ts';
import { type FlowWish, useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const setUp = (records: readonly FakeRecord[], changes: FlowWish = {}) =>
  tests.setUp({ records, abilities: ['find', 'create', 'update', 'delete'], ...changes });

interface Foreseen extends ForecastChunk {
  /** `KEY effect`, in the order in which they were read. */
  readonly lines: readonly string[];
}

/** Forecasts, and proves that this changed nothing. */
async function foresee(
  plan: Plan,
  target: FakeTarget,
  options: ForecastOptions = {},
  entity: (name: string) => WalkedSchema | undefined = () => undefined,
): Promise<Foreseen> {
  const before = [await dumpTables(database.db), [...target.effects]];
  const signal = new AbortController().signal;
  const all: Forecast[] = [];
  let last: ForecastChunk | undefined;
  for await (const chunk of forecast(
    { db: database.db, signal, maxRecordBytes: 1_000_000, entity },
    plan,
    options,
  )) {
    all.push(...chunk.forecasts);
    last = chunk;
  }
  expect([await dumpTables(database.db), target.effects]).toEqual(before);
  if (!last) throw new Error('nothing was read');
  return { ...last, forecasts: all, lines: all.map(({ key, effect }) => `${key} ${effect}`) };
}

const one = (key: string, more: object = {}): FakeRecord => ({ key, ...more });

describe('a forecast', () => {
  it('tells create, update with what differs, and unchanged apart, as the run then does', async () => {
    const { source, target, plan } = setUp([one('A', { n: 1 }), one('B', { n: 1, list: [{ q: '1' }] })]);
    await tests.run(plan);
    source.pages = [pageOf([one('A', { n: 1 }), one('B', { n: 2, list: [{ q: '3' }] }), one('C')])];
    const { forecasts, lines, counts } = await foresee(plan, target);
    expect(lines).toEqual(['A unchanged', 'B update', 'C create']);
    expect(forecasts[1]?.differences).toEqual([
      { path: 'n', before: 1, after: 2 },
      { path: 'list[0].q', before: '1', after: '3' },
    ]);
    expect(counts).toMatchObject({ unchanged: 1, update: 1, create: 1, fails: 0 });
    const before = target.effects.length;
    await tests.run(plan);
    expect(
      target.effects
        .slice(before)
        .map(({ action, key }) => `${key} ${action}`)
        .sort(),
    ).toEqual(['B update', 'C create']);
  });

  it('never reaches a write of the target, even where somebody tries', async () => {
    const { target, plan } = setUp([one('A')]);
    const { resource } = withoutWrites(plan).target;
    const item = { key: 'A', payload: {}, idempotencyKey: '' };
    for (const write of [resource.create, resource.update, resource.delete]) {
      await expect(write?.([item], new AbortController().signal)).rejects.toThrow('about to write');
    }
    expect(resource.upsert).toBeUndefined();
    expect(target.effects).toEqual([]);
  });

  it('reads from the cursor as the next run would, and marks no page as done', async () => {
    const { source, target, plan } = setUp([]);
    const done: string[] = [];
    const page = (key: string, cursor: string): Page => ({
      ...pageOf([one(key)], cursor),
      done: async () => {
        done.push(key);
      },
    });
    source.pages = [page('A', '2026-01-01T00:00:00.000Z')];
    await tests.run(plan);
    expect(done).toEqual(['A']);
    source.pages = [page('B', '2026-01-02T00:00:00.000Z')];
    await foresee({ ...plan, source: { ...plan.source, lookbackMs: 60_000 } }, target);
    await foresee(plan, target, { full: true });
    await foresee(plan, target, { since: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' });
    expect(source.requests.slice(1).map(({ cursor, until }) => [cursor, until])).toEqual([
      ['2025-12-31T23:59:00.000Z', undefined],
      [undefined, undefined],
      ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'],
    ]);
    expect(done).toEqual(['A']);
  });

  it('takes so many records, or those with one key', async () => {
    const { target, plan } = setUp([one('A'), one('B'), one('C')]);
    expect((await foresee(plan, target, { limit: 2 })).lines).toEqual(['A create', 'B create']);
    const { lines, read } = await foresee(plan, target, { key: 'B' });
    expect({ lines, read }).toEqual({ lines: ['B create'], read: 3 });
  });

  it('says what fails, where and why, what is filtered, and what could not be read', async () => {
    const at = 'flows/x.yaml:3:9';
    const { source, target, plan } = setUp([], {
      steps: {
        filter: async (record) => (record as FakeRecord)['out'] !== true,
        map: async (value) => {
          if ((value as FakeRecord)['skip']) return { skipped: 'a sample' };
          if ((value as FakeRecord)['bad']) throw new Fault('TL_MAP_FAILED', 'no number', { at });
          return { value };
        },
      },
    });
    const unread = { fault: new Fault('TL_SOURCE_RECORD', 'line 7 is broken'), raw: '"' };
    source.pages = [
      pageOf([one('A', { out: true }), one('B', { skip: true }), one('C', { bad: true }), one('')]),
      { records: [unread] },
    ];
    const { forecasts, counts } = await foresee(plan, target);
    expect(forecasts.map(({ key, effect, reason, fault }) => [key, effect, reason ?? fault?.code])).toEqual([
      [undefined, 'fails', 'TL_KEY_MISSING'],
      [undefined, 'fails', 'TL_SOURCE_RECORD'],
      ['A', 'filtered', undefined],
      ['B', 'filtered', 'a sample'],
      ['C', 'fails', 'TL_MAP_FAILED'],
    ]);
    expect(forecasts[4]?.fault).toEqual({ code: 'TL_MAP_FAILED', message: 'no number', at });
    expect(counts).toMatchObject({ fails: 3, filtered: 2 });
  });

  it('ends with the fault of a source that cannot be read and of a target that does not answer', async () => {
    const { source, target, plan } = setUp([one('A')]);
    target.down = new Fault('TL_SYSTEM_UNREACHABLE', 'nobody there');
    await expect(foresee(plan, target)).rejects.toMatchObject({ code: 'TL_SYSTEM_UNREACHABLE' });
    target.down = undefined;
    const broken = new Fault('TL_AUTH_REFUSED', 'wrong password');
    Object.assign(source.resource, {
      read: () => {
        throw broken;
      },
    });
    await expect(foresee(plan, target)).rejects.toBe(broken);
  });
});

it('a forecast tells what does not fit at a border, and keeps no drift', async () => {
  const unfit = {
    side: 'source',
    kind: 'unfit',
    segments: ['lines', '[]', 'unit'],
    rule: 'additionalProperties',
    expected: 'is not a known member',
    got: 'text',
    sample: '"xx"',
  } as const;
  const { plan, target } = setUp([one('A'), one('B', { bad: true })], {
    steps: {
      validateRecord: (value) =>
        (value as FakeRecord)['bad'] ? { skipped: 'no', unfit: [unfit] } : { value, unfit: [] },
    },
  });
  const { forecasts } = await foresee(plan, target);
  expect(forecasts[0]).not.toHaveProperty('drift');
  expect(forecasts[1]).toMatchObject({
    effect: 'filtered',
    reason: 'no',
    drift: [{ side: 'source', path: 'lines[].unit', expected: 'is not a known member', sample: '"xx"' }],
  });
});

describe('what a forecast makes of `write`', () => {
  it.each<[string, Ability[]]>([
    ['that the target can be asked for', ['find', 'upsert']],
    ['that it cannot be asked for', ['upsert']],
  ])('upsert of a record %s', async (_what, abilities) => {
    const { target, plan } = setUp([one('A', { n: 2 }), one('B')], { abilities });
    target.records.set('A', { id: 'id-A', payload: { n: 1 } });
    const { forecasts, lines } = await foresee(plan, target);
    if (abilities.includes('find')) {
      expect(lines).toEqual(['A update', 'B create']);
      expect(forecasts[0]?.differences).toContainEqual({ path: 'n', before: 1, after: 2 });
    } else {
      expect(lines).toEqual(['A upsert', 'B upsert']);
      expect(forecasts[0]?.reason).toContain('cannot be asked what it has: create or update');
    }
  });

  it('create: once, and not where somebody else has made it', async () => {
    const { source, target, plan } = setUp([one('A')], { write: 'create', abilities: ['find', 'create'] });
    await tests.run(plan);
    target.records.set('B', { id: 'id-B', payload: {} });
    source.pages = [pageOf([one('A', { n: 2 }), one('B'), one('C')])];
    const { forecasts, lines } = await foresee(plan, target);
    expect(lines).toEqual(['A unchanged', 'B fails', 'C create']);
    expect(forecasts[1]?.fault?.code).toBe('TL_TARGET_DUPLICATE');
  });

  it('create whose reply was lost: looked up, and not made again', async () => {
    const { target, plan } = setUp([one('A')], {
      write: 'create',
      abilities: ['find', 'create'],
      retry: { attempts: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false },
    });
    target.refuse = () => ({ fault: new Fault('TL_TARGET_UNKNOWN', 'no reply'), after: true });
    await tests.run(plan);
    const { forecasts, lines } = await foresee(plan, target);
    expect(lines).toEqual(['A unchanged']);
    expect(forecasts[0]?.reason).toBe('created by an earlier attempt, of which only the reply was lost');
  });

  it('update: fails where there is nothing', async () => {
    const { target, plan } = setUp([one('A'), one('B')], { write: 'update', abilities: ['find', 'update'] });
    target.records.set('A', { id: 'id-A', payload: { key: 'A' } });
    const { forecasts, lines } = await foresee(plan, target);
    expect(lines).toEqual(['A update', 'B fails']);
    expect(forecasts[0]).toMatchObject({ differences: [], reason: expect.stringContaining('has all of it') });
    expect(forecasts[1]?.fault?.code).toBe('TL_TARGET_NOT_FOUND');
  });

  it('delete: what is not there stays so', async () => {
    const { target, plan } = setUp([one('A'), one('B')], { write: 'delete', abilities: ['find', 'delete'] });
    target.records.set('A', { id: 'id-A', payload: {} });
    expect((await foresee(plan, target)).lines).toEqual(['A delete', 'B unchanged']);
  });

  it('update of what is only known by its id', async () => {
    const { source, target, plan } = setUp([one('A')]);
    await tests.run(plan);
    target.records.delete('A');
    source.pages = [pageOf([one('A', { n: 2 })])];
    const { forecasts, lines } = await foresee(plan, target);
    expect(lines).toEqual(['A update']);
    expect(forecasts[0]?.reason).toContain('only its id is known (id-1)');
  });
});

describe('order, in a forecast', () => {
  it('supersedes what is older than what was delivered, or than what follows (`latest`)', async () => {
    const { source, target, plan } = setUp([one('A', { version: '5' })], { delivery: { mode: 'latest' } });
    await tests.run(plan);
    source.pages = [
      pageOf([
        one('A', { version: '4', n: 1 }),
        one('B', { version: '1' }),
        one('B', { version: '3' }),
        one('B', { version: '2' }),
      ]),
    ];
    const { lines } = await foresee(plan, target);
    expect(lines).toEqual(['A superseded', 'B superseded', 'B create', 'B superseded']);
  });

  it('follows the versions of one record in the same run (`every`)', async () => {
    const { target, plan } = setUp([one('A', { n: 1 }), one('A', { n: 2 }), one('A', { n: 2 })]);
    const { forecasts, lines } = await foresee(plan, target);
    expect(lines).toEqual(['A create', 'A update', 'A unchanged']);
    expect(forecasts[1]?.differences).toEqual([{ path: 'n', before: 1, after: 2 }]);
  });

  it('lets a record wait behind one that is held, under way, or blocked before it', async () => {
    const { source, target, plan } = setUp([one('A', { n: 1 })], {
      retry: { attempts: 3, delayMs: 3_600_000, factor: 1, maxDelayMs: 3_600_000, jitter: false },
      steps: {
        map: async (value, { xref }) => {
          const { needs } = value as { needs?: string };
          return { value: { ...(value as object), ref: needs && (await xref('customer', needs)) } };
        },
      },
      requires: { xref: ['customer'] },
    });
    target.refuse = () => ({ fault: new Fault('TL_TARGET_CONFLICT', 'locked') });
    await tests.run(plan);
    source.pages = [pageOf([one('B')])];
    await tests.read(plan);
    source.pages = [pageOf([one('A', { n: 2 }), one('B', { n: 2 }), one('C', { needs: 'C-1' }), one('C')])];
    const { forecasts, lines } = await foresee(plan, target);
    expect(lines).toEqual(['A waits', 'B waits', 'C blocked', 'C waits']);
    expect(forecasts.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^behind the one of run \d+, which waits for another attempt$/),
      'behind a record of this key that was read before and is under way',
      expect.stringMatching(/^waits for customer C-1, which erp of .* does not have yet$/),
      'behind an earlier record of this key in the same run',
    ]);
  });

  it('maps a blocked record that is read once more, as the run would', async () => {
    const waiting = [one('A', { n: 1 })];
    let isReady = false;
    const { source, target, plan } = setUp(waiting, {
      steps: {
        map: async (value, { xref }) => {
          if (!isReady) await xref('customer', 'C-1');
          return { value };
        },
      },
      requires: { xref: ['customer'] },
    });
    await tests.run(plan);
    expect((await foresee(plan, target)).lines).toEqual(['A blocked']);
    isReady = true;
    expect((await foresee(plan, target)).lines).toEqual(['A create']);
    source.pages = [pageOf([one('A', { n: 2 })])];
    const { forecasts } = await foresee(plan, target);
    expect(forecasts[0]).toMatchObject({
      effect: 'waits',
      reason: expect.stringContaining('which is blocked'),
    });
  });
});

describe('guards, in a forecast', () => {
  const many = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, index) => one(`K${index}`, more));

  it.each<
    [string, readonly FakeRecord[], PlanChanges & { abilities?: readonly Ability[] }, string | undefined]
  >([
    [
      'more deletes than are allowed',
      many(3),
      { write: 'delete', abilities: ['delete'], guards: { maxDeletes: 2 } },
      'would delete 3 records; guards.maxDeletes allows 2',
    ],
    [
      'as many as are allowed',
      many(2),
      { write: 'delete', abilities: ['delete'], guards: { maxDeletes: 2 } },
      undefined,
    ],
    [
      'too many failures',
      many(20, { bad: true }),
      {
        guards: { maxErrorRatePercent: '5' },
        steps: {
          map: async () => {
            throw new Fault('TL_MAP_FAILED', 'no');
          },
        },
      },
      '20 of 20 records failed; guards.maxErrorRate allows 5%',
    ],
  ])('say what would hold the run: %s', async (_what, records, changes, message) => {
    const { target, plan } = setUp(records, changes);
    expect((await foresee(plan, target)).held).toBe(message);
  });

  it('compare with what was delivered last', async () => {
    const { source, target, plan } = setUp([one('A', { price: '10.00' })], {
      guards: { maxChange: { byPercent: '30', records: 0 } },
      steps: { measure: async (record) => (record as { price?: string }).price },
    });
    await tests.run(plan);
    source.pages = [pageOf([one('A', { price: '0' })])];
    expect((await foresee(plan, target)).held).toBe(
      'would change 1 record by more than 30%, "A" among them; guards.maxChange allows none',
    );
  });
});

it('a forecast masks what the schemas mark, on both sides of a difference', async () => {
  const { target, plan } = setUp([one('A', { label: 'Tessa Lang', colour: 'red', phone: '123' })]);
  target.records.set('A', {
    id: '1',
    payload: { key: 'A', label: 'Otto Berg', colour: 'blue', phone: '456' },
  });
  const schema = { type: 'object', properties: { label: { 'x-personal': true }, colour: {}, key: {} } };
  const entity = (name: string) => (name === 'thing' ? { schema } : undefined);
  const { forecasts } = await foresee(plan, target, {}, entity);
  expect(forecasts[0]?.differences).toEqual([
    { path: 'label', before: 'Xxxx Xxxx', after: 'Xxxxx Xxxx' },
    { path: 'colour', before: 'blue', after: 'red' },
    { path: 'phone', before: '000', after: '001' },
  ]);
});
