import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { membersOf } from '../../../src/engine/absent/members-of.ts';
import { forecast } from '../../../src/engine/forecast/forecast.ts';
import { xrefScopeOf } from '../../../src/engine/line/open-line.ts';
import { mergeWith } from '../../../src/engine/patch/edits.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { maxSets } from '../../../src/store/line/member-sets.ts';
import { deleteXrefs } from '../../../src/store/line/xrefs.ts';
import { listAbsences } from '../../../src/store/runs/absences.ts';
import type { ValidationResult } from '../../../src/workspace/compile/plan.ts';
import type { PlanChanges } from '../../support/engine.ts';
import { type Ability, type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { type FlowBetweenFakes, useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const native = ['find', 'upsert'] as const;

const setUp = (changes: PlanChanges = {}, abilities?: readonly Ability[]) =>
  tests.setUp({ connection: `erp-${tests.nth}`, ...(abilities && { abilities }), ...changes });

/** A run over these records; answers with the run, what it sent, and what it tells of absences. */
async function run({ source, target, plan }: FlowBetweenFakes, ...records: readonly FakeRecord[]) {
  source.pages = [pageOf(records)];
  const before = target.effects.length;
  const { id, status, counts } = await tests.run(plan);
  return {
    status,
    counts,
    sent: target.effects.slice(before).map(({ payload }) => payload),
    told: await told(id),
  };
}

async function told(id: number): Promise<readonly string[]> {
  const absences = await listAbsences(database.db, [id]);
  return absences.map(
    ({ member, fate, records, connection }) =>
      `${fate} ${member} ${records} at ${connection.replace(`-${tests.nth}`, '')}`,
  );
}

async function planOf({ source, plan }: FlowBetweenFakes, ...records: readonly FakeRecord[]) {
  source.pages = [pageOf(records)];
  const tools = {
    ...{ db: database.db, signal: new AbortController().signal },
    ...{ maxRecordBytes: 1_000_000, entity: () => undefined },
  };
  const all = [];
  for await (const { forecasts } of forecast(tools, plan, {})) all.push(...forecasts);
  return all;
}

const full = (more: object = {}) => ({ key: 'C1', name: 'Anna', mail: 'anna@example.com', ...more });
const without = (more: object = {}) => ({ key: 'C1', name: 'Anna', ...more });

describe.each([
  { name: 'find, create and update', abilities: undefined },
  { name: 'an upsert of the target', abilities: native },
])('a member that vanished, over $name', ({ abilities }) => {
  it('is left to the target and told, as often as such a record changes', async () => {
    const one = setUp({}, abilities);
    const other = { key: 'C2', name: 'Bert' };
    expect(await run(one, full(), other)).toMatchObject({ told: [] });
    expect(await planOf(one, without())).toMatchObject([
      { effect: 'update', absent: [{ path: 'mail', would: 'kept' }] },
    ]);
    const dropped = await run(one, without(), { ...other, city: 'Ulm' });
    expect(dropped).toMatchObject({ status: 'succeeded', told: ['kept mail 1 at erp'] });
    expect(dropped.sent).toContainEqual(without());
    expect(await run(one, without())).toMatchObject({ counts: { unchanged: 1 }, sent: [], told: [] });
    expect(await run(one, without({ city: 'Ulm' }))).toMatchObject({ told: ['kept mail 1 at erp'] });
    expect(await run(one, full({ city: 'Ulm' }))).toMatchObject({ told: [] });
  });

  it('is cleared with the update where the flow says so, and once', async () => {
    const one = setUp({ absent: 'clear' }, abilities);
    expect(await run(one, full())).toMatchObject({ sent: [full()], told: [] });
    const [foreseen] = await planOf(one, without());
    expect(foreseen).toMatchObject({ effect: 'update', absent: [{ path: 'mail', would: 'cleared' }] });
    expect(foreseen?.differences).toMatchObject([{ path: 'mail', after: null }]);
    expect(await run(one, without())).toMatchObject({
      sent: [without({ mail: null })],
      told: ['cleared mail 1 at erp'],
    });
    expect(await run(one, without())).toMatchObject({ counts: { unchanged: 1 }, sent: [], told: [] });
    expect(await run(one, without({ city: 'Ulm' }))).toMatchObject({
      sent: [without({ city: 'Ulm' })],
      told: [],
    });
    expect(await run(one, full())).toMatchObject({
      sent: [full({ city: null })],
      told: ['cleared city 1 at erp'],
    });
  });
});

describe('a member that vanished', () => {
  it('of a nested object is told by its path, and the object as a whole where it is gone', async () => {
    const one = setUp({ absent: 'clear' });
    const address = { street: 'Weg 1', geo: { lat: 1, lon: 2 } };
    await run(one, without({ address, lines: [{ sku: 'A', note: 'x' }] }));
    const inner = await run(one, without({ address: { geo: { lat: 1 } }, lines: [{ sku: 'A' }] }));
    expect(inner.sent).toEqual([
      without({ address: { geo: { lat: 1, lon: null }, street: null }, lines: [{ sku: 'A' }] }),
    ]);
    expect(inner.told).toEqual(['cleared address.geo.lon 1 at erp', 'cleared address.street 1 at erp']);
    const whole = await run(one, without({ lines: [{ sku: 'A' }] }));
    expect(whole.sent).toEqual([without({ lines: [{ sku: 'A' }], address: null })]);
    expect(whole.told).toEqual(['cleared address 1 at erp']);
  });

  it('has not vanished where it is sent as something else, null included', async () => {
    const one = setUp({ absent: 'clear' });
    await run(one, full({ address: { street: 'Weg 1' } }));
    const changed = await run(one, full({ mail: null, address: 'Weg 1' }));
    expect(changed).toMatchObject({ told: [], sent: [full({ mail: null, address: 'Weg 1' })] });
  });

  it('is noticed between two versions of one batch, by the plan too', async () => {
    const one = setUp({ absent: 'clear' });
    const versions = [full({ version: '1' }), without({ version: '2' }), full({ version: '3' })];
    const foreseen = await planOf(one, ...versions);
    expect(foreseen.map(({ absent }) => absent)).toEqual([
      undefined,
      [{ path: 'mail', would: 'cleared' }],
      undefined,
    ]);
    expect(await run(one, ...versions)).toMatchObject({
      sent: [versions[0], { ...versions[1], mail: null }, versions[2]],
      told: ['cleared mail 1 at erp'],
    });
  });

  it('that was kept before is cleared once the flow says so', async () => {
    const one = setUp();
    await run(one, full());
    await run(one, without());
    const clearing = {
      ...one,
      plan: {
        ...one.plan,
        hash: `${one.plan.hash} 2`,
        target: { ...one.plan.target, absent: 'clear' as const },
      },
    };
    expect(await run(clearing, without({ city: 'Ulm' }))).toMatchObject({
      sent: [without({ city: 'Ulm', mail: null })],
      told: ['cleared mail 1 at erp'],
    });
  });

  it('is an error where the schema of the payload refuses null, and is not sent', async () => {
    const validatePayload = (value: unknown): ValidationResult =>
      (value as { mail?: unknown }).mail === null
        ? { fault: new Fault('TL_VALIDATE_PAYLOAD', '`mail` expected a text, got null'), unfit: [] }
        : { value, unfit: [] };
    const one = setUp({ absent: 'clear', steps: { validatePayload } });
    await run(one, full());
    expect(await planOf(one, without())).toMatchObject([
      { effect: 'fails', fault: { code: 'TL_VALIDATE_PAYLOAD' } },
    ]);
    expect(await run(one, without())).toMatchObject({ counts: { failed: 1 }, sent: [], told: [] });
    const [error] = await listErrors(database.db, { flow: one.plan.flow, states: ['open'], limit: 9 });
    expect(error).toMatchObject({ code: 'TL_VALIDATE_PAYLOAD', stage: 'validate' });
    expect(error?.message).toContain(
      '`mail` vanished from the record and cannot be cleared (target.absent: clear)',
    );
    // It is what the target has: nothing was sent since.
    expect(await run(one, full())).toMatchObject({ counts: { unchanged: 1 } });
  });

  it('is cleared by a replay, which a person has patched', async () => {
    const one = setUp({ absent: 'clear' });
    await run(one, full());
    one.target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'not now') });
    expect(await run(one, without())).toMatchObject({ counts: { failed: 1 }, told: [] });
    one.target.refuse = () => undefined;
    const flow = { flow: one.plan.flow, hash: one.plan.hash, documents: [], plan: one.plan };
    const replay = await startReplay(tests.engine, flow, {
      filter: { flow: one.plan.flow },
      by: 'anna',
      edit: mergeWith({ name: 'Anne' }),
    });
    await tests.workOff();
    expect(one.target.effects.at(-1)?.payload).toEqual(without({ name: 'Anne', mail: null }));
    expect(await told(replay ?? 0)).toEqual(['cleared mail 1 at erp']);
  });

  it('costs nothing where each write replaces the whole record, or makes one', async () => {
    const replacing = setUp({ absent: 'clear' });
    Object.assign(replacing.target.resource, { replacing: ['update'] });
    await run(replacing, full());
    expect(await run(replacing, without())).toMatchObject({ sent: [without()], told: [] });
  });

  it('is never sent with a create, whatever was delivered before', async () => {
    const one = setUp({ absent: 'clear' });
    await run(one, full());
    await deleteXrefs(database.db, xrefScopeOf(one.plan), ['C1']);
    one.target.records.clear();
    expect(await run(one, without())).toMatchObject({ sent: [without()], told: [] });
  });

  it('is known to the next process', async () => {
    const one = setUp();
    await run(one, full());
    tests.restart();
    expect(await run(one, without())).toMatchObject({ told: ['kept mail 1 at erp'] });
  });
});

describe('records of too many kinds', () => {
  it('are told, and those that are known by then are watched on', async () => {
    const one = setUp({ delivery: { batch: 500 } });
    await run(one, full());
    const kinds = Array.from({ length: maxSets + 5 }, (_, index) => ({
      key: `K${index}`,
      [`field${index}x`]: 1,
    }));
    const { told: notes } = await run(one, ...kinds);
    expect(notes).toEqual(['unwatched  6 at erp']);
    expect((await run(one, without())).told).toContain('kept mail 1 at erp');
  });
});

it('members are told apart by their names, whatever is in them', () => {
  expect(membersOf({ a: { b: 1 }, 'a.b': 1, 'x y': { z: undefined }, __proto__: 1, l: [{ m: 1 }] })).toBe(
    'a\tb\na.b\nx y\nl',
  );
  expect(membersOf({ '2026-01-01': 1, 'anna@example.com': 1, '12345': 1, n: {} })).toBe('n');
  expect(membersOf([1])).toBeUndefined();
});
