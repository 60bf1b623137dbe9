import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import { takeWaiting } from '../../../src/engine/divide/take-waiting.ts';
import { listErrors, loadError } from '../../../src/store/errors/errors.ts';
import { countDeliveries } from '../../../src/store/line/deliveries.ts';
import type { Run } from '../../../src/store/runs/runs.ts';
import { loadCursor } from '../../../src/store/runs/runs.ts';
import { countWaiting } from '../../../src/store/waiting/pending.ts';
import { createTestEngine, type PlanChanges } from '../../support/engine.ts';
import { type FakeRecord, type FakeTarget, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const good: readonly FakeRecord[] = Array.from({ length: 20 }, (_, index) => ({
  key: `K${String(index).padStart(2, '0')}`,
  version: '1',
  index,
}));
const goodKeys = good.map(({ key }) => key);
const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown;

/** The good ones with another among them, one lane, so that all of them share a batch. */
function setUp(among: unknown, { delivery, ...changes }: PlanChanges = {}) {
  const records = [...good.slice(0, 7), among as FakeRecord, ...good.slice(7)];
  return tests.setUp({ records, cursor: 'cursor-1', delivery: { lanes: 1, ...delivery }, ...changes });
}

const writtenTo = ({ effects }: FakeTarget) => effects.map(({ key }) => key).sort();
const openErrors = (flow: string) => listErrors(database.db, { flow, states: ['open'], limit: 50 });

async function expectOneError(run: Run, code: string | RegExp): Promise<number> {
  expect(run.counts).toMatchObject({ read: 21, delivered: 20, failed: 1, pending: 0 });
  expect(isBalanced(run.counts)).toBe(true);
  expect(run.status).toBe('errors');
  const errors = await openErrors(run.flow);
  expect(errors.map((error) => error.code)).toEqual([expect.stringMatching(code)]);
  expect(await countWaiting(database.db, { flow: run.flow })).toBe(0);
  return errors[0]?.id ?? 0;
}

describe('a record that cannot be kept as it is', () => {
  it.each<[string, unknown, string]>([
    ['a NUL in its key', { key: 'A\0B' }, 'TL_KEY_INVALID'],
    ['half a character in its key', { key: 'A\ud800' }, 'TL_SOURCE_RECORD'],
    ['half a character in a value', { key: 'H', h: '\ud800' }, 'TL_SOURCE_RECORD'],
    ['a key of 10 kB', { key: 'long'.repeat(2_500) }, 'TL_KEY_INVALID'],
    ['a NUL in its version', { key: 'V', version: '1\0' }, 'TL_SOURCE_RECORD'],
    ['a version of 10 MB', { key: 'V', version: 'v'.repeat(1e6) }, 'TL_SOURCE_RECORD'],
    ['no key', {}, 'TL_KEY_MISSING'],
    ['10,000 levels', { key: 'D', d: deep(10_000) }, 'TL_RECORD_TOO_LARGE'],
    ['100,000 levels', { key: 'D', d: deep(100_000) }, 'TL_RECORD_TOO_LARGE'],
    ['a list for a record', [{ key: 'L' }], 'TL_SOURCE_RECORD'],
    ['a text for a record', 'L', 'TL_SOURCE_RECORD'],
    ['null for a record', null, 'TL_SOURCE_RECORD'],
    ['6 MB', { key: 'M', m: 'm'.repeat(6e6) }, 'TL_RECORD_TOO_LARGE'],
  ])('is one error, its neighbours are delivered, the cursor moves: %s', async (_name, record, code) => {
    const { plan, target } = setUp(record);
    const run = await tests.run(plan);
    const id = await expectOneError(run, code);
    expect(writtenTo(target)).toEqual(goodKeys);
    expect(await loadCursor(database.db, plan.flow)).toBe('cursor-1');
    const kept = (await loadError(database.db, id))?.record;
    expect(kept).toEqual({ raw: expect.any(String) });
    expect((kept as { raw: string }).raw.length).toBeLessThanOrEqual(tests.engine.limits.maxRecordBytes);
  });

  it.each<[string, FakeRecord]>([
    ['NUL in values and names', { key: 'V', 'n\0': 'x\0y' }],
    ['500 levels', { key: 'D', d: deep(499) }],
    ['a key of odd characters', { key: '../%2e 😀 שלום e\u0301' }],
    [
      'names that mean something to JavaScript',
      JSON.parse('{"key":"P","__proto__":{"x":1},"constructor":"c","toString":"t"}'),
    ],
    [
      '200,000 members',
      { key: 'W', ...Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`m${at}`, at])) },
    ],
  ])('while what only looks strange arrives whole: %s', async (_name, record) => {
    const { plan, target } = setUp(record);
    expect((await tests.run(plan)).counts).toMatchObject({ delivered: 21, failed: 0, pending: 0 });
    expect(JSON.stringify(target.records.get(record.key)?.payload)).toBe(JSON.stringify(record));
    // And it is known again.
    expect((await tests.run(plan)).counts).toMatchObject({ unchanged: 21 });
  });

  it('takes keys that only differ in their Unicode form for two', async () => {
    const { plan, target } = setUp({ key: 'e\u0301' });
    await tests.run(plan);
    const other = setUp({ key: '\u00e9' });
    other.source.pages = [pageOf([{ key: '\u00e9' }])];
    await tests.run({ ...plan, source: other.plan.source });
    expect(target.records.has('e\u0301') && target.records.has('\u00e9')).toBe(true);
  });
});

describe('a reference that can be nobody’s key', () => {
  it('fails the record that has it, also where the flow would wait for it', async () => {
    const { plan, target } = setUp(
      { key: 'R', ref: 'C\0' },
      {
        requires: { xref: ['customer'] },
        steps: {
          map: async (value, { xref }) => {
            const { ref } = value as { ref?: string };
            if (ref !== undefined) await xref('customer', ref);
            return { value };
          },
        },
      },
    );
    await expectOneError(await tests.run(plan), 'TL_KEY_INVALID');
    expect(writtenTo(target)).toEqual(goodKeys);
  });
});

describe('what a target says', () => {
  const strange = { key: 'S', version: '1' };

  it('a refusal with NUL and 10 MB of words is an error like any other', async () => {
    const { plan, target } = setUp(strange);
    const message = `bad\0value ${'x'.repeat(1e7)}`;
    target.refuse = ({ key }) =>
      key === 'S'
        ? { fault: new Fault('TL_TARGET_REJECTED', message, { answer: { code: 'E\0', message } }) }
        : undefined;
    const id = await expectOneError(await tests.run(plan), 'TL_TARGET_REJECTED');
    const error = (await loadError(database.db, id))?.error;
    expect(error?.message).toMatch(/^bad\\u0000value x+…$/);
    expect(error?.answer?.code).toBe('E\\u0000');
    expect(writtenTo(target)).toEqual(goodKeys);
  });

  it.each([
    ['a NUL', 'id\0'],
    ['half a character', 'id\udfff'],
    ['10 MB', 'i'.repeat(1e7)],
  ])('an id with %s is an error of that record, which is created once', async (_name, id) => {
    const { plan, target } = setUp(strange);
    const { create, find } = target.resource;
    const resource = {
      ...target.resource,
      create: async (...[items, signal]: Parameters<NonNullable<typeof create>>) =>
        ((await create?.(items, signal)) ?? []).map((result, at) =>
          result.ok && items[at]?.key === 'S' ? { ...result, id } : result,
        ),
      find: async (...[keys, signal]: Parameters<NonNullable<typeof find>>) =>
        ((await find?.(keys, signal)) ?? []).map((hit, at) =>
          hit && keys[at] === 'S' ? { ...hit, id } : hit,
        ),
    };
    const strangePlan = { ...plan, target: { ...plan.target, resource } };
    await expectOneError(await tests.run(strangePlan), 'TL_KEY_INVALID');
    // Sent again, it is looked for, and not created a second time.
    await replay(strangePlan);
    await expectCreatedOnce(target);
    // Once the target gives an id, it is this record's.
    await replay({ ...plan, hash: `${plan.hash}-mended` });
    await expectCreatedOnce(target);
    expect(await openErrors(plan.flow)).toEqual([]);
  });

  const expectCreatedOnce = async (target: FakeTarget) =>
    expect(target.effects.filter(({ action, key }) => action === 'create' && key === 'S')).toHaveLength(1);
});

async function replay(plan: ReturnType<typeof setUp>['plan']): Promise<void> {
  tests.add(plan);
  await startReplay(
    tests.engine,
    { flow: plan.flow, hash: plan.hash, documents: [], plan },
    { filter: {}, by: 'anna' },
  );
  await tests.workOff();
}

describe('what nobody foresaw', () => {
  it('in the line: a batch is halved until the record to blame is found', async () => {
    const { plan, target } = setUp({ key: 'X' });
    const { find } = target.resource;
    let calls = 0;
    const broken = async (...[keys, signal]: Parameters<NonNullable<typeof find>>) => {
      calls += 1;
      if (keys.includes('X')) throw new RangeError('Maximum call stack size exceeded');
      return (await find?.(keys, signal)) ?? [];
    };
    const brokenPlan = {
      ...plan,
      target: { ...plan.target, resource: { ...target.resource, find: broken } },
    };
    const id = await expectOneError(await tests.run(brokenPlan), 'TL_DEFECT');
    expect(writtenTo(target)).toEqual(goodKeys);
    expect((await loadError(database.db, id))?.record).toMatchObject({ key: 'X', native: { key: 'X' } });
    expect(calls).toBeLessThan(30);
  });

  it('in the line, of records that come off the hold', async () => {
    const { plan, target } = setUp({ key: 'X' });
    const waiting = { ...plan, retry: { ...plan.retry, delayMs: 3_600_000, maxDelayMs: 3_600_000 } };
    target.refuse = () => ({ fault: new Fault('TL_TARGET_CONFLICT', 'somebody else changes it') });
    const { id, counts } = await tests.run(waiting);
    expect(counts.pending).toBe(21);
    target.refuse = () => undefined;
    const { find } = target.resource;
    const broken = async (...[keys, signal]: Parameters<NonNullable<typeof find>>) => {
      if (keys.includes('X')) throw new TypeError('x is not a function');
      return (await find?.(keys, signal)) ?? [];
    };
    tests.add({ ...plan, target: { ...plan.target, resource: { ...target.resource, find: broken } } });
    await sql`update held set due_at = now() where flow = ${plan.flow}`.execute(database.db);
    await tests.workOff();
    await expectOneError(await tests.load(id), 'TL_DEFECT');
    expect(writtenTo(target)).toEqual(goodKeys);
  });

  it.each(['every', 'latest'] as const)(
    'in what is written down (%s): nothing is written twice, and a crash in between loses nothing',
    async (mode) => {
      const { plan, target } = setUp({ key: 'X' }, { delivery: { mode } });
      await using _ = await refusing(
        `known_${tests.nth}`,
        'known_records',
        `key <> 'X' or fingerprint is null`,
      );
      const id = await expectOneError(await tests.run(plan), 'TL_DEFECT');
      expect(writtenTo(target)).toEqual([...goodKeys, 'X'].sort());
      const kept = await loadError(database.db, id);
      expect(kept?.error).toMatchObject({ key: 'X', stage: 'record', message: /^it was written, but/ });
      expect(await countRows('batches', plan.flow)).toBe(0);
      expect(await countDeliveries(database.db, plan.flow)).toBe(20);
    },
  );

  it('in what is staged: the record to blame is an error, and the cursor moves with the others', async () => {
    const { plan, target } = setUp({ key: 'X', long: 'x'.repeat(50_000) });
    await using _ = await refusing(
      `staged_${tests.nth}`,
      'batches',
      `bytes < 50000 or flow <> '${plan.flow}'`,
    );
    const run = await tests.run(plan);
    const id = await expectOneError(run, 'TL_DEFECT');
    expect(writtenTo(target)).toEqual(goodKeys);
    expect(await loadCursor(database.db, plan.flow)).toBe('cursor-1');
    expect((await loadError(database.db, id))?.record).toMatchObject({ key: 'X' });
  });

  it('in a plan that cannot be opened: the lane does not wait for ever', async () => {
    const { plan } = setUp({ key: 'X' });
    const runId = await tests.read(plan);
    tests.engine.shapes.clear();
    const bad = createTestEngine(database.db);
    for (let attempt = 0; attempt < 5; attempt++) {
      await sql`update batches set due_at = now() where flow = ${plan.flow}`.execute(database.db);
      await bad.workOff();
    }
    const run = await tests.load(runId);
    expect(run.counts).toMatchObject({ read: 21, failed: 21, pending: 0 });
    expect(isBalanced(run.counts)).toBe(true);
    expect((await openErrors(plan.flow)).every(({ code }) => code === 'TL_DEFECT')).toBe(true);
  });

  it('keeps the order of a key while a batch is divided', async () => {
    const { plan, source, target } = setUp({ key: 'X', version: '1' });
    source.pages = [
      pageOf(
        [1, 2, 3].flatMap((version) => ['A', 'X', 'B'].map((key) => ({ key, version: String(version) }))),
      ),
    ];
    await using _ = await refusing(
      `order_${tests.nth}`,
      'known_records',
      `key <> 'X' or fingerprint is null`,
    );
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ read: 9, delivered: 6, failed: 3, pending: 0 });
    const versions = (of: string) =>
      target.effects.filter(({ key }) => key === of).map(({ payload }) => (payload as FakeRecord).version);
    expect([versions('A'), versions('B'), versions('X')]).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
      ['1', '2', '3'],
    ]);
  });
});

describe('taking out what waits', () => {
  const away = new Fault('TL_SYSTEM_UNREACHABLE', 'connect ECONNREFUSED');

  it('moves the records of a key, a batch or a run to the errors whole', async () => {
    const { plan, target } = setUp({ key: 'X' }, { delivery: { batch: 10 } });
    target.down = away;
    const runId = (await tests.run(plan)).id;
    const { flow } = plan;
    expect(await takeWaiting(tests.engine, { flow, key: 'X' }, { by: 'maria', reason: 'not wanted' })).toBe(
      1,
    );
    expect(await takeWaiting(tests.engine, { flow, key: 'X' }, { by: 'maria', reason: 'not wanted' })).toBe(
      0,
    );
    expect(await takeWaiting(tests.engine, { flow, lane: 0 }, { by: 'maria', reason: 'not wanted' })).toBe(9);
    expect((await tests.load(runId)).counts).toMatchObject({ failed: 10, pending: 11 });
    expect(await takeWaiting(tests.engine, { flow, runId }, { by: 'maria', reason: 'not wanted' })).toBe(11);
    const run = await tests.load(runId);
    expect(run).toMatchObject({ status: 'errors', counts: { read: 21, failed: 21, pending: 0 } });
    const errors = await openErrors(flow);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['TL_TAKEN_OUT']));
    target.down = undefined;
    await sql`delete from circuits`.execute(database.db);
    await replay(plan);
    expect(writtenTo(target)).toEqual([...goodKeys, 'X'].sort());
    expect(await openErrors(flow)).toEqual([]);
  });

  it('moves what is held or blocked, and lets go what stood behind it', async () => {
    const { plan, source, target } = setUp({ key: 'X' });
    source.pages = [
      pageOf([
        { key: 'X', version: '1' },
        { key: 'Y', version: '1' },
      ]),
    ];
    target.refuse = ({ payload }) =>
      (payload as FakeRecord).version === '1'
        ? { fault: new Fault('TL_TARGET_CONFLICT', 'locked') }
        : undefined;
    const waiting = { ...plan, retry: { ...plan.retry, delayMs: 3_600_000, maxDelayMs: 3_600_000 } };
    const first = await tests.run(waiting);
    source.pages = [pageOf([{ key: 'X', version: '2' }])];
    const second = await tests.run(waiting);
    expect([first.counts.pending, second.counts.pending]).toEqual([2, 1]);
    expect(
      await takeWaiting(tests.engine, { flow: plan.flow, runId: first.id }, { by: 'maria', reason: 'stuck' }),
    ).toBe(2);
    await tests.workOff();
    expect((await tests.load(first.id)).counts).toMatchObject({ failed: 2, pending: 0 });
    expect((await tests.load(second.id)).counts).toMatchObject({ delivered: 1, pending: 0 });
    expect(target.records.get('X')?.payload).toMatchObject({ version: '2' });
  });
});

/** The database refuses new rows that do not hold it, until this is disposed of. */
async function refusing(name: string, table: string, check: string): Promise<AsyncDisposable> {
  await sql
    .raw(`alter table ${table} add constraint ${name} check (${check}) not valid`)
    .execute(database.db);
  return {
    async [Symbol.asyncDispose]() {
      await sql.raw(`alter table ${table} drop constraint ${name}`).execute(database.db);
    },
  };
}

async function countRows(table: string, flow: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)} where flow = ${flow}`.execute(database.db);
  return rows[0]?.count ?? 0;
}
