import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Resource, Write } from '../../../../src/contract/connector.ts';
import { present } from '../../../../src/contract/present.ts';
import { approveRun } from '../../../../src/engine/approval/decide-approval.ts';
import { xrefScopeOf } from '../../../../src/engine/line/open-line.ts';
import { listErrors } from '../../../../src/store/errors/errors.ts';
import { putXref } from '../../../../src/store/line/correct-xrefs.ts';
import { spaceOfScope } from '../../../../src/store/line/key-spaces.ts';
import { createPlan, type PlanChanges } from '../../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../../support/fake-system.ts';
import { idsAt } from '../../../support/known-xrefs.ts';
import { useEngine } from '../../../support/use-engine.ts';

const { database, tests } = useEngine();

/** A target that gives the ids of `ids` in its answers to writes, by key. */
function setUp(flow: string, ids: Readonly<Record<string, string>>, changes: PlanChanges = {}) {
  const given = { ...ids };
  const write: Write = async (items) =>
    items.map(({ key }) => ({ ok: true, ...(given[key] && { id: given[key] }) }));
  const writes: (readonly [string, string | undefined])[] = [];
  const noted: Write = async (items, signal) => {
    writes.push(...items.map(({ key, id }) => [key, id] as const));
    return await write(items, signal);
  };
  const resource: Resource = { name: flow, keyOf: () => undefined, upsert: noted };
  const target = { ...createFakeTarget([]), resource };
  const read = (keys: readonly string[], n: number) => [pageOf(keys.map((key) => ({ key, n })))];
  const source = createFakeSource(read(Object.keys(ids), 1));
  const plan = createPlan(source, target, { flow, ...changes });
  return {
    plan,
    given,
    writes,
    again: (keys: readonly string[], n: number) => (source.pages = read(keys, n)),
  };
}

async function idsOf(flow: string) {
  return await idsAt(database.db, `erp of ${flow}`);
}

const messagesOf = async (flow: string) =>
  (await listErrors(database.db, { flow, states: ['open'], limit: 10 })).map(
    ({ code, message }) => `${code}  ${message}`,
  );

test('an id that is not the one a record is known by is an error of that record, and nothing is overwritten', async () => {
  const { plan, given, again } = setUp('contradicted', { A: '7', B: '8' });
  await tests.run(plan);
  again(['A', 'B'], 2);
  given['A'] = '3';
  expect(await tests.run(plan)).toMatchObject({ status: 'errors', counts: { delivered: 1, failed: 1 } });
  expect(await idsOf('contradicted')).toEqual({ A: '7', B: '8' });
  expect(await messagesOf('contradicted')).toEqual([
    'TL_TARGET_ID_UNCLEAR  "A" is known there as "7", and the answer to the write says "3"',
  ]);
  // What the target has of it is not known: it is written again.
  again(['A'], 1);
  given['A'] = '7';
  expect(await tests.run(plan)).toMatchObject({ counts: { delivered: 1 } });
});

test('a key that stood in for an id gives way to the one that the target says', async () => {
  const { plan, given, again, writes } = setUp('stand-in', { A: '' });
  await tests.run(plan);
  expect(await idsOf('stand-in')).toEqual({ A: 'A' });
  again(['A'], 2);
  given['A'] = '7';
  await tests.run(plan);
  expect(await idsOf('stand-in')).toEqual({ A: '7' });
  again(['A'], 3);
  await tests.run(plan);
  expect(writes.at(-1)).toEqual(['A', '7']);
});

test('two keys on one id within a batch are errors, and hold the run', async () => {
  const { plan } = setUp('same', { A: '3', B: '3', C: '4', D: '5' }, { delivery: { batch: 3, lanes: 1 } });
  const run = await tests.run(plan);
  expect(run).toMatchObject({ status: 'held', counts: { delivered: 1, failed: 2, pending: 1 } });
  expect(run.fault).toEqual({
    code: 'TL_TARGET_ID_TAKEN',
    message: '"A" was given the id "3" there, which "B" has',
  });
  expect(await idsOf('same')).toEqual({ C: '4' });
  await approveRun(tests.engine, run.id, 'anna');
  await tests.workOff();
  expect(await tests.load(run.id)).toMatchObject({ status: 'errors', counts: { delivered: 2, failed: 2 } });
});

test('an id that another key has already is an error of the one that comes later', async () => {
  const { plan, again, given } = setUp('later', { A: '3' });
  await tests.run(plan);
  given['B'] = '3';
  again(['B'], 1);
  expect(await tests.run(plan)).toMatchObject({ status: 'errors', counts: { failed: 1 } });
  expect(await idsOf('later')).toEqual({ A: '3' });
});

test('of lanes that bring one id at the same moment, one has it', async () => {
  const keys = Array.from({ length: 24 }, (_, n) => `K${n}`);
  const { plan } = setUp('lanes', Object.fromEntries(keys.map((key) => [key, '3'])), {
    delivery: { batch: 1, lanes: 8 },
  });
  const { id } = await import('../../../support/working-engine.ts').then(async ({ startWorking }) => {
    tests.add(plan);
    const working = startWorking(tests.engine);
    const run = { id: await tests.read(plan) };
    await expect.poll(async () => (await tests.load(run.id)).status, { timeout: 20_000 }).toBe('held');
    await working.stop();
    return run;
  });
  const { counts } = await tests.load(id);
  expect(counts.delivered).toBe(1);
  expect(Object.keys(await idsOf('lanes'))).toHaveLength(1);
});

test('a look-up that gives one record for two keys lets neither be written to it', async () => {
  const target = createFakeTarget(['find', 'create', 'update']);
  const find = async (keys: readonly string[]) =>
    keys.map((key) => (key === 'C' ? undefined : { id: '3', record: {} }));
  Object.assign(target.resource, { find });
  const source = createFakeSource([pageOf([{ key: 'A' }, { key: 'B' }, { key: 'C' }])]);
  const plan = createPlan(source, target, { flow: 'loose', delivery: { lanes: 1 } });
  expect(await tests.run(plan)).toMatchObject({ status: 'errors', counts: { delivered: 1, failed: 2 } });
  expect(target.effects).toMatchObject([{ action: 'create', key: 'C' }]);
});

test('what was created under an id that another has is not made again when its error is replayed', async () => {
  // Native upserts are not reserved: there is nothing to look for.
  expect(Object.values(await idsOf('same'))).not.toContain(null);
  const target = createFakeTarget(['find', 'create', 'update']);
  const create: Write = async (items, signal) => {
    void signal;
    for (const { key, payload } of items) target.records.set(key, { id: `real-${key}`, payload });
    target.effects.push(...items.map(({ key, payload }) => ({ action: 'create', key, payload })));
    return items.map(() => ({ ok: true, id: '3' }));
  };
  Object.assign(target.resource, { create });
  const plan = createPlan(createFakeSource([pageOf([{ key: 'A' }, { key: 'B' }])]), target, {
    flow: 'misread',
    delivery: { lanes: 1 },
  });
  expect(await tests.run(plan)).toMatchObject({ counts: { failed: 2 } });
  // Read again: looked up, and known by what the look-up says.
  expect(await tests.run(plan)).toMatchObject({ counts: { delivered: 2 } });
  expect(target.effects.filter(({ action }) => action === 'create')).toHaveLength(2);
  expect(await idsOf('misread')).toEqual({ A: 'real-A', B: 'real-B' });
});

test('what becomes known of a record while it is written for the first time is kept, and it counts once', async () => {
  const { plan, writes, again } = setUp('meanwhile', { A: '7', B: '8', C: '9' }, { delivery: { lanes: 1 } });
  const upsert = present(plan.target.resource.upsert, 'the upsert');
  const scope = xrefScopeOf(plan);
  const linked: Write = async (items, signal) => {
    // A person says what two of them are known by; another flow of the scope would do the same.
    await putXref(database.db, { scope, key: 'B', id: '8', isShared: true });
    await putXref(database.db, { scope, key: 'C', id: 'another', isShared: false });
    return await upsert(items, signal);
  };
  const resource = { ...plan.target.resource, upsert: linked };
  const run = await tests.run({ ...plan, target: { ...plan.target, resource } });
  expect(run).toMatchObject({ status: 'succeeded', counts: { read: 3, delivered: 3 } });
  expect(await idsOf('meanwhile')).toEqual({ A: '7', B: '8', C: '9' });
  const { rows } = await sql`
    select key, link from known_records where space = ${spaceOfScope(scope)} order by key`.execute(
    database.db,
  );
  expect(rows).toEqual([
    { key: 'A', link: 'k' },
    { key: 'B', link: 's' },
    { key: 'C', link: 'k' },
  ]);
  again(['A', 'B', 'C'], 1);
  expect((await tests.run(plan)).counts).toMatchObject({ unchanged: 3 });
  expect(writes).toHaveLength(3);
});
